"""How it is run: what stands in an account, read and changed through boto3, on AWS and on the local cloud alike."""
