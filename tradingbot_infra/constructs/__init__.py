"""The pieces: one AWS idea a file. Imports config.model, naming and AWS CDK; never stacks."""
