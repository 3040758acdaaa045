"""Who makes and rotates the password of the database is a setting, and changing it replaces nothing that holds data."""

import json

import pytest

from tests.conftest import Synthesize
from tests.stacks.statements import statements
from tradingbot_infra.templates import Assembly, Resource

SECRET = "${DataStack.DatabaseMasterSecret}"  # noqa: S105 - a reference
CREDENTIALS = {"ManageMasterUserPassword", "MasterUserSecret", "MasterUserPassword"}


@pytest.fixture
def self_managed(synthesize: Synthesize) -> Assembly:
    return synthesize("staging", db_credentials="self-managed")


def database(assembly: Assembly) -> Resource:
    return assembly.only("AWS::RDS::DBInstance")


def test_the_stack_generates_a_password_and_no_template_holds_it(self_managed: Assembly) -> None:
    properties = database(self_managed).properties
    assert properties["ManageMasterUserPassword"] is False
    assert properties["MasterUserPassword"] == f"{{{{resolve:secretsmanager:{SECRET}:SecretString:password::}}}}"
    (secret,) = [each for each in self_managed.of_type("AWS::SecretsManager::Secret") if each.logical_id == "DatabaseMasterSecret"]
    generated = secret.properties["GenerateSecretString"]
    assert json.loads(generated["SecretStringTemplate"]) == {"username": properties["MasterUsername"]}
    assert (generated["GenerateStringKey"], generated["PasswordLength"]) == ("password", 32)
    assert secret.properties["KmsKeyId"] == "${DataStack.SecretsKey.Arn}"


def test_nothing_else_of_the_database_changes_so_it_is_updated_in_place(self_managed: Assembly, synthesize: Synthesize) -> None:
    before, after = database(synthesize("staging")), database(self_managed)
    names = before.properties.keys() | after.properties.keys()
    assert before.logical_id == after.logical_id
    assert {name for name in names if before.properties.get(name) != after.properties.get(name)} == CREDENTIALS


def test_tasks_and_what_replaces_them_read_that_secret_and_no_other(self_managed: Assembly) -> None:
    (container,) = self_managed.only("AWS::ECS::TaskDefinition").properties["ContainerDefinitions"]
    secrets = {each["Name"]: each["ValueFrom"] for each in container["Secrets"]}
    assert (secrets["PGUSER"], secrets["PGPASSWORD"]) == (f"{SECRET}:username::", f"{SECRET}:password::")
    assert {each["Name"]: each["Value"] for each in container["Environment"]}["DATABASE_SECRET_ARN"] == SECRET
    readers = [each for each in statements(self_managed) if SECRET in each.resources]
    assert sorted(action for each in readers for action in each.actions) == [
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetSecretValue",
        "secretsmanager:GetSecretValue",
    ]
    assert "MasterUserSecret" not in json.dumps(self_managed.templates)
