"""How deployments choose the image: a parameter of the service's stack, which CloudFormation keeps from one deployment to the next.

A template that named the tag would move the image back whenever somebody deployed from a checkout that does not know the newest
(aws/aws-cdk issue 14437). The CDK CLI sends the previous value of a parameter that nobody gives.
"""

PARAMETER = "ImageTag"
"""The parameter's name in the template."""

NO_IMAGE = "none"
"""The parameter's value until there is an image: the placeholder runs."""

RUNS_PLACEHOLDER = "RunsPlaceholder"
"""The only condition of the templates."""

TAG_PATTERN = r"^(?!latest$)[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$"
"""Tags that may run (Docker's grammar of tags, without `latest`); CloudFormation refuses others."""

DEPLOYED_PREFIX = "deployed-"
"""Begins the second tag that `deploy` gives to an image. The lifecycle policy spares the newest images that have one."""
