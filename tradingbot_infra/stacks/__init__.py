"""The stacks of design/stacks.py; each hands typed exports to the stacks after it."""
