"""Databases that stop and start, and what of them RDS shows."""

import uuid
from typing import Any

import pytest
from ministack.services.cloudformation import provisioners
from ministack.services.rds import _instances

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.handlers.completions import COMPLETIONS
from tradingbot_infra.local_cloud.in_process import call

# RDS answers from a thread, for which an event loop is needed, and for that a socket.
pytestmark = pytest.mark.local_cloud


@pytest.fixture
def database() -> str:
    return made_by_a_stack(ManageMasterUserPassword=True, EnableCloudwatchLogsExports=["upgrade", "postgresql"])


def made_by_a_stack(**properties: object) -> str:
    handler = COMPLETIONS["AWS::RDS::DBInstance"](provisioners.__dict__["_RESOURCE_HANDLERS"]["AWS::RDS::DBInstance"])
    plain = {"DBInstanceIdentifier": f"db-{uuid.uuid4().hex}", "Engine": "postgres", "MasterUsername": "tradingbot"}
    made: str = handler["create"]("Database", {**plain, **properties}, "lab")[0]
    return made


def described(name: str) -> dict[str, Any]:
    (found,) = call("rds", "DescribeDBInstances", DBInstanceIdentifier=name)["DBInstances"]
    return dict(found)


def refused(operation: str, name: str) -> str:
    with pytest.raises(LocalApiError) as raised:
        call("rds", operation, DBInstanceIdentifier=name)
    return raised.value.code


def test_a_stopped_database_is_stopped_until_it_is_started(database: str) -> None:
    assert call("rds", "StopDBInstance", DBInstanceIdentifier=database)["DBInstance"]["DBInstanceStatus"] == "stopped"
    assert described(database)["DBInstanceStatus"] == "stopped"
    assert refused("StopDBInstance", database) == "InvalidDBInstanceState"
    call("rds", "StartDBInstance", DBInstanceIdentifier=database)
    assert described(database)["DBInstanceStatus"] == "available"
    assert refused("StartDBInstance", database) == "InvalidDBInstanceState"


@pytest.mark.parametrize("operation", ["StopDBInstance", "StartDBInstance", "DescribeDBInstances"])
def test_an_unknown_database_is_refused(operation: str) -> None:
    assert refused(operation, "none") == "DBInstanceNotFound"


def test_the_logs_that_a_stack_exports_are_shown_and_can_be_changed(database: str) -> None:
    assert described(database)["EnabledCloudwatchLogsExports"] == ["postgresql", "upgrade"]
    change = {"DisableLogTypes": ["upgrade"], "EnableLogTypes": ["iam-db-auth-error"]}
    answer = call("rds", "ModifyDBInstance", DBInstanceIdentifier=database, CloudwatchLogsExportConfiguration=change)["DBInstance"]
    assert (
        answer["EnabledCloudwatchLogsExports"] == described(database)["EnabledCloudwatchLogsExports"] == ["iam-db-auth-error", "postgresql"]
    )
    call("rds", "ModifyDBInstance", DBInstanceIdentifier=database, BackupRetentionPeriod=8, ApplyImmediately=True)
    assert described(database)["EnabledCloudwatchLogsExports"] == ["iam-db-auth-error", "postgresql"]


def test_a_database_without_exports_shows_none_and_without_a_managed_password_no_secret() -> None:
    found = described(made_by_a_stack(MasterUserPassword="not-managed"))
    assert found["EnabledCloudwatchLogsExports"] == []
    assert "MasterUserSecret" not in found


def test_the_managed_master_secret_is_shown(database: str) -> None:
    shown = described(database)["MasterUserSecret"]
    secret = call("secretsmanager", "DescribeSecret", SecretId=shown["SecretArn"])
    assert secret["Name"].startswith("rds!db-")
    assert shown["SecretStatus"] == "active"


def test_ministack_still_leaves_the_exports_out_of_its_answers(database: str) -> None:
    assert _instances[database]["EnabledCloudwatchLogsExports"] == ["postgresql", "upgrade"]
    assert provisioners._rds._instance_xml(_instances[database]).count("<EnabledCloudwatchLogsExports/>") == 1  # noqa: SLF001 - RDS answers from a thread
