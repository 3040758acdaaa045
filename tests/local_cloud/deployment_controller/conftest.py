"""A service behind a load balancer, in this process, fifty times as fast as on AWS."""

from collections.abc import Iterator

import pytest

from tests.local_cloud.clusters import Cluster, cluster
from tests.local_cloud.deployment_controller.events import Events, listen
from tests.local_cloud.deployment_controller.releases import Site, site
from tests.local_cloud.load_balancing.balancers import clean_up

__all__ = ["cluster"]


@pytest.fixture
def shop(cluster: Cluster) -> Iterator[Site]:
    """A service that a test creates, and its load balancer."""
    with site(cluster) as made:
        yield made


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> Events:
    """What EventBridge hears of ECS during a test."""
    return listen(monkeypatch)


@pytest.fixture(autouse=True)
def _no_balancers() -> Iterator[None]:
    """Deletes load balancers once the services of a test are gone."""
    yield
    clean_up()
