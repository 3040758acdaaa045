"""Stacks as CloudFormation reports them after a good deployment."""

from tradingbot_infra.config.settings import load_config
from tradingbot_infra.operations.live.stacks import LiveStack


def live_stacks(environment: str = "production") -> tuple[LiveStack, ...]:
    """Every stack of an environment, complete."""
    placed = load_config(environment).stacks
    return tuple(LiveStack(each.id, each.part, each.name, each.region, "UPDATE_COMPLETE", "", {}) for each in placed)
