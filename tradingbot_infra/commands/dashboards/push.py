"""`dashboards push`: the dashboards into a Grafana, wherever it runs."""

import os
from pathlib import Path
from typing import Annotated

import typer

from tradingbot_infra.commands import terminal
from tradingbot_infra.commands.console import print_line, print_rows
from tradingbot_infra.commands.dashboards.documents import Choices, documents
from tradingbot_infra.commands.dashboards.options import CLOUDWATCH_UID, PROMETHEUS_UID, CloudWatchUid, PrometheusUid, Runbook
from tradingbot_infra.commands.errors import report_errors
from tradingbot_infra.commands.exit_codes import ExitCode
from tradingbot_infra.commands.options import ReadEnvironment, Setting, context_arguments, load_settings
from tradingbot_infra.config.context import DEFAULT_ENVIRONMENT
from tradingbot_infra.errors import UserError

TOKEN_VARIABLE = "GRAFANA_TOKEN"  # noqa: S105 - a name, not a token

Url = Annotated[str, typer.Option("--url", metavar="URL", help="Address of Grafana's front page.")]
TokenFile = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help=f"File with the token of a service account; default: the variable {TOKEN_VARIABLE}, else it is asked for.",
        show_default=False,
    ),
]
Folder = Annotated[str, typer.Option(metavar="TITLE", help="Folder of the dashboards; it is made if need be.")]
FolderUid = Annotated[str | None, typer.Option(metavar="UID", help="Uid of the folder; default: the project.", show_default=False)]
Message = Annotated[str, typer.Option(metavar="TEXT", help="Words for the history of each dashboard.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Also replace what somebody changed in Grafana; its history keeps that.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")]


@report_errors
def push(
    url: Url,
    environment: ReadEnvironment = DEFAULT_ENVIRONMENT,
    setting: Setting = None,
    token_file: TokenFile = None,
    folder: Folder = "Trading bot",
    folder_uid: FolderUid = None,
    message: Message = "dashboards push",
    runbook: Runbook = None,
    prometheus_uid: PrometheusUid = PROMETHEUS_UID,
    cloudwatch_uid: CloudWatchUid = CLOUDWATCH_UID,
    overwrite: Overwrite = False,
    dry_run: DryRun = False,
) -> None:
    """Create or update the dashboards in a Grafana.

    A managed, cloud or self-hosted one. By their uids, so that a push changes what an earlier one made. The token is never an
    argument: other users of a machine read those. Exits 1 where somebody changed a dashboard in Grafana, which then stays as it is,
    unless --overwrite.
    """
    config = load_settings(environment, context_arguments(setting))
    rendered = documents(config, Choices(prometheus_uid=prometheus_uid, cloudwatch_uid=cloudwatch_uid, runbook=runbook))
    from tradingbot_infra.operations.grafana.api import Grafana
    from tradingbot_infra.operations.grafana.push import Change, Pushed, Wish
    from tradingbot_infra.operations.grafana.push import push as push_all

    grafana = Grafana(url, _token(token_file))
    wish = Wish(folder_uid=folder_uid or config.project, folder=folder, message=message, overwrite=overwrite, dry_run=dry_run)
    done: list[Pushed] = []
    for each in push_all(grafana, rendered, wish):
        done.append(each)
        print_rows([(each.title, each.change, each.address)])
    if dry_run:
        print_line("Nothing was changed: --dry-run")
    left = [each.title for each in done if each.change is Change.CHANGED_IN_GRAFANA]
    if left:
        print_line(f"Somebody changed {', '.join(left)} in Grafana. Bring it into tradingbot_infra/design/dashboards, or --overwrite it.")
        raise typer.Exit(ExitCode.FAILED)


def _token(file: Path | None) -> str:
    """The token, of whatever source; white space around it is nobody's."""
    if file is not None:
        try:
            token = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(f"{file}: {error}") from None
    elif TOKEN_VARIABLE in os.environ:
        token = os.environ[TOKEN_VARIABLE]
    elif terminal.is_interactive():
        token = terminal.ask_hidden("Token of Grafana's service account").get_secret_value()
    else:
        raise UserError(f"There is no token: name a file, --token-file FILE, or set {TOKEN_VARIABLE}")
    token = token.strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise UserError("the token is empty or is none; Grafana shows one line when it makes it")
    return token
