"""`db` and `redis`: clients of the data stores as one-off tasks, at the real PostgreSQL and Redis of the tests."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.data_stores import TOKEN
from tests.deployed import Run
from tests.small_service import NAMES, SmallService

pytestmark = pytest.mark.local_cloud

BUCKET = "dumps-of-the-tests"


@pytest.fixture(scope="module", autouse=True)
def orders(small_service: SmallService) -> None:
    """A table with a row, and a bucket."""
    with small_service.stores.connect() as connection:
        connection.execute("CREATE TABLE orders (id text, quantity int)")
        connection.execute("INSERT INTO orders VALUES ('first', 3)")
    small_service.session.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "ap-southeast-2"})


@pytest.fixture(autouse=True)
def leaves_nothing(small_service: SmallService) -> Iterator[None]:
    """No command leaves a task, a task definition or a secret."""
    yield
    assert small_service.tasks() == []
    assert small_service.one_off_definitions() == []
    names = [each["Name"] for each in small_service.session.secretsmanager.list_secrets()["SecretList"]]
    assert not [name for name in names if "one-off" in name]


def rows(service: SmallService) -> list[tuple[object, ...]]:
    with service.stores.connect() as connection:
        return connection.execute("SELECT id, quantity FROM orders ORDER BY id").fetchall()


def test_rows_go_to_stdout_as_a_table_or_as_csv(small_service: SmallService, run: Run) -> None:
    result = run(
        "db", "query", "SELECT id, quantity FROM orders; SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", *small_service.options
    )
    assert result.exit_code == 0, result.output
    assert [line.split() for line in result.stdout.splitlines()][2:4] == [["first", "|", "3"], ["(1", "row)"]]
    assert " t" in result.stdout.splitlines()
    result = run("db", "query", "SELECT * FROM orders", "--csv", *small_service.options)
    assert (result.exit_code, result.stdout) == (0, "id,quantity\nfirst,3\n"), result.output


def test_a_query_changes_nothing_unless_it_may(small_service: SmallService, run: Run, tmp_path: Path) -> None:
    sql = "INSERT INTO orders VALUES ('second', 1); DELETE FROM orders WHERE id = 'second';"
    result = run("db", "query", sql, *small_service.options)
    assert result.exit_code == 3
    assert "cannot execute INSERT in a read-only transaction" in result.stdout
    (tmp_path / "x.sql").write_text(sql)
    refused = run("db", "query", "--file", str(tmp_path / "x.sql"), "--write", *small_service.options)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "nothing was changed: --yes does it without asking" in refused.stderr
    result = run("db", "query", "--file", str(tmp_path / "x.sql"), "--write", "--yes", *small_service.options)
    assert (result.exit_code, result.stdout) == (0, "INSERT 0 1\nDELETE 1\n"), result.output


def test_a_dump_comes_back_as_it_was_and_its_url_is_nowhere(small_service: SmallService, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "copy.dump"
    result = run("db", "dump", "--to", f"s3://{BUCKET}/first.dump", "--output", str(file), *small_service.options)
    assert (result.exit_code, result.stdout) == (0, f"s3://{BUCKET}/first.dump\n"), result.output
    assert file.read_bytes().startswith(b"PGDMP")
    assert file.stat().st_mode & 0o777 == 0o600
    with small_service.stores.connect() as connection:
        connection.execute("UPDATE orders SET quantity = 99")
    refused = run("db", "restore", "--from", f"s3://{BUCKET}/first.dump", "--confirm", "staging", *small_service.options)
    assert (refused.exit_code, rows(small_service)) == (1, [("first", 99)])
    result = run("db", "restore", "--from", f"s3://{BUCKET}/first.dump", "--confirm", "production", *small_service.options)
    assert (result.exit_code, rows(small_service)) == (0, [("first", 3)]), result.output
    shown = result.output + json.dumps(small_service.tasks("STOPPED"), default=str)
    password = small_service.stores.secret()["password"]
    assert not [word for word in ("Signature", "X-Amz", password) if word in shown]


def test_an_object_that_is_there_is_replaced_only_if_asked(small_service: SmallService, run: Run) -> None:
    small_service.session.s3.put_object(Bucket=BUCKET, Key="kept", Body=b"mine")
    result = run("db", "dump", "--to", f"s3://{BUCKET}/kept", *small_service.options)
    assert (result.exit_code, result.stdout) == (1, "")
    assert small_service.session.s3.get_object(Bucket=BUCKET, Key="kept")["Body"].read() == b"mine"


def test_what_is_no_dump_changes_nothing(small_service: SmallService, run: Run) -> None:
    small_service.session.s3.put_object(Bucket=BUCKET, Key="text", Body=b"no dump at all")
    result = run("db", "restore", "--from", f"s3://{BUCKET}/text", "--confirm", "production", *small_service.options)
    assert result.exit_code == 1
    assert "input file does not appear to be a valid archive" in result.stderr
    assert rows(small_service) == [("first", 3)]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("dump", "--to", "s3://no-such-bucket-of-the-tests/key"), "NoSuchBucket"),
        (("restore", "--from", f"s3://{BUCKET}/absent", "--confirm", "production"), "there is no such object"),
    ],
    ids=["bucket", "object"],
)
def test_what_is_not_in_s3_is_one_line(words: tuple[str, ...], message: str, small_service: SmallService, run: Run) -> None:
    result = run("db", *words, *small_service.options)
    assert (result.exit_code in (1, 3), result.stdout) == (True, "")
    (line,) = result.stderr.splitlines()
    assert message in line


def test_production_opens_no_shell_and_names_the_query(small_service: SmallService, run: Run) -> None:
    result = run("db", "shell", *small_service.options)
    assert (result.exit_code, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert "`tradingbot db query " in line


def test_redis_answers_over_tls_with_the_token(small_service: SmallService, run: Run) -> None:
    result = run("redis", "cli", "SET greeting 'two words'", *small_service.options)
    assert (result.exit_code, result.stdout) == (0, "OK\n"), result.output
    result = run("redis", "cli", *small_service.options, "--", "GET", "greeting")
    assert (result.exit_code, result.stdout) == (0, "two words\n"), result.output
    assert TOKEN not in result.output + json.dumps(small_service.tasks("STOPPED"), default=str)


def test_an_answer_that_is_an_error_fails(small_service: SmallService, run: Run) -> None:
    result = run("redis", "cli", "LPUSH greeting x", *small_service.options)
    assert result.exit_code == 1
    assert "WRONGTYPE" in result.stdout


def test_deleting_every_key_wants_the_name(small_service: SmallService, run: Run) -> None:
    result = run("redis", "cli", "flushall", *small_service.options)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "--confirm production does it without asking" in result.stderr
    with small_service.stores.redis() as redis:
        assert redis.get("greeting") == b"two words"


def test_the_task_definitions_name_digests_and_no_secret(small_service: SmallService, run: Run) -> None:
    assert run("db", "query", "SELECT 1", *small_service.options).exit_code == 0
    ecs = small_service.session.ecs
    arn = ecs.list_task_definitions(familyPrefix=NAMES.one_off_family, status="INACTIVE")["taskDefinitionArns"][-1]
    definition = ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]
    (container,) = definition["containerDefinitions"]
    assert "/postgres@sha256:" in container["image"]
    assert not definition.get("taskRoleArn")
    assert small_service.stores.secret()["password"] not in json.dumps(definition, default=str)
    assert [each["name"] for each in container["secrets"]] == ["PGUSER", "PGPASSWORD"]
