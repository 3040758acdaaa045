"""The settings of each environment, and the rules that they must satisfy. Imports design and pydantic; never AWS CDK or boto3.

Imports inside point one way: settings -> rules -> model -> sections -> sections.base, subnets, windows, errors.
"""
