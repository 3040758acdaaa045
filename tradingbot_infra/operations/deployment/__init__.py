"""A deployment in the right order: what is deployed, what replaces it, and the CDK CLI that deploys each stack."""
