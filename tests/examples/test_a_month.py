"""A month of production, by the verbs of this project only: the example in real tasks, with a real PostgreSQL and Redis.

The tests build on each other in order, as the days do.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import PROJECT_ROOT
from tests.data_stores import require_programs
from tests.deployed import RunApart, session_of
from tests.operations.secrets.sample import values
from tests.verbs import Command, bootstrapped, done, named_at_destroy, verbs_of
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design.secrets import environment_variable
from tradingbot_infra.local_cloud.server import LocalCloud
from tradingbot_infra.operations.live.egress import read_egress
from tradingbot_infra.operations.live.service import read_service, tasks
from tradingbot_infra.operations.session import Session

pytestmark = pytest.mark.local_cloud

NAMES = load_config("production").names
EXAMPLE = str(PROJECT_ROOT / "examples" / "api")
MIGRATION = "import psycopg; psycopg.connect(autocommit=True).execute('CREATE TABLE strategies (name text PRIMARY KEY)')"
BROKEN = """FROM python:3.11-slim
CMD ["python3", "-c", "raise SystemExit('no strategy is configured')"]
"""


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """An empty account with data stores, bootstrapped."""
    require_programs()
    with bootstrapped(tmp_path_factory.mktemp("month"), data_stores=True) as started:
        yield started


@pytest.fixture
def session(cloud: LocalCloud) -> Session:
    """A session of that account."""
    return session_of(cloud)


@pytest.fixture
def command(cloud: LocalCloud, run_apart: RunApart, tmp_path: Path) -> Command:
    """`command(*words)`: a verb for this environment."""
    return verbs_of("production", cloud, run_apart, tmp_path / "bin")


def running_tags(session: Session) -> set[str]:
    """The tags of the images that tasks run."""
    return {task.image.rpartition(":")[2] for task in tasks(session, NAMES, status="RUNNING")}


class TestMonth:
    """One month."""

    def test_it_begins_with_the_placeholder(self, command: Command, session: Session) -> None:
        assert "placeholder" in done(command("deploy"))
        assert len(read_egress(session, load_config("production"))) == 2

    def test_the_secrets_are_filled(self, command: Command, tmp_path: Path) -> None:
        file = tmp_path / "production.env"
        file.write_text("".join(f"{environment_variable(name)}={value}\n" for name, value in values().items()), encoding="utf-8")
        file.chmod(0o600)
        done(command("secrets", "push", "--from", str(file), "--yes"))
        done(command("secrets", "status", "--check"))

    def test_the_image_is_built_pushed_and_run_by_one_command(self, command: Command, session: Session) -> None:
        done(command("deploy", "--image", EXAMPLE, "--tag", "v1", "--yes"))
        assert running_tags(session) == {"v1"}

    def test_a_migration_runs_in_a_task_of_its_own(self, command: Command) -> None:
        done(command("run", after=("python3", "-c", MIGRATION)))
        again = command("run", after=("python3", "-c", MIGRATION))
        assert again.returncode == 1
        assert "already exists" in again.stdout + again.stderr
        assert "strategies" in done(command("db", "query", "SELECT tablename FROM pg_tables WHERE tablename = 'strategies'"))

    def test_a_restart_replaces_every_task(self, command: Command, session: Session) -> None:
        before = {task.id for task in tasks(session, NAMES, status="RUNNING")}
        done(command("restart", "--yes"))
        assert before.isdisjoint(task.id for task in tasks(session, NAMES, status="RUNNING"))

    def test_the_next_version_runs_and_the_one_before_comes_back(self, command: Command, session: Session) -> None:
        done(command("deploy", "--image", EXAMPLE, "--tag", "v2", "--yes"))
        assert running_tags(session) == {"v2"}
        done(command("rollback", "--yes"))
        assert running_tags(session) == {"v1"}

    def test_a_broken_version_does_not_stay(self, command: Command, session: Session, tmp_path: Path) -> None:
        (tmp_path / "broken").mkdir()
        (tmp_path / "broken" / "Dockerfile").write_text(BROKEN, encoding="utf-8")
        finished = command("deploy", "--image", str(tmp_path / "broken"), "--tag", "v3", "--yes")
        assert finished.returncode == 1
        assert "doctor" in finished.stderr
        assert running_tags(session) == {"v1"}
        state = command("status")
        assert state.returncode == 1, "nobody should overlook a deployment that failed"
        assert "UPDATE_ROLLBACK_COMPLETE" in state.stdout

    def test_a_change_of_a_setting_is_shown_and_changes_nothing(self, command: Command, session: Session) -> None:
        before = read_service(session, NAMES).task_definition
        assert "MaxCapacity" in done(command("diff", "-c", "max_tasks=12"))
        assert read_service(session, NAMES).task_definition == before

    def test_three_tasks_run_for_a_while(self, command: Command, session: Session) -> None:
        done(command("scale", "--tasks", "3", "--yes"))
        assert read_service(session, NAMES).desired == 3
        done(command("scale", "--reset"))

    def test_all_is_well_again_with_a_good_version(self, command: Command) -> None:
        done(command("deploy", "--tag", "v2", "--yes"))
        assert "tradingbot-ai-production:v2" in done(command("status"))
        assert "service: UPDATE_COMPLETE" in done(command("events", "--since", "1h"))
        done(command("alarms"))

    def test_it_ends_and_comes_back_with_the_same_addresses_secrets_and_images(self, command: Command, session: Session) -> None:
        known = [(each.address, each.zone) for each in read_egress(session, load_config("production"))]
        ended = json.loads(done(command("destroy", "--confirm", named_at_destroy("production"), "--json")))
        assert ended["settings"].keys() == {"adopt_secret_arns", "adopt_secrets_key_arn", "nat_allocation_ids"}
        adopted = [word for name, value in ended["settings"].items() for word in ("-c", f"{name}={value}")]
        done(command("deploy", "--tag", "v2", "--import-existing-resources", "--yes", *adopted))
        assert running_tags(session) == {"v2"}
        assert [(each.address, each.zone) for each in read_egress(session, load_config("production"))] == known
        done(command("secrets", "status", "--check", *adopted))
