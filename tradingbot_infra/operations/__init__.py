"""Operates what is deployed: reads and changes an account through boto3, on AWS and on the local cloud alike."""
