"""What we want: the settings of an environment. Imports the standard library, pydantic and naming; never AWS CDK or boto3."""
