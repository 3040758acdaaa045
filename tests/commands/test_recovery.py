"""`recovery`: the database restored beside itself, compared, copied from and deleted, at the real PostgreSQL of the tests."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.data_stores import SCALE, Stores, deploy, require_programs, template
from tests.deployed import Run
from tests.small_service import NAMES, SmallService
from tradingbot_infra.local_cloud.server import running

pytestmark = pytest.mark.local_cloud

COPY = NAMES.restored_database


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """The data stores of the tests, with the database under the name of production's, and backups."""
    require_programs()
    database = {"DBInstanceIdentifier": NAMES.database, "StorageEncrypted": True, "BackupRetentionPeriod": 7, "StorageType": "gp3"}
    with running(tmp_path_factory.mktemp("recovery"), time_scale=SCALE, data_stores=True) as cloud:
        yield deploy(cloud, "stores", template(**database))


@pytest.fixture(scope="module", autouse=True)
def snapshot(small_service: SmallService) -> str:
    """A snapshot of two orders. The running database has lost one since, and has another column."""
    with small_service.stores.connect() as connection:
        connection.execute("CREATE TYPE side AS ENUM ('buy', 'sell')")
        connection.execute('CREATE TABLE orders (id text PRIMARY KEY, "Side" side, note text)')
        connection.execute("INSERT INTO orders VALUES ('first', 'buy', E'two\\nlines'), ('second', 'sell', NULL)")
    small_service.session.rds.create_db_snapshot(DBSnapshotIdentifier="before", DBInstanceIdentifier=NAMES.database)
    with small_service.stores.connect() as connection:
        connection.execute("DELETE FROM orders WHERE id = 'second'")
        connection.execute("ALTER TABLE orders ADD COLUMN price numeric")
    return "before"


@pytest.fixture
def copy(small_service: SmallService, snapshot: str, run: Run) -> Iterator[str]:
    """The copy of the snapshot; no command leaves a task, a task definition or a secret."""
    result = run("recovery", "start", "--snapshot", snapshot, "--yes", *small_service.options)
    assert result.exit_code == 0, result.output
    yield COPY
    assert run("recovery", "finish", "--confirm", "production", *small_service.options).exit_code == 0
    assert small_service.tasks() == []
    assert small_service.one_off_definitions() == []
    names = [each["Name"] for each in small_service.session.secretsmanager.list_secrets()["SecretList"]]
    assert not [name for name in names if "one-off" in name]


def instances(service: SmallService) -> list[str]:
    return [one["DBInstanceIdentifier"] for one in service.session.rds.describe_db_instances()["DBInstances"]]


def test_what_was_lost_is_found_in_the_copy_and_comes_back(small_service: SmallService, copy: str, run: Run) -> None:
    result = run("recovery", "compare", "--json", *small_service.options)
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["restored_from"] == "before"
    assert found["tables"] == [{"table": "public.orders", "running": 1, "copy": 2}]
    assert found["schema"] == [{"kind": "column", "name": "public.orders.price", "running": "numeric", "copy": None}]

    result = run("recovery", "copy", "--table", "orders", "--yes", *small_service.options)
    assert result.exit_code == 0, result.output
    with small_service.stores.connect() as connection:
        rows = connection.execute('SELECT id, "Side"::text, note FROM restored.orders ORDER BY id').fetchall()
        assert rows == [("first", "buy", "two\nlines"), ("second", "sell", None)]
        assert connection.execute("SELECT id FROM orders").fetchall() == [("first",)]
    again = run("recovery", "copy", "--table", "orders", "--yes", *small_service.options)
    assert again.exit_code == 3
    assert 'relation "orders" already exists' in again.stderr
    with small_service.stores.connect() as connection:
        connection.execute("DROP SCHEMA restored CASCADE")


def test_nothing_is_copied_unless_all_can_be(small_service: SmallService, copy: str, run: Run) -> None:
    result = run("recovery", "copy", "--table", "orders", "--table", "absent", "--yes", *small_service.options)
    assert result.exit_code == 1
    assert 'relation "public.absent" does not exist' in result.stderr
    with small_service.stores.connect() as connection:
        assert connection.execute("SELECT to_regnamespace('restored')").fetchone() == (None,)


def test_the_copy_is_like_the_original_and_as_closed(small_service: SmallService, copy: str, run: Run) -> None:
    rds = small_service.session.rds
    (made,) = rds.describe_db_instances(DBInstanceIdentifier=copy)["DBInstances"]
    (original,) = rds.describe_db_instances(DBInstanceIdentifier=NAMES.database)["DBInstances"]
    for key in ("DBInstanceClass", "StorageEncrypted", "DBSubnetGroup", "VpcSecurityGroups", "EngineVersion", "AllocatedStorage"):
        assert made[key] == original[key], key
    groups = [[group["DBParameterGroupName"] for group in one["DBParameterGroups"]] for one in (made, original)]
    assert groups[0] == groups[1]
    assert (made["PubliclyAccessible"], made["MultiAZ"], made["DeletionProtection"]) == (False, False, False)
    tags = {tag["Key"]: tag["Value"] for tag in made["TagList"]}
    assert tags.items() >= {("Environment", "production"), ("Purpose", "restored-copy"), ("RestoredFrom", "before")}


def test_a_copy_that_stands_is_waited_for_or_in_the_way(small_service: SmallService, copy: str, run: Run) -> None:
    result = run("recovery", "start", *small_service.options)
    assert (result.exit_code, "was made already, from before" in result.stdout) == (0, True), result.output
    result = run("recovery", "start", "--snapshot", "other", "--yes", *small_service.options)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "there is one copy at a time" in result.stderr


def test_it_asks_before_it_restores_and_wants_the_name_before_it_deletes(small_service: SmallService, run: Run) -> None:
    result = run("recovery", "start", *small_service.options)
    assert result.exit_code == 1
    assert "USD a month" in result.stdout
    assert COPY not in instances(small_service)
    assert run("recovery", "start", "--yes", *small_service.options).exit_code == 0
    refused = run("recovery", "finish", "--confirm", "staging", *small_service.options)
    assert (refused.exit_code, COPY in instances(small_service)) == (1, True)
    assert json.loads(run("recovery", "list", "--json", *small_service.options).stdout)["copy"]["restored_from"] == "latest restorable time"
    assert run("recovery", "finish", "--confirm", "production", *small_service.options).exit_code == 0
    assert instances(small_service) == [NAMES.database]


def test_what_cannot_be_restored_is_one_line(small_service: SmallService, run: Run) -> None:
    for words, message in (
        (("--to-time", "2020-01-01T00:00:00Z"), "is outside of the window of point-in-time recovery; allowed: "),
        (("--snapshot", "absent"), "absent: there is no such snapshot in this region"),
    ):
        result = run("recovery", "start", *words, "--yes", *small_service.options)
        assert (result.exit_code, result.stdout) == (1, "")
        (line,) = result.stderr.splitlines()
        assert message in line
    for verb in (("compare",), ("copy", "--table", "orders")):
        result = run("recovery", *verb, *small_service.options)
        assert (result.exit_code, result.stdout) == (1, "")
        assert "There is no copy of" in result.stderr
    assert run("recovery", "finish", *small_service.options).stdout.startswith("There is no copy of")


def test_an_instance_of_that_name_that_somebody_else_made_is_left_alone(small_service: SmallService, run: Run) -> None:
    rds = small_service.session.rds
    own: dict[str, Any] = {
        "DBInstanceClass": "db.t3.micro",
        "Engine": "postgres",
        "MasterUsername": "somebody",
        "MasterUserPassword": "made-up-word",
    }
    rds.create_db_instance(DBInstanceIdentifier=COPY, DBName="x", AllocatedStorage=20, **own)
    try:
        result = run("recovery", "finish", "--confirm", "production", *small_service.options)
        assert (result.exit_code, COPY in instances(small_service)) == (1, True)
        assert "it is left alone" in result.stderr
    finally:
        rds.delete_db_instance(DBInstanceIdentifier=COPY, SkipFinalSnapshot=True)
