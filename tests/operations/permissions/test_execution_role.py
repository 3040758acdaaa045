"""Production's execution role as deployed: it may do all it must, and each planted fault is named, and nothing else."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.deployed import Deployed
from tests.operations.network.aws_command import run
from tests.operations.permissions.sample import KEY, REGION, TASK
from tests.operations.rendering import plain
from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.operations.live.service import TaskDefinition, read_service
from tradingbot_infra.operations.permissions.execution_role import execution_role
from tradingbot_infra.operations.permissions.findings import Denial, Permissions
from tradingbot_infra.operations.permissions.needs import secrets_of
from tradingbot_infra.operations.printed_commands import revert

READ, DECRYPT = "secretsmanager:GetSecretValue", "kms:Decrypt"
LOG = {"logs:CreateLogStream", "logs:PutLogEvents"}
IMAGE = f"000000000000.dkr.ecr.{REGION}.amazonaws.com/tradingbot-ai-production:1.0.0"


def task_of(deployed: Deployed) -> TaskDefinition:
    """The task definition, as if an image of its own ran instead of the placeholder."""
    return replace(read_service(deployed.session, deployed.names).task_definition, image=IMAGE)


def permissions(deployed: Deployed) -> Permissions:
    return execution_role(deployed.session, task_of(deployed))


@contextmanager
def planted(deployed: Deployed, plant: Callable[[], object], undo: Callable[[], object]) -> Iterator[dict[str, Denial]]:
    """The denials by cause while a fault stands; a cause that stands twice fails the test."""
    plant()
    try:
        found = permissions(deployed)
        assert found.not_assessed == ()
        assert len({denial.cause for denial in found.problems}) == len(found.problems)
        yield {denial.cause: denial for denial in found.problems}
    finally:
        undo()
    assert permissions(deployed) == Permissions()


def suppressed(undo: Callable[[], object]) -> None:
    """Undoes what a fix may have undone already."""
    with suppress(ClientError):
        undo()


@pytest.mark.local_cloud
class TestDeployed:
    """On the local cloud."""

    def test_it_may_do_all_that_starting_a_task_takes(self, deployed: Deployed) -> None:
        assert permissions(deployed) == Permissions()

    def test_without_its_policy_everything_is_denied_each_action_once(self, deployed: Deployed) -> None:
        iam: Any = deployed.session.iam
        task = task_of(deployed)
        role = task.execution_role_arn.rpartition("/")[2]
        (policy,) = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
        where = {"RoleName": role, "PolicyArn": policy["PolicyArn"]}
        iam.detach_role_policy(**where)
        try:
            found = permissions(deployed)
        finally:
            iam.attach_role_policy(**where)
        assert found.not_assessed == ()
        assert {(denial.cause, denial.decision) for denial in found.problems} == {("identity_policy", "implicit_deny")}
        assert {plain(denial.fix) for denial in found.problems} == {plain(revert("service"))}
        pull = {"ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}
        assert [denial.action for denial in found.problems].count(READ) == 1
        assert {denial.action for denial in found.problems} == {READ, DECRYPT, *LOG, *pull}
        assert next(denial for denial in found.problems if denial.action == READ).resources == secrets_of(task)

    def test_a_policy_that_denies_is_told_from_one_that_is_missing(self, deployed: Deployed) -> None:
        iam: Any = deployed.session.iam
        role = task_of(deployed).execution_role_arn.rpartition("/")[2]
        where = {"RoleName": role, "PolicyName": "NoDecryption"}
        document = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": DECRYPT, "Resource": "*"}]}
        with planted(
            deployed,
            lambda: iam.put_role_policy(**where, PolicyDocument=json.dumps(document)),
            lambda: iam.delete_role_policy(**where),
        ) as found:
            assert set(found) == {"identity_policy"}
            assert (found["identity_policy"].action, found["identity_policy"].decision) == (DECRYPT, "explicit_deny")

    def test_a_deleted_secret_is_named_and_its_fix_restores_it(self, deployed: Deployed) -> None:
        client: Any = deployed.session.secretsmanager
        secret = secrets_of(task_of(deployed))[0]
        with planted(
            deployed,
            lambda: client.delete_secret(SecretId=secret, RecoveryWindowInDays=7),
            lambda: suppressed(lambda: client.restore_secret(SecretId=secret)),
        ) as found:
            assert {cause: denial.resources for cause, denial in found.items()} == {"secret_deleted": (secret,)}
            run(deployed.session, plain(found["secret_deleted"].fix))
            assert permissions(deployed) == Permissions()

    def test_a_secret_that_never_was_is_named(self, deployed: Deployed) -> None:
        task = task_of(deployed)
        absent = replace(task, secrets={**task.secrets, "ABSENT": "tradingbot-ai/production/absent"})
        found = execution_role(deployed.session, absent)
        assert ("secret_missing", ("tradingbot-ai/production/absent",)) in [(denial.cause, denial.resources) for denial in found.problems]
        # The role's policy names its secrets one by one, so it is not allowed this one either.
        assert {denial.cause for denial in found.problems} == {"secret_missing", "identity_policy"}

    def test_a_secret_whose_own_policy_denies_the_role_is_named(self, deployed: Deployed) -> None:
        client: Any = deployed.session.secretsmanager
        task = task_of(deployed)
        secret = secrets_of(task)[0]
        denial = {"Effect": "Deny", "Principal": {"AWS": task.execution_role_arn}, "Action": READ, "Resource": "*"}
        with planted(
            deployed,
            lambda: client.put_resource_policy(
                SecretId=secret, ResourcePolicy=json.dumps({"Version": "2012-10-17", "Statement": [denial]})
            ),
            lambda: client.delete_resource_policy(SecretId=secret),
        ) as found:
            assert {cause: each.resources for cause, each in found.items()} == {"secret_policy": (secret,)}
            run(deployed.session, plain(found["secret_policy"].fix))
            assert permissions(deployed) == Permissions()

    def test_a_disabled_key_is_named_and_its_fix_enables_it(self, deployed: Deployed) -> None:
        kms: Any = deployed.session.kms
        key = self._key(deployed)
        with planted(deployed, lambda: kms.disable_key(KeyId=key), lambda: kms.enable_key(KeyId=key)) as found:
            assert {cause: denial.resources for cause, denial in found.items()} == {"key_state": (key,)}
            run(deployed.session, plain(found["key_state"].fix))
            assert permissions(deployed) == Permissions()

    def test_a_key_that_is_about_to_be_deleted_is_named_and_its_fix_keeps_it(self, deployed: Deployed) -> None:
        kms: Any = deployed.session.kms
        key = self._key(deployed)

        def undo() -> None:
            if kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "PendingDeletion":
                kms.cancel_key_deletion(KeyId=key)
            kms.enable_key(KeyId=key)

        with planted(deployed, lambda: kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=30), undo) as found:
            assert {cause: denial.resources for cause, denial in found.items()} == {"key_state": (key,)}
            run(deployed.session, plain(found["key_state"].fix))
            assert permissions(deployed) == Permissions()

    def test_a_key_whose_policy_no_longer_leaves_it_to_the_account_is_named(self, deployed: Deployed) -> None:
        kms: Any = deployed.session.kms
        key = self._key(deployed)
        policy = kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
        without = {
            "Version": "2012-10-17",
            "Statement": [{**each, "Action": "kms:PutKeyPolicy"} for each in json.loads(policy)["Statement"]],
        }
        with planted(
            deployed,
            lambda: kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(without)),
            lambda: kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy),
        ) as found:
            assert {cause: denial.resources for cause, denial in found.items()} == {"key_policy": (key,)}

    @staticmethod
    def _key(deployed: Deployed) -> str:
        """The key of all the application's secrets."""
        secret = secrets_of(task_of(deployed))[0]
        return deployed.session.secretsmanager.describe_secret(SecretId=secret)["KmsKeyId"]


def test_a_task_definition_without_an_execution_role_is_told_and_nothing_asked() -> None:
    found = execution_role(session_over(), replace(TASK, execution_role_arn=""))
    assert [(denial.cause, denial.text) for denial in found.problems] == [("no_role", f"{TASK.arn} has no execution role")]


def test_what_the_policies_of_secrets_and_keys_grant_by_name_is_not_asked_of_the_roles_own() -> None:
    role = {"Effect": "Allow", "Principal": {"AWS": TASK.execution_role_arn}, "Action": "*", "Resource": "*"}
    policy = json.dumps({"Statement": [role]})
    stages = {"0" * 32: ["AWSCURRENT"]}
    asked: list[str] = []
    with boto3_client("secretsmanager") as (secretsmanager, secret_stubs), boto3_client("kms") as (kms, key_stubs):
        for secret in secrets_of(TASK):
            secret_stubs.add_response("describe_secret", {"ARN": secret, "KmsKeyId": "key", "VersionIdsToStages": stages})
            secret_stubs.add_response("get_resource_policy", {"ResourcePolicy": policy})
        key_stubs.add_response("describe_key", {"KeyMetadata": {"KeyId": "key", "Arn": KEY, "KeyState": "Enabled"}})
        key_stubs.add_response("get_key_policy", {"Policy": policy})
        with boto3_client("iam") as (iam, role_stubs):
            iam.meta.events.register(
                "provide-client-params.iam.SimulatePrincipalPolicy", lambda params, **_: asked.extend(params["ActionNames"])
            )
            for _ in range(3):
                role_stubs.add_response("simulate_principal_policy", {"EvaluationResults": []})
            session = session_over(secretsmanager=secretsmanager, kms=kms, iam=iam)
            assert execution_role(session, TASK) == Permissions()
    assert "ecr:BatchGetImage" in asked
    assert {READ, DECRYPT}.isdisjoint(asked)
