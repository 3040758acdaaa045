"""Dashboards of trading in CloudWatch, for those who have no Grafana."""

import json
from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from tradingbot_infra.design.dashboards.cloudwatch import Place, body
from tradingbot_infra.design.dashboards.panel import DashboardDesign
from tradingbot_infra.design.names import Names


class TradingDashboards(Construct):
    """One dashboard for each design, beside the environment's own. They lead to each other, and to it.

    `runbook` is the address of docs/runbook.md, None where nobody said it; `classic` is whether the application writes its metrics into
    its log, so that CloudWatch has them as classic metrics.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: Names,
        region: str,
        designs: Sequence[DashboardDesign],
        runbook: str | None,
        classic: bool,
    ) -> None:
        super().__init__(scope, construct_id)
        links = {design.title: f"#dashboards:name={names.trading_dashboard(design.name)}" for design in designs}
        place = Place(
            region=region,
            environment=names.environment,
            links={**links, "Operations": f"#dashboards:name={names.dashboard}"},
            runbook=runbook,
            namespace=names.trading_namespace if classic else None,
        )
        for design in designs:
            cloudwatch.CfnDashboard(
                self,
                design.name.capitalize(),
                dashboard_name=names.trading_dashboard(design.name),
                dashboard_body=json.dumps(body(design, place), separators=(",", ":")),
            )
