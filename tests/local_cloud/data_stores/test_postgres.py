"""A PostgreSQL server in the place of an RDS instance, as a task and boto3 see it."""

import socket
from contextlib import ExitStack
from typing import Any

import psutil
import psycopg
import pytest
from botocore.exceptions import ClientError, WaiterError

from tests.data_stores import DATABASE, REGION, USER, Stores, deploy, template
from tradingbot_infra.design.postgres_words import KEYWORDS

pytestmark = pytest.mark.local_cloud

SECOND_PASSWORD = 'it\'s %(a)s \\ "test"'  # noqa: S105 - of a server that lives as long as a test
RESERVED = 3
"""superuser_reserved_connections."""


def test_the_stack_and_rds_name_the_same_address_of_this_machine(stores: Stores) -> None:
    (instance,) = stores.api("rds").describe_db_instances(DBInstanceIdentifier=stores.instance)["DBInstances"]
    assert instance["Endpoint"]["Address"] == stores.outputs["Host"]
    assert stores.outputs["Host"].startswith("127.")
    assert (instance["Endpoint"]["Port"], stores.outputs["Port"], instance["DBInstanceStatus"]) == (5432, "5432", "available")


def test_the_password_of_the_secret_opens_a_connection_over_tls_1_2(stores: Stores) -> None:
    with stores.connect() as connection:
        row = connection.execute("SELECT current_user, current_database(), ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        assert row.fetchone() == (USER, DATABASE, True, "TLSv1.2")


def test_a_connection_without_tls_is_refused_in_postgresqls_words(stores: Stores) -> None:
    with pytest.raises(psycopg.OperationalError, match=rf'no pg_hba.conf entry for host .*, user "{USER}", .* no encryption'):
        stores.connect(sslmode="disable")


def test_a_wrong_password_is_refused(stores: Stores) -> None:
    with pytest.raises(psycopg.OperationalError, match=f'password authentication failed for user "{USER}"'):
        stores.connect(password="another")  # noqa: S106 - a wrong one


def test_the_class_and_the_parameter_group_decide_the_settings(stores: Stores) -> None:
    with stores.connect() as connection:
        shown = [connection.execute(f"SHOW {name}").fetchone() for name in ("max_connections", "log_statement", "password_encryption")]
    assert shown == [("85",), ("ddl",), ("scram-sha-256",)]


def test_the_reserved_words_are_those_of_the_server(stores: Stores) -> None:
    with stores.connect() as connection:
        rows = connection.execute("SELECT word FROM pg_get_keywords() WHERE catcode IN ('R', 'T')").fetchall()
    assert {word for (word,) in rows} == KEYWORDS


def test_the_master_user_makes_roles_databases_and_tables_and_is_no_superuser(stores: Stores) -> None:
    with stores.connect(autocommit=True) as connection:
        for statement in (
            "CREATE TABLE orders (id int)",
            "DROP TABLE orders",
            "CREATE ROLE reader LOGIN",
            "DROP ROLE reader",
            "CREATE DATABASE other",
            "DROP DATABASE other",
            "CREATE EXTENSION pgcrypto",
            "DROP EXTENSION pgcrypto",
        ):
            connection.execute(statement)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE ROLE somebody SUPERUSER")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("COPY (SELECT 1) TO PROGRAM 'true'")


def test_connections_beyond_what_the_class_allows_are_refused(stores: Stores) -> None:
    password = stores.secret()["password"]
    with ExitStack() as opened:
        for _ in range(85 - RESERVED):
            opened.enter_context(stores.connect(password))
        with pytest.raises(psycopg.OperationalError, match="remaining connection slots are reserved"):
            stores.connect(password)


def test_a_stopped_instance_takes_no_connection_and_has_its_data_when_it_is_started(stores: Stores) -> None:
    rds = stores.api("rds")
    with stores.connect(autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS number")
    rds.stop_db_instance(DBInstanceIdentifier=stores.instance)
    with pytest.raises(psycopg.OperationalError, match="Connection refused"):
        stores.connect()
    rds.start_db_instance(DBInstanceIdentifier=stores.instance)
    with stores.connect(autocommit=True) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (42,)
        connection.execute("DROP TABLE kept")


def test_a_reboot_ends_connections_and_applies_what_the_parameter_group_sets_now(stores: Stores) -> None:
    rds = stores.api("rds")
    group = rds.describe_db_instances(DBInstanceIdentifier=stores.instance)["DBInstances"][0]["DBParameterGroups"][0][
        "DBParameterGroupName"
    ]
    old = stores.connect()
    parameter = {"ParameterName": "max_connections", "ApplyMethod": "pending-reboot"}
    rds.modify_db_parameter_group(DBParameterGroupName=group, Parameters=[{**parameter, "ParameterValue": "33"}])
    rds.reboot_db_instance(DBInstanceIdentifier=stores.instance)
    with pytest.raises(psycopg.OperationalError):
        old.execute("SELECT 1")
    with stores.connect() as connection:
        assert connection.execute("SHOW max_connections").fetchone() == ("33",)
    rds.reset_db_parameter_group(DBParameterGroupName=group, Parameters=[parameter])
    rds.reboot_db_instance(DBInstanceIdentifier=stores.instance)


def test_another_class_has_other_connections_at_once(stores: Stores) -> None:
    rds = stores.api("rds")
    rds.modify_db_instance(DBInstanceIdentifier=stores.instance, DBInstanceClass="db.t3.small", ApplyImmediately=True)
    with stores.connect() as connection:
        assert connection.execute("SHOW max_connections").fetchone() == ("197",)
    rds.modify_db_instance(DBInstanceIdentifier=stores.instance, DBInstanceClass="db.t3.micro", ApplyImmediately=True)


def test_an_address_on_whose_port_somebody_listens_is_passed_over(stores: Stores) -> None:
    network = stores.outputs["Host"].rpartition(".")[0]
    rds = stores.api("rds")
    with ExitStack() as strangers:
        for host in range(2, 5):
            stranger = strangers.enter_context(socket.socket())
            stranger.bind((f"{network}.{host}", 5433))
            stranger.listen()
        made = second(stores)
        assert made["Endpoint"] == {**made["Endpoint"], "Address": f"{network}.5", "Port": 5433}
        stores.connect(SECOND_PASSWORD, host=f"{network}.5", port=5433, dbname="other", user="owner").close()
    rds.delete_db_instance(DBInstanceIdentifier="second", SkipFinalSnapshot=True)


def second(stores: Stores, region: str = REGION) -> Any:
    """An instance that boto3 creates, on port 5433."""
    return stores.api("rds", region).create_db_instance(
        DBInstanceIdentifier="second",
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        DBName="other",
        MasterUsername="owner",
        MasterUserPassword=SECOND_PASSWORD,
        AllocatedStorage=20,
        Port=5433,
    )["DBInstance"]


def connect_to_second(stores: Stores, instance: Any, password: str = SECOND_PASSWORD) -> "psycopg.Connection[tuple[Any, ...]]":
    endpoint = instance["Endpoint"]
    return stores.connect(password, host=endpoint["Address"], port=endpoint["Port"], dbname="other", user="owner", autocommit=True)


def test_an_instance_of_the_same_name_begins_empty_after_the_first_was_deleted_and_elsewhere_is_another(stores: Stores) -> None:
    first, elsewhere = second(stores), second(stores, "us-east-1")
    with connect_to_second(stores, first) as here, connect_to_second(stores, elsewhere) as there:
        here.execute("CREATE TABLE mine ()")
        with pytest.raises(psycopg.errors.UndefinedTable):
            there.execute("TABLE mine")
    stores.api("rds").delete_db_instance(DBInstanceIdentifier="second", SkipFinalSnapshot=True)
    with connect_to_second(stores, second(stores)) as again, pytest.raises(psycopg.errors.UndefinedTable):
        again.execute("TABLE mine")
    for region in (REGION, "us-east-1"):
        stores.api("rds", region).delete_db_instance(DBInstanceIdentifier="second", SkipFinalSnapshot=True)


def test_a_password_that_boto3_changes_is_the_server_s_at_once(stores: Stores) -> None:
    made, rds = second(stores), stores.api("rds")
    with pytest.raises(ClientError, match="isn't managed in AWS Secrets Manager"):
        rds.modify_db_instance(DBInstanceIdentifier="second", RotateMasterUserPassword=True, ApplyImmediately=True)
    rds.modify_db_instance(DBInstanceIdentifier="second", MasterUserPassword="changed-by-boto3")
    connect_to_second(stores, made, "changed-by-boto3").close()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect_to_second(stores, made)
    rds.delete_db_instance(DBInstanceIdentifier="second", SkipFinalSnapshot=True)


def test_a_server_that_does_not_start_fails_the_stack_with_postgresql_s_words_and_leaves_nothing(stores: Stores) -> None:
    before = {one.pid for one in psutil.Process(stores.cloud.pid).children()}
    body = template()
    body["Resources"]["Parameters"]["Properties"]["Parameters"]["work_mem"] = "1"
    with pytest.raises(WaiterError, match="ROLLBACK_COMPLETE"):
        deploy(stores.cloud, "failing", body)
    events = stores.api("cloudformation").describe_stack_events(StackName="failing")["StackEvents"]
    reasons = [event.get("ResourceStatusReason", "") for event in events if event["ResourceStatus"] == "CREATE_FAILED"]
    assert any("PostgreSQL ended: " in reason for reason in reasons), reasons
    assert {one.pid for one in psutil.Process(stores.cloud.pid).children()} <= before
    assert [one["DBInstanceIdentifier"] for one in stores.api("rds").describe_db_instances()["DBInstances"]] == [stores.instance]
    assert [one["ARN"] for one in stores.api("secretsmanager").list_secrets()["SecretList"]] == [stores.outputs["Secret"]]
