"""Why fewer tasks are wanted than the settings choose."""

from datetime import UTC, datetime

import pytest

from tests.operations.rendering import plain
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.operations.live.idle import idle
from tradingbot_infra.operations.live.scaling import Bounds

NOON = datetime(2026, 11, 24, 1, tzinfo=UTC)  # Tuesday, 12:00 in Sydney
NIGHT = datetime(2026, 11, 24, 12, tzinfo=UTC)  # Tuesday, 23:00 in Sydney
SUNDAY = datetime(2026, 11, 22, 1, tzinfo=UTC)
ALWAYS, OFFICE_HOURS = load_config("production"), load_config("staging")


@pytest.mark.parametrize("desired", [2, 3])
def test_as_many_as_the_settings_choose_need_no_reason(desired: int) -> None:
    assert idle(desired, Bounds(2, 10), ALWAYS, now=NOON) is None


@pytest.mark.parametrize(
    ("desired", "bounds", "why"),
    [
        (0, Bounds(0, 0), "0 wanted, min_tasks=2: `scale --tasks 0` stopped every task"),
        (1, Bounds(1, 10), "1 wanted, min_tasks=2: `scale` lowered it"),
        (0, Bounds(2, 10), "0 wanted, min_tasks=2: somebody set the service's desired count by hand"),
        (0, None, "0 wanted, min_tasks=2: somebody set the service's desired count by hand"),
    ],
)
def test_who_lowered_it_is_told_with_the_way_back(desired: int, bounds: Bounds | None, why: str) -> None:
    found = idle(desired, bounds, ALWAYS, now=NIGHT)
    assert found is not None
    assert (found.why, found.planned) == (why, False)
    assert plain(found.fix) == "`tradingbot scale --reset --env production` starts them again"


@pytest.mark.parametrize("now", [NIGHT, SUNDAY])
def test_outside_of_office_hours_no_task_is_as_the_settings_want_it(now: datetime) -> None:
    found = idle(0, Bounds(0, 0), OFFICE_HOURS, now=now)
    assert found is not None
    assert found.planned
    assert found.why == "no task is wanted outside of 07:00 to 20:00, Australia/Sydney, on weekdays"


def test_in_office_hours_no_task_is_no_plan() -> None:
    found = idle(0, Bounds(0, 0), OFFICE_HOURS, now=NOON)
    assert found is not None
    assert not found.planned
