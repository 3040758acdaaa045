"""What an execution role has to be allowed, read off the task definition (ECS Developer Guide, "Amazon ECS task execution IAM role")."""

import re
from collections.abc import Iterator, Mapping

from tradingbot_infra.operations.live.service import TaskDefinition
from tradingbot_infra.operations.permissions.simulation import Need

READ_SECRET = "secretsmanager:GetSecretValue"  # noqa: S105 - an action
DECRYPT = "kms:Decrypt"

_PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
_LOG = ("logs:CreateLogStream", "logs:PutLogEvents")
_PRIVATE_IMAGE = re.compile(r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.[^/]+/(?P<repository>[^:@]+)")
_ARN_PARTS = 7
"""Of a secret's ARN; ECS puts key, stage and version of the value behind them (ECS Developer Guide, "Secrets Manager")."""


def secrets_of(task_definition: TaskDefinition) -> tuple[str, ...]:
    """The secrets whose values tasks are given, each once, as the task definition names them."""
    return tuple(dict.fromkeys(":".join(value.split(":")[:_ARN_PARTS]) for value in task_definition.secrets.values()))


def decryption_context(region: str, account: str) -> tuple[tuple[str, str], ...]:
    """What a key's policy and a role's may ask of a decryption: that Secrets Manager does it, for this account."""
    return (("kms:ViaService", f"secretsmanager.{region}.amazonaws.com"), ("kms:CallerAccount", account))


def needs_of_execution_role(task_definition: TaskDefinition, *, region: str, keys: Mapping[str, str]) -> tuple[Need, ...]:
    """Everything that ECS does in the role's name before a task runs.

    `keys` maps secrets, as `secrets_of` names them, to the ARN of their customer managed key; others need none.
    """
    return tuple(_needs(task_definition, region, keys))


def _needs(task_definition: TaskDefinition, region: str, keys: Mapping[str, str]) -> Iterator[Need]:
    _, partition, _, _, account, _ = task_definition.execution_role_arn.split(":", 5)
    image = _PRIVATE_IMAGE.match(task_definition.image)
    if image:
        yield Need(("ecr:GetAuthorizationToken",), "*")
        yield Need(_PULL, f"arn:{partition}:ecr:{image['region']}:{image['account']}:repository/{image['repository']}")
    for secret in secrets_of(task_definition):
        yield Need((READ_SECRET,), secret)
    for key in dict.fromkeys(keys.values()):
        yield Need((DECRYPT,), key, decryption_context(region, account))
    if task_definition.log_group:
        # Both actions are asked for a stream; its name is the task's, so any will do.
        yield Need(_LOG, f"arn:{partition}:logs:{region}:{account}:log-group:{task_definition.log_group}:log-stream:task")
