"""Managed rotation of the master password, in PostgreSQL and in its secret."""

import json
import time
from typing import Any

import psycopg
import pytest
from botocore.exceptions import ClientError

from tests.data_stores import Stores, template

pytestmark = pytest.mark.local_cloud

PATIENCE_SECONDS = 60.0


def status(stores: Stores) -> str:
    (instance,) = stores.api("rds").describe_db_instances(DBInstanceIdentifier=stores.instance)["DBInstances"]
    return str(instance["MasterUserSecret"]["SecretStatus"])


def ended(stores: Stores) -> str:
    """The status of the secret when no rotation goes on any more."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while status(stores) == "rotating" and time.monotonic() < deadline:
        time.sleep(0.1)
    return status(stores)


def rotate(stores: Stores, **parameters: Any) -> str:
    version: str = stores.api("secretsmanager").rotate_secret(SecretId=stores.outputs["Secret"], **parameters)["VersionId"]
    return version


def refused(stores: Stores, password: str) -> bool:
    try:
        stores.connect(password).close()
    except psycopg.OperationalError as error:
        return "password authentication failed" in str(error)
    return False


def test_open_connections_live_and_new_ones_need_the_password_that_the_secret_gets(stores: Stores) -> None:
    before = stores.secret()
    with stores.connect() as connection:
        version = rotate(stores)
        assert ended(stores) == "active"
        assert connection.execute("SELECT 1").fetchone() == (1,)
    after = stores.secret()
    assert after == {**before, "password": after["password"]}
    assert after["password"] != before["password"]
    assert stores.secret("AWSPREVIOUS") == before
    assert version in stores.api("secretsmanager").describe_secret(SecretId=stores.outputs["Secret"])["VersionIdsToStages"]
    assert refused(stores, before["password"])
    assert not refused(stores, after["password"])


def test_for_a_moment_the_secret_still_holds_the_password_that_postgresql_no_longer_takes(stores: Stores) -> None:
    before = stores.secret()
    rotate(stores)
    stale = False
    while not stale and stores.secret() == before:
        stale = refused(stores, before["password"])
    assert ended(stores) == "active"
    assert stale


def test_a_second_rotation_is_refused_while_one_goes_on(stores: Stores) -> None:
    rotate(stores)
    with pytest.raises(ClientError, match="A previous rotation isn't complete"):
        rotate(stores)
    assert ended(stores) == "active"


def test_rds_rotates_as_well_but_only_at_once(stores: Stores) -> None:
    before, rds = stores.secret(), stores.api("rds")
    with pytest.raises(ClientError, match="You must apply the change immediately when rotating the master user password"):
        rds.modify_db_instance(DBInstanceIdentifier=stores.instance, RotateMasterUserPassword=True)
    rds.modify_db_instance(DBInstanceIdentifier=stores.instance, RotateMasterUserPassword=True, ApplyImmediately=True)
    assert ended(stores) == "active"
    assert stores.secret() != before
    stores.connect().close()


def test_a_rotation_of_a_stopped_instance_fails_and_leaves_the_secret_as_it_was(stores: Stores) -> None:
    before, rds = stores.secret(), stores.api("rds")
    rds.stop_db_instance(DBInstanceIdentifier=stores.instance)
    rotate(stores)
    assert ended(stores) == "impaired"
    assert stores.secret() == before
    rds.start_db_instance(DBInstanceIdentifier=stores.instance)
    stores.connect().close()
    rotate(stores)
    assert ended(stores) == "active"


def test_a_rotation_that_is_only_scheduled_changes_nothing(stores: Stores) -> None:
    before = stores.secret()
    rotate(stores, RotateImmediately=False, RotationRules={"AutomaticallyAfterDays": 3})
    assert ended(stores) == "active"
    assert stores.secret() == before


def test_a_secret_that_is_no_instance_s_is_rotated_as_before(stores: Stores) -> None:
    secrets = stores.api("secretsmanager")
    arn = secrets.create_secret(Name="of-the-application", SecretString="as it is")["ARN"]
    rotated = secrets.rotate_secret(SecretId=arn, RotationRules={"AutomaticallyAfterDays": 7})
    assert rotated["ARN"] == arn
    assert secrets.get_secret_value(SecretId=arn)["SecretString"] == "as it is"


def update(stores: Stores, **database: Any) -> None:
    """Changes properties of the database in its stack, as CloudFormation does."""
    body = template(**database)
    if not database.get("ManageMasterUserPassword", True):
        del body["Outputs"]["Secret"]
    cloudformation = stores.api("cloudformation")
    cloudformation.update_stack(StackName=stores.stack, TemplateBody=json.dumps(body))
    cloudformation.get_waiter("stack_update_complete").wait(StackName=stores.stack, WaiterConfig={"Delay": 1, "MaxAttempts": 60})


def test_the_password_changes_hands_between_rds_and_the_stack_and_back(stores: Stores) -> None:
    of_rds, of_stack = stores.secret()["password"], "generated-by-the-stack"
    update(stores, ManageMasterUserPassword=False, MasterUserPassword=of_stack)
    assert not refused(stores, of_stack)
    assert refused(stores, of_rds)
    (instance,) = stores.api("rds").describe_db_instances(DBInstanceIdentifier=stores.instance)["DBInstances"]
    assert "MasterUserSecret" not in instance
    update(stores)
    (stack,) = stores.api("cloudformation").describe_stacks(StackName=stores.stack)["Stacks"]
    stores.outputs.update({output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]})
    assert not refused(stores, stores.secret()["password"])
    assert refused(stores, of_stack)
