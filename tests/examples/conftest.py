"""What a task of production gets, for tests that run the example as a process."""

import pytest

from tests.data_stores import Stores
from tests.examples.container import authority_of, environment_of
from tests.examples.running import free_port, of_this_machine
from tradingbot_infra.templates import Assembly


@pytest.fixture
def environment(production: Assembly, stores: Stores) -> dict[str, str]:
    """What a task of production gets. The tests take the place of the load balancer, so theirs is the address to trust."""
    return {
        **environment_of(production, stores),
        **of_this_machine(stores.cloud.endpoint),
        "SSL_CERT_FILE": str(authority_of(stores)),
        "FORWARDED_ALLOW_IPS": "127.0.0.0/8",
    }


@pytest.fixture
def port() -> int:
    """A port that nobody uses."""
    return free_port()
