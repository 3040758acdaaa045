"""Constructs: one AWS resource or idea in each file. They import config and design, never stacks."""
