"""AWS's wire formats from both ends, by botocore's models.

`client` writes requests and reads answers, as boto3 does; `server` reads requests and writes answers, as AWS does.
"""
