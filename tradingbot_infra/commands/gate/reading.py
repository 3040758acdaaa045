"""The deployment that `gate` is about."""

from typing import TYPE_CHECKING

from tradingbot_infra.commands.account_options import Account

if TYPE_CHECKING:
    from tradingbot_infra.operations.live.service_deployments import ServiceDeployment


def read_running(account: Account) -> "tuple[ServiceDeployment | None, str]":
    """The deployment that moves traffic now. Where there is none, why, as the end of a sentence.

    Raises Missing when the service does not exist.
    """
    from tradingbot_infra.operations.live.service import read_service
    from tradingbot_infra.operations.live.service_deployments import running_deployment

    service = read_service(account.session, account.config.names)
    if not service.shifts_traffic:
        return None, f"{service.name} replaces its tasks ({service.strategy}), which waits for nobody"
    found = running_deployment(account.session, account.config.names)
    return found, "" if found else f"{service.name}: no deployment is running, so nothing waits"
