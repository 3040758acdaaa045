"""How many tasks may run, seen and changed on the deployed production."""

from collections.abc import Iterator

import pytest

from tests.deployed import Deployed
from tests.operations.versions import settle, until
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.live.scaling import Bounds, at_least, configured, read_scaling, set_bounds
from tradingbot_infra.operations.live.service import read_service

PRODUCTION = load_config("production")


@pytest.mark.parametrize(("tasks", "bounds"), [(0, Bounds(0, 0)), (1, Bounds(1, 10)), (4, Bounds(4, 10)), (10, Bounds(10, 10))])
def test_a_number_of_tasks_is_held_at_least_and_zero_is_held_at_zero(tasks: int, bounds: Bounds) -> None:
    assert at_least(tasks, PRODUCTION) == bounds


@pytest.mark.parametrize("tasks", [-1, 11])
def test_more_than_the_settings_allow_is_refused(tasks: int) -> None:
    with pytest.raises(UserError, match=rf"^--tasks {tasks}: production runs at most max_tasks=10; allowed: 0 to 10"):
        at_least(tasks, PRODUCTION)


def test_the_settings_say_what_a_reset_goes_back_to() -> None:
    assert configured(PRODUCTION) == Bounds(2, 10)


@pytest.mark.local_cloud
class TestOnTheDeployedProduction:
    """Each test leaves the bounds as the settings choose them."""

    @pytest.fixture(autouse=True)
    def restored(self, deployed: Deployed) -> Iterator[None]:
        yield
        set_bounds(deployed.session, deployed.names, configured(deployed.config), 2)
        settle(deployed)

    def test_a_deployment_gives_the_bounds_of_the_settings(self, deployed: Deployed) -> None:
        scaling = read_scaling(deployed.session, deployed.config)
        assert scaling.now == scaling.configured == Bounds(2, 10)
        assert read_service(deployed.session, deployed.names).desired == 2

    def test_new_bounds_bring_the_tasks_between_them_at_once(self, deployed: Deployed) -> None:
        assert set_bounds(deployed.session, deployed.names, Bounds(4, 10), 2) == 4
        assert read_service(deployed.session, deployed.names).desired == 4
        until(lambda: read_service(deployed.session, deployed.names).running == 4)
        assert read_scaling(deployed.session, deployed.config).now == Bounds(4, 10)

    def test_tasks_within_the_bounds_stay(self, deployed: Deployed) -> None:
        set_bounds(deployed.session, deployed.names, Bounds(6, 10), 2)
        assert set_bounds(deployed.session, deployed.names, Bounds(2, 10), 6) == 6
        assert read_service(deployed.session, deployed.names).desired == 6

    def test_zero_stops_every_task(self, deployed: Deployed) -> None:
        assert set_bounds(deployed.session, deployed.names, at_least(0, deployed.config), 2) == 0
        assert read_service(deployed.session, deployed.names).desired == 0
        until(lambda: read_service(deployed.session, deployed.names).running == 0)
