"""`dashboards render`: the dashboards as files that Grafana imports."""

from pathlib import Path
from typing import Annotated

import typer

from tradingbot_infra.commands.console import print_line, print_step
from tradingbot_infra.commands.dashboards.documents import Choices, documents
from tradingbot_infra.commands.dashboards.options import CLOUDWATCH_UID, PROMETHEUS_UID, CloudWatchUid, PrometheusUid, Runbook
from tradingbot_infra.commands.errors import report_errors
from tradingbot_infra.commands.options import ReadEnvironment, Setting, context_arguments, load_settings
from tradingbot_infra.config.context import DEFAULT_ENVIRONMENT
from tradingbot_infra.reporting.files import check_writable, make_folder, replace_file
from tradingbot_infra.reporting.json_document import to_text

To = Annotated[Path, typer.Option(metavar="DIR", help="Folder for the files, one a dashboard; it is made if need be.")]


@report_errors
def render(
    to: To = Path("reports/dashboards"),
    environment: ReadEnvironment = DEFAULT_ENVIRONMENT,
    setting: Setting = None,
    runbook: Runbook = None,
    prometheus_uid: PrometheusUid = PROMETHEUS_UID,
    cloudwatch_uid: CloudWatchUid = CLOUDWATCH_UID,
) -> None:
    """Write each dashboard as JSON that Grafana imports. Reaches no account.

    Lines of limits are those of the environment's alarms. A dashboard shows every environment: a variable chooses it.
    """
    config = load_settings(environment, context_arguments(setting))
    rendered = documents(config, Choices(prometheus_uid=prometheus_uid, cloudwatch_uid=cloudwatch_uid, runbook=runbook))
    make_folder(to)
    for name, document in rendered.items():
        path = to / f"{name}.json"
        check_writable(path)
        replace_file(path, to_text(document))
        print_line(str(path))
    print_step(f"Import them in Grafana (Dashboards, New, Import), or push them: tradingbot dashboards push --env {environment} --url URL")
