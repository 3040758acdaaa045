"""Why a service has no task, or fewer than the settings choose: somebody's `scale`, the office hours, or a hand in the console."""

from dataclasses import dataclass
from datetime import datetime

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.operations.live.office_hours import in_words, out_of_hours
from tradingbot_infra.operations.live.scaling import Bounds
from tradingbot_infra.operations.printed_commands import OwnCommand, Step, sentence


@dataclass(frozen=True)
class Idle:
    """Fewer tasks are wanted than the settings choose. `planned` is whether the settings' own schedule did that."""

    why: str
    fix: Step
    planned: bool


_RESET = sentence(OwnCommand("scale --reset"), " starts them again")


def idle(desired: int, bounds: Bounds | None, config: EnvironmentConfig, *, now: datetime) -> Idle | None:
    """Why; None where as many are wanted as the settings choose.

    `bounds` are those of Application Auto Scaling, None where it does not know the service.
    """
    fewest = config.scaling.min_tasks
    if desired >= fewest:
        return None
    if not desired and out_of_hours(config.scaling, now):
        return Idle(f"no task is wanted outside of {in_words(config.scaling)}, on weekdays", "", planned=True)
    count = f"{desired} wanted, min_tasks={fewest}"
    if bounds is None or desired < bounds.fewest:
        return Idle(f"{count}: somebody set the service's desired count by hand", _RESET, planned=False)
    if bounds.most == 0:
        return Idle(f"{count}: `scale --tasks 0` stopped every task", _RESET, planned=False)
    return Idle(f"{count}: `scale` lowered it", _RESET, planned=False)
