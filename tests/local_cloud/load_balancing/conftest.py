"""A load balancer of this process, with one listener on port 80 and one target group."""

from collections.abc import Iterator

import pytest

from tests.local_cloud.load_balancing.balancers import Balancer, clean_up


@pytest.fixture
def balancer(fast: None) -> Iterator[Balancer]:
    """A load balancer of this test."""
    made = Balancer()
    yield made
    clean_up()
