"""`secrets status`: the state of every secret, and what to do next."""

import json
import re
from typing import Any

import pytest
from botocore.stub import Stubber

from tests.deployed_secrets import DeployedSecrets
from tests.operations.secrets.sample import EVERY_SECRET, value_of, values
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design.secrets import APPLICATION_SECRETS
from tradingbot_infra.local_cloud.server import client
from tradingbot_infra.operations.secrets.generation import GENERATED
from tradingbot_infra.operations.secrets.status import SecretStatus, State, Value, read_secrets
from tradingbot_infra.operations.session import Session

pytestmark = pytest.mark.local_cloud

MASTER = "database-master"


def by_name(secrets: DeployedSecrets, *, check: bool = False, environment: str = "production") -> dict[str, SecretStatus]:
    found = read_secrets(secrets.session, load_config(environment), check=check)
    return {secret.name: secret for secret in found}


def shown(secrets: DeployedSecrets, *words: str) -> tuple[int, dict[str, Any]]:
    result = secrets.run("status", "--json", *words)
    document = json.loads(result.stdout)
    assert set(document) == {"environment", "region", "ready", "secrets", "next_steps"}
    return result.exit_code, document


def test_after_a_deployment_the_application_secrets_hold_placeholders(secrets: DeployedSecrets) -> None:
    found = by_name(secrets)
    assert list(found) == [*EVERY_SECRET, MASTER]
    assert {name for name, secret in found.items() if secret.value is Value.PLACEHOLDER} == set(APPLICATION_SECRETS)
    assert {found[name].value for name in EVERY_SECRET if name not in APPLICATION_SECRETS} == {Value.REAL}
    assert {secret.state for name, secret in found.items() if name != MASTER} == {State.EXISTS}
    assert all(secret.kms_key and secret.changed for name, secret in found.items() if name != MASTER)
    assert found["secret-key"].rotation == found["redis-auth-token"].rotation == "by hand"
    assert found["database-url"].rotation == "none"


def test_a_written_value_counts_as_real_without_being_read(secrets: DeployedSecrets) -> None:
    secrets.put("secret-key", value_of("secret-key"))
    secret = by_name(secrets)["secret-key"]
    assert (secret.value, secret.versions, secret.wrong) == (Value.REAL, 2, None)
    for name in APPLICATION_SECRETS:
        described = secrets.session.secretsmanager.describe_secret(SecretId=secrets.config.names.secret(name))
        assert not described.get("LastAccessedDate"), name


def test_check_reads_values_and_checks_their_form(secrets: DeployedSecrets) -> None:
    secrets.put("secret-key", value_of("secret-key"))
    secrets.put("webhook-secret", "too-short")
    secrets.put("openai-api-key", "sk-...")
    found = by_name(secrets, check=True)
    assert (found["secret-key"].value, found["secret-key"].wrong) == (Value.REAL, None)
    assert (found["webhook-secret"].value, found["webhook-secret"].ready) == (Value.REAL, False)
    assert (found["webhook-secret"].wrong or "").startswith("webhook-secret: has another form; allowed: ")
    assert found["openai-api-key"].value is Value.PLACEHOLDER


def test_only_check_finds_a_value_that_cloudformation_generated_over_a_real_one(secrets: DeployedSecrets) -> None:
    secrets.put("encryption-key", value_of("encryption-key"))
    generated = secrets.session.secretsmanager.get_random_password(PasswordLength=32, ExcludePunctuation=True)["RandomPassword"]
    secrets.put("encryption-key", generated)
    assert by_name(secrets)["encryption-key"].value is Value.REAL
    assert by_name(secrets, check=True)["encryption-key"].value is Value.PLACEHOLDER


def test_only_check_finds_a_real_value_that_a_secret_was_created_with(secrets: DeployedSecrets) -> None:
    secret_id = secrets.config.names.secret("secret-key")
    secrets.session.secretsmanager.delete_secret(SecretId=secret_id, ForceDeleteWithoutRecovery=True)
    secrets.session.secretsmanager.create_secret(Name=secret_id, SecretString=value_of("secret-key"))
    assert by_name(secrets)["secret-key"].value is Value.PLACEHOLDER
    found = by_name(secrets, check=True)["secret-key"]
    assert (found.value, found.kms_key) == (Value.REAL, False)


def test_a_secret_without_a_value_is_reported(secrets: DeployedSecrets) -> None:
    secret_id = secrets.config.names.secret("secret-key")
    secrets.session.secretsmanager.delete_secret(SecretId=secret_id, ForceDeleteWithoutRecovery=True)
    arn = secrets.session.secretsmanager.create_secret(Name=secret_id)["ARN"]
    stage = {"VersionStage": "AWSCURRENT"}
    (version,) = secrets.session.secretsmanager.list_secret_version_ids(SecretId=arn)["Versions"]
    secrets.session.secretsmanager.update_secret_version_stage(SecretId=arn, RemoveFromVersionId=version["VersionId"], **stage)
    assert {by_name(secrets, check=check)["secret-key"].value for check in (False, True)} == {Value.NONE}


def test_an_environment_without_redis_has_no_auth_token(secrets: DeployedSecrets) -> None:
    assert "redis-auth-token" not in by_name(secrets, environment="staging")


def test_without_a_deployment_every_secret_is_missing(secrets: DeployedSecrets) -> None:
    found = by_name(secrets, environment="staging")
    assert {secret.state for secret in found.values()} == {State.MISSING}


def test_the_table_names_each_secret_and_the_next_steps(secrets: DeployedSecrets) -> None:
    secrets.run("delete", "telegram-bot-token", "--confirm", "production")
    result = secrets.run("status")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].split("  ")[0] == "SECRET"
    rows = {line.split()[0]: line for line in lines[1 : len(EVERY_SECRET) + 2]}
    assert list(rows) == [*EVERY_SECRET, MASTER]
    assert re.search(r"scheduled for deletion, \d{4}-\d\d-\d\d \d\d:\d\d \w+ ", rows["telegram-bot-token"])
    assert re.search(r"^secret-key +exists +placeholder +\d{4}-\d\d-\d\d \d\d:\d\d \w+ +by hand +yes$", rows["secret-key"])
    program, reach = "tradingbot secrets", "--env production --local"
    pushed = [name for name in APPLICATION_SECRETS if name not in (*GENERATED, "telegram-bot-token")]
    assert lines[len(EVERY_SECRET) + 2 :] == [
        "Next: database-master: `make up ENV=production`; or, if deleted by hand, `make down ENV=production && make up ENV=production`",
        f"Next: `{program} restore telegram-bot-token {reach}`",
        f"Next: `{program} generate {reach}` for {', '.join(GENERATED)}; if you have values, `{program} push {reach}`",
        f"Next: `{program} push {reach}` for {', '.join(pushed)}",
    ]


def test_json_has_the_state_of_a_secret_and_no_value(secrets: DeployedSecrets) -> None:
    code, document = shown(secrets, "--check")
    assert (code, document["environment"], document["region"], document["ready"]) == (1, "production", "ap-southeast-2", False)
    secret = document["secrets"][0]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", secret["changed"])
    assert {**secret, "changed": None, "wrong": None} == {
        "name": "secret-key",
        "secret_id": secrets.config.names.secret("secret-key"),
        "state": "exists",
        "value": "placeholder",
        "checked": True,
        "wrong": None,
        "changed": None,
        "deletion": None,
        "rotation": "by hand",
        "kms_key": True,
    }


def database(secrets: DeployedSecrets) -> None:
    secrets.session.rds.create_db_instance(
        DBInstanceIdentifier=secrets.config.names.database, DBInstanceClass="db.t3.micro", Engine="postgres", AllocatedStorage=20
    )


def test_it_succeeds_once_every_value_is_real(secrets: DeployedSecrets) -> None:
    database(secrets)
    try:
        assert secrets.run("status").exit_code == 1
        for secret, value in values().items():
            secrets.put(secret, value)
        assert secrets.run("status", "--check").exit_code == 0
        code, document = shown(secrets)
        assert (code, document["ready"], document["next_steps"]) == (0, True, [])
        assert document["secrets"][-1] | {"checked": None} == {
            "name": MASTER,
            "secret_id": None,
            "state": "not_shown",
            "value": "unknown",
            "checked": None,
            "wrong": None,
            "changed": None,
            "deletion": None,
            "rotation": "by RDS",
            "kms_key": None,
        }
    finally:
        secrets.session.rds.delete_db_instance(DBInstanceIdentifier=secrets.config.names.database, SkipFinalSnapshot=True)


@pytest.mark.parametrize("status", ["active", "impaired"])
def test_the_master_secret_of_rds_is_found_and_whether_rds_can_rotate_it(secrets: DeployedSecrets, status: str) -> None:
    # The local cloud does not show the master secret of an instance.
    manager = secrets.session.secretsmanager
    arn = manager.create_secret(Name="rds!db-1", SecretString="{}")["ARN"]
    manager.rotate_secret(SecretId=arn, RotationRules={"AutomaticallyAfterDays": 7})
    rds = client(secrets.cloud.endpoint, "ap-southeast-2", "rds")
    try:
        with Stubber(rds) as stub:
            instance = {"MasterUserSecret": {"SecretArn": arn, "SecretStatus": status}}
            stub.add_response("describe_db_instances", {"DBInstances": [instance]})
            session = Session(lambda service, _: rds if service == "rds" else manager, region="ap-southeast-2")
            *_, master = read_secrets(session, secrets.config, check=True)
    finally:
        manager.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)
    assert (master.name, master.state, master.value, master.secret_id) == (MASTER, State.EXISTS, Value.REAL, arn)
    assert master.rotation == "by Secrets Manager, every 7 days"
    assert master.ready == (status == "active")


@pytest.mark.parametrize(
    ("described", "rotation"),
    [
        ({"RotationEnabled": True, "OwningService": "rds", "RotationRules": {"AutomaticallyAfterDays": 7}}, "by RDS, every 7 days"),
        ({"RotationEnabled": True, "RotationRules": {"ScheduleExpression": "rate(10 days)"}}, "by Secrets Manager, rate(10 days)"),
        ({"RotationEnabled": False, "RotationRules": {"AutomaticallyAfterDays": 7}}, "by hand"),
    ],
)
def test_rotation_is_shown_as_aws_describes_it(secrets: DeployedSecrets, described: dict[str, Any], rotation: str) -> None:
    # The local cloud knows neither an owning service nor a schedule expression.
    manager = client(secrets.cloud.endpoint, "ap-southeast-2", "secretsmanager")
    with Stubber(manager) as stub:
        stub.add_response("describe_secret", described)
        stub.add_response("list_secret_version_ids", {"Versions": [{"VersionId": "1" * 32}], "NextToken": "more"})
        stub.add_response("list_secret_version_ids", {"Versions": [{"VersionId": "2" * 32, "VersionStages": ["AWSCURRENT"]}]})
        first = next(read_secrets(Session(lambda *_: manager, region="ap-southeast-2"), secrets.config, check=False))
    assert (first.rotation, first.versions) == (rotation, 2)
