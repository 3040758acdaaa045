"""A local cloud for one test, for small stacks that have the names of an environment. A module that shares one has its own fixtures."""

from collections.abc import Iterator

import pytest

from tests.deployed import session_of
from tradingbot_infra.local_cloud.server import LocalCloud, running
from tradingbot_infra.operations.session import Session


@pytest.fixture
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """For one test, because the names are an environment's."""
    with running(tmp_path_factory.mktemp("local-cloud")) as started:
        yield started


@pytest.fixture
def session(cloud: LocalCloud) -> Session:
    """The session that reaches it."""
    return session_of(cloud)
