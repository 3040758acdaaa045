"""AWS's wire formats from both ends, by botocore's models, and who answers which operation.

`client` writes requests and reads answers, as boto3 does; `server` reads requests and writes answers, as AWS does;
`gateway` puts our operations (`local_cloud.services`) before ministack's.
"""
