"""Secrets of a container, read with the rights of the execution role; refusals in ECS's words, which `doctor` reads."""

import json
import uuid
from typing import Any

import pytest

from tests.local_cloud.fargate.task import EVERYTHING, output, python, refused, role, spec
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.operations.live.ecs_messages import EcsMessage, Trouble

pytestmark = pytest.mark.local_cloud

_PRINT = python("import os; print(os.environ['VALUE'])")
_BEGIN = (
    "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve"
    " secret from asm: service call has been retried 1 time(s): "
)


def secret(value: str | None = '{"key": "v", "port": 5432, "empty": ""}', **settings: object) -> str:
    made = call("secretsmanager", "CreateSecret", Name=uuid.uuid4().hex, **({} if value is None else {"SecretString": value}), **settings)
    return str(made["ARN"])


def reading(reference: str) -> dict[str, Any]:
    return {"secrets": [{"name": "VALUE", "valueFrom": reference}]}


def trouble(reason: str) -> Trouble | None:
    return EcsMessage(None, "task", reason, "arn").trouble


@pytest.mark.parametrize(("suffix", "value"), [(":key::", "v"), (":port::", "5432"), (":key:AWSCURRENT:", "v"), ("::AWSCURRENT:", None)])
def test_a_container_gets_a_secret_or_one_key_of_it(suffix: str, value: str | None) -> None:
    whole = '{"key": "v", "port": 5432, "empty": ""}'
    assert output(*_PRINT, **reading(secret() + suffix)) == [whole if value is None else value]


def test_a_secret_that_is_no_json_arrives_as_it_is() -> None:
    assert output(*_PRINT, **reading(secret("a:b=c"))) == ["a:b=c"]


def test_a_version_that_does_not_exist_and_a_key_that_is_missing_stop_the_task() -> None:
    arn = secret()
    assert "did not contain json key nope" in refused(spec(*_PRINT, **reading(f"{arn}:nope::")))
    assert "AWSPREVIOUS" in refused(spec(*_PRINT, **reading(f"{arn}::AWSPREVIOUS:")))
    assert "looking for beginning of value" in refused(spec(*_PRINT, **reading(f"{secret('plain')}:key::")))


def test_a_secret_without_a_value_stops_the_task() -> None:
    assert trouble(refused(spec(*_PRINT, **reading(secret(None))))) is Trouble.SECRET_MISSING


def test_a_secret_that_is_missing_and_one_that_is_marked_for_deletion_are_told_apart() -> None:
    arn = secret()
    call("secretsmanager", "DeleteSecret", SecretId=arn)
    assert trouble(refused(spec(*_PRINT, **reading(arn)))) is Trouble.SECRET_DELETED
    missing = arn.replace(arn.rpartition(":")[2], "nobody-AbCdEf")
    assert trouble(refused(spec(*_PRINT, **reading(missing)))) is Trouble.SECRET_MISSING


def test_a_role_that_may_not_read_the_secret_is_refused_in_iams_words() -> None:
    arn = secret()
    only_logs = role({"Effect": "Allow", "Action": "logs:*", "Resource": "*"})
    described = spec(*_PRINT, execution_role=only_logs, **reading(arn))
    reason = refused(described)
    session = f"arn:aws:sts::000000000000:assumed-role/{only_logs.rpartition('/')[2]}/{described.task_id}"
    assert reason == (
        f"{_BEGIN}failed to fetch secret {arn} from secrets manager: AccessDeniedException: User: {session} is not authorized to"
        f" perform: secretsmanager:GetSecretValue on resource: {arn} because no identity-based policy allows the"
        " secretsmanager:GetSecretValue action"
    )
    assert trouble(reason) is Trouble.SECRET_DENIED


def test_a_statement_that_denies_is_named_as_the_reason() -> None:
    deny = {"Effect": "Deny", "Action": "secretsmanager:*", "Resource": "*"}
    reason = refused(spec(*_PRINT, execution_role=role(*EVERYTHING, deny), **reading(secret())))
    assert reason.endswith("with an explicit deny in an identity-based policy")


def test_the_customer_key_of_a_secret_must_be_usable_through_secrets_manager() -> None:
    key = call("kms", "CreateKey")["KeyMetadata"]["Arn"]
    arn = secret(KmsKeyId=key)
    read = {"Effect": "Allow", "Action": ["secretsmanager:GetSecretValue", "ecr:*"], "Resource": "*"}
    through = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": key, "Condition": _via("secretsmanager.us-east-1.amazonaws.com")}
    other = {**through, "Condition": _via("s3.us-east-1.amazonaws.com")}
    for statements in ([read], [read, other]):
        reason = refused(spec(*_PRINT, execution_role=role(*statements), **reading(arn)))
        assert reason.endswith("AccessDeniedException: Access to KMS is not allowed")
        assert trouble(reason) is Trouble.SECRET_DENIED
    logs = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}
    assert output(*_PRINT, execution_role=role(read, through, logs), **reading(arn)) == [
        json.dumps({"key": "v", "port": 5432, "empty": ""})
    ]
    call("kms", "DisableKey", KeyId=key)
    assert "DecryptionFailure" in refused(spec(*_PRINT, execution_role=role(read, through), **reading(arn)))


def test_a_role_that_does_not_exist_cannot_be_assumed() -> None:
    reason = refused(spec(*_PRINT, execution_role="arn:aws:iam::000000000000:role/nobody", **reading(secret())))
    assert "ECS was unable to assume the role 'arn:aws:iam::000000000000:role/nobody'" in reason


def test_a_task_without_an_execution_role_does_not_start() -> None:
    assert "Fargate requires task definition to have execution role ARN" in refused(spec(*_PRINT, execution_role=""))


def _via(service: str) -> dict[str, dict[str, str]]:
    return {"StringEquals": {"kms:ViaService": service}}
