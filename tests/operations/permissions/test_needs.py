"""What an execution role has to be allowed follows from the task definition, and from nothing else."""

import pytest

from tests.operations.permissions.sample import ACCOUNT, IMAGE, KEY, REGION, TASK, secret, task
from tradingbot_infra.operations.live.service import TaskDefinition
from tradingbot_infra.operations.permissions.needs import needs_of_execution_role, secrets_of
from tradingbot_infra.operations.permissions.simulation import Need

PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
LOG = Need(("logs:CreateLogStream", "logs:PutLogEvents"), f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/ecs/tradingbot:log-stream:task")


def needs(task_definition: TaskDefinition, **keys: str) -> tuple[Need, ...]:
    return needs_of_execution_role(task_definition, region=REGION, keys=keys)


def test_it_pulls_the_image_reads_and_decrypts_the_secrets_and_writes_the_log() -> None:
    found = needs_of_execution_role(TASK, region=REGION, keys={secret("token"): KEY, secret("database"): KEY})
    assert found == (
        Need(("ecr:GetAuthorizationToken",), "*"),
        Need(PULL, f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/tradingbot"),
        Need(("secretsmanager:GetSecretValue",), secret("token")),
        Need(("secretsmanager:GetSecretValue",), secret("database")),
        Need(("kms:Decrypt",), KEY, (("kms:ViaService", f"secretsmanager.{REGION}.amazonaws.com"), ("kms:CallerAccount", ACCOUNT))),
        LOG,
    )


def test_a_secret_is_one_however_many_of_its_keys_are_read() -> None:
    assert secrets_of(TASK) == (secret("token"), secret("database"))


def test_a_secret_may_be_named_without_its_arn() -> None:
    assert secrets_of(task(secrets={"TOKEN": "tradingbot/production/token"})) == ("tradingbot/production/token",)


@pytest.mark.parametrize("image", ["public.ecr.aws/docker/library/python:3.13-alpine", "python:3.13", "ghcr.io/someone/something:1"])
def test_a_public_image_needs_no_permission(image: str) -> None:
    assert needs(task(image=image, secrets={})) == (LOG,)


@pytest.mark.parametrize(
    ("image", "resource"),
    [
        (IMAGE, f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/tradingbot"),
        (IMAGE.replace(":1.2.3", f"@sha256:{'0' * 64}"), f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/tradingbot"),
        ("444455556666.dkr.ecr.eu-west-1.amazonaws.com/team/bot", "arn:aws:ecr:eu-west-1:444455556666:repository/team/bot"),
    ],
)
def test_a_private_image_needs_its_repository_whatever_its_account_and_tag(image: str, resource: str) -> None:
    assert Need(PULL, resource) in needs(task(image=image))


def test_in_another_partition_resources_are_of_that_partition() -> None:
    china = task(execution_role_arn=f"arn:aws-cn:iam::{ACCOUNT}:role/Starter", image=f"{ACCOUNT}.dkr.ecr.cn-north-1.amazonaws.com.cn/bot:1")
    assert Need(PULL, f"arn:aws-cn:ecr:cn-north-1:{ACCOUNT}:repository/bot") in needs(china)


def test_without_a_log_group_no_log_is_written() -> None:
    assert LOG not in needs(task(log_group=""))
