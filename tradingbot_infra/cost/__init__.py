"""What it costs: quantities of the synthesized templates times a dated price table. Knows neither the CDK nor boto3."""
