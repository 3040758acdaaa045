"""CloudTrail: trails that write what is asked of the local cloud to their log group and bucket.

operations   the API of trails
admission    whether bucket, key and role admit a trail
seen         takes note of requests while a trail logs
requests     which operation a request asks for, with which parameters
events       a request as CloudTrail records it
redaction    what of a request no event holds
selectors    which events a trail wants
delivery     writes events to log group and bucket
"""
