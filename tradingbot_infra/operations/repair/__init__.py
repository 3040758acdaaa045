"""Removes stacks that never completed their creation, with what they left, so that the deployment can be repeated.

Such a stack is in the way: CloudFormation updates it never again, and its protections, which production turns on before anything is
created, keep the CDK CLI from deleting it (docs/operations.md, "A first deployment that fails"). `history` tells it from a stack that
held customers' data, `unfinished` finds it, `leftovers` knows what a deletion keeps and whether it holds data, `removal` deletes.
None of these prints.
"""
