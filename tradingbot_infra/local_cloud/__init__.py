"""A cloud on this machine for `make up` and the end-to-end tests: PyPI's ministack and the real CDK CLI against it.

`server` starts and ends it, `cdk_cli` deploys to it, `launcher` teaches it what it lacks: `handlers` the types of
CloudFormation, `services` the operations of APIs, over the wire formats of `api`. `limits` names what it only writes
down.

Only tests and the command line import this package. `app.py`, the stacks and the constructs must not: what they
synthesize for AWS may not depend on the local cloud.
"""
