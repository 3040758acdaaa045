"""The one place that uses ministack's Python modules and their private names; everything else goes through it.

`services` sends requests to its service modules, `registries` finds where it registers services and CloudFormation
handlers, `records` reads and writes its in-memory state, `stacks` and `policies` reuse its CloudFormation and IAM code,
`scopes` its storage by account and region. A change of ministack's version can only break what is in here.
"""
