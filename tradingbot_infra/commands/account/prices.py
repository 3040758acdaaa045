"""What the account's controls cost a month by the estimate, for `account status`."""

from collections.abc import Mapping
from decimal import Decimal

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.stacks import StackScope


def monthly_prices(config: EnvironmentConfig) -> Mapping[str, Decimal]:
    """US dollars by the id of a control, of those that have a price of their own; empty where another environment deploys them.

    Synthesizes the environment, because the estimate counts what templates declare.
    """
    if not config.account.ours or not any(stack.scope is StackScope.ACCOUNT for stack in config.stacks):
        return {}
    # Imported this late because they load price tables and the CDK, which other environments do not need.
    from tradingbot_infra.commands.cost.prices import read_prices
    from tradingbot_infra.commands.cost.synthesis import synthesized
    from tradingbot_infra.cost.account_controls import monthly_by_control
    from tradingbot_infra.cost.estimate import estimate
    from tradingbot_infra.cost.prices import TableName

    return monthly_by_control(estimate(synthesized(config), config.usage, read_prices(TableName.LIST)))
