"""The dashboard in CloudWatch."""

import json

from tradingbot_infra.design.names import Names
from tradingbot_infra.operations.failures import is_missing
from tradingbot_infra.operations.session import Session


def widget_count(session: Session, names: Names) -> int | None:
    """How many widgets the dashboard shows; None when there is no dashboard."""
    try:
        body = session.cloudwatch.get_dashboard(DashboardName=names.dashboard)["DashboardBody"]
    except Exception as error:
        if not is_missing(error):
            raise
        return None
    return len(json.loads(body).get("widgets", []))
