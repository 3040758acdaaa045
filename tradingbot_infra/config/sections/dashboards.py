"""Dashboards and reports of trading."""

from tradingbot_infra.config.sections.base import Section, setting


class DashboardsConfig(Section, title="Dashboards"):
    """Dashboards of trading, and the summary of a day (docs/dashboards.md)."""

    trading_dashboards: bool = setting("Create CloudWatch dashboards of business, trading and users beside the one of operations")
    managed_grafana: bool = setting(
        "Create a workspace of Amazon Managed Grafana. It needs IAM Identity Center, and AWS charges for each user"
    )
    daily_summary: bool = setting("Summarize each day's trading by a scheduled query over the application's log")
