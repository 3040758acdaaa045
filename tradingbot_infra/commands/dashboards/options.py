"""Options that both commands have."""

from typing import Annotated

import typer

PROMETHEUS_UID, CLOUDWATCH_UID = "cloudwatch-promql", "cloudwatch"
"""The uids that docs/dashboards.md gives to the data sources."""

PrometheusUid = Annotated[str, typer.Option("--prometheus-uid", metavar="UID", help="Grafana's data source of CloudWatch's PromQL.")]
CloudWatchUid = Annotated[str, typer.Option("--cloudwatch-uid", metavar="UID", help="Grafana's data source of CloudWatch's metrics.")]


def _address(value: str) -> str:
    if not value.startswith(("https://", "http://")) or any(sign in value for sign in ' #<>"'):
        raise typer.BadParameter(f"{value}: allowed: the address of a page, https://...")
    return value


Runbook = Annotated[
    str | None,
    typer.Option(
        parser=_address,
        metavar="URL",
        help="Where people read docs/runbook.md; default: on GitHub, by github_repository.",
        show_default=False,
    ),
]
