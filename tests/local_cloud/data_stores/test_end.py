"""What is left of servers when an instance, a stack or the local cloud ends."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.data_stores import REGION, Stores, deploy, require_programs, template
from tradingbot_infra.local_cloud.server import LocalCloud, client, running, stop

pytestmark = pytest.mark.local_cloud

PATIENCE_SECONDS = 30.0


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[LocalCloud]:
    """A local cloud for one test, which may kill it."""
    require_programs()
    with running(tmp_path, data_stores=True) as started:
        yield started


@pytest.fixture
def stores(cloud: LocalCloud) -> Stores:
    return deploy(cloud, "stores", template())


def servers(cloud: LocalCloud) -> list[psutil.Process]:
    """The servers of this local cloud; PostgreSQL's own children end with it."""
    return [one for one in psutil.Process(cloud.pid).children() if one.name() in ("postgres", "redis-server")]


def directories(processes: list[psutil.Process]) -> set[Path]:
    """Where these processes keep their data."""
    return {Path(one.cwd()).parent if one.name() == "postgres" else Path(one.cwd()) for one in processes}


def gone(processes: list[psutil.Process], places: set[Path]) -> bool:
    """Whether all have ended and their data is removed, in a while."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if not any(one.is_running() for one in processes) and not any(place.exists() for place in places):
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def running_servers(cloud: LocalCloud, stores: Stores) -> list[psutil.Process]:
    """The processes of a database and a cache in use."""
    stores.connect().close()
    found = servers(cloud)
    assert sorted(one.name() for one in found) == ["postgres", "redis-server"]
    return found


@pytest.mark.parametrize("how", ["stopped", "killed", "terminated"])
def test_nothing_is_left_of_a_local_cloud_that_ended(cloud: LocalCloud, running_servers: list[psutil.Process], how: str) -> None:
    places = directories(running_servers)
    assert len(places) == 2
    if how == "stopped":
        stop(cloud.state_directory)
    else:
        os.kill(cloud.pid, signal.SIGKILL if how == "killed" else signal.SIGTERM)
    assert gone(running_servers, places)


def test_nothing_is_left_even_if_the_watchdog_was_killed_before(cloud: LocalCloud, stores: Stores) -> None:
    (watchdog,) = [one for one in psutil.Process(cloud.pid).children() if "tradingbot_infra.local_cloud.watchdog" in one.cmdline()]
    watchdog.kill()
    while watchdog.status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    # The next start or end of any server brings another watchdog.
    stores.api("rds").reboot_db_instance(DBInstanceIdentifier=stores.instance)
    found = servers(cloud)
    places = directories(found)
    os.kill(cloud.pid, signal.SIGKILL)
    assert gone(found, places)


def test_deleting_the_stack_ends_its_servers(cloud: LocalCloud, stores: Stores, running_servers: list[psutil.Process]) -> None:
    places = directories(running_servers)
    cloudformation = client(cloud.endpoint, REGION, "cloudformation")
    cloudformation.delete_stack(StackName=stores.stack)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=stores.stack, WaiterConfig={"Delay": 1})
    assert gone(running_servers, places)


def test_deleting_instance_and_group_ends_their_servers(stores: Stores, running_servers: list[psutil.Process]) -> None:
    places = directories(running_servers)
    stores.api("rds").delete_db_instance(DBInstanceIdentifier=stores.instance, SkipFinalSnapshot=True)
    stores.api("elasticache").delete_replication_group(ReplicationGroupId=stores.cache)
    assert gone(running_servers, places)


def test_no_environment_of_the_server_reaches_its_servers(running_servers: list[psutil.Process]) -> None:
    for one in running_servers:
        assert not [name for name in one.environ() if name.startswith(("AWS", "LOCAL_CLOUD", "MINISTACK", "PG"))]
