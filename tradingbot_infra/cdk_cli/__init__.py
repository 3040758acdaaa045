"""The real CDK CLI as a child process: how it is started, what its output says, and what of that people see."""
