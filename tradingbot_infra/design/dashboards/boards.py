"""The dashboards of trading, in the order in which people open them."""

from tradingbot_infra.design.dashboards.business import business
from tradingbot_infra.design.dashboards.panel import DashboardDesign
from tradingbot_infra.design.dashboards.trading import trading
from tradingbot_infra.design.dashboards.users import users
from tradingbot_infra.design.trading_alarms import TradingLimits

NAMES = ("business", "trading", "users")
"""The last parts of their names."""


def trading_dashboards(environment: str, limits: TradingLimits, availability_percent: float) -> tuple[DashboardDesign, ...]:
    """Every dashboard on the application's own metrics. `environment` is the label that its series have."""
    return business(environment, limits), trading(environment, limits), users(environment, availability_percent)
