"""Destroys an environment: what goes and what stays, what must not go, and the deletion itself, which goes on after a failure.

`fate` reads what the deployed stacks hold and what their deletion makes of it. `obstacles` are reasons not to begin. `protections`
are lifted, `removal` deletes stack by stack, and `remains` finds afterwards what is still in the account. None of these prints.
"""
