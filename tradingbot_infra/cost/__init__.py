"""Monthly cost: quantities of the synthesized templates times dated prices. Uses neither the CDK nor boto3."""
