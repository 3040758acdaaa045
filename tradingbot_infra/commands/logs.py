"""`logs`: the log lines of the application and of AWS services."""

import json as json_format
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from tradingbot_infra.commands.account import Account, reading_command
from tradingbot_infra.commands.console import print_line
from tradingbot_infra.errors import UserError

if TYPE_CHECKING:
    from tradingbot_infra.operations.live.logs import LogLine

_POLL_SECONDS = 2.0


class Source(StrEnum):
    """Which log."""

    APPLICATION = "application"
    FLOW = "flow"
    WAF = "waf"
    SCANS = "scans"
    DATABASE = "database"
    REDIS = "redis"


@reading_command
def logs(
    account: Account,
    source: Annotated[Source, typer.Option(help="Which log.")] = Source.APPLICATION,
    since: Annotated[str, typer.Option(help="How far back: a number of s, m, h or d, such as 90s or 2h.")] = "10m",
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Wait for new lines until Ctrl-C.")] = False,
    errors: Annotated[bool, typer.Option("--errors", help="Only errors, as the alarm counts them.")] = False,
    task: Annotated[str, typer.Option(help="Only lines of this task of the application, by its id.")] = "",
    filter_pattern: Annotated[str, typer.Option("--filter", help="CloudWatch Logs filter pattern.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object per line.")] = False,
) -> None:
    """Print log lines, oldest first. Read-only."""
    from tradingbot_infra.design.log_lines import ERROR_PATTERNS
    from tradingbot_infra.operations.live.logs import SOURCES, Wanted, lines, period, streams_of_task
    from tradingbot_infra.operations.live.logs import follow as following

    if errors and filter_pattern:
        raise UserError("--errors and --filter: one or the other; allowed: a --filter that also names the level")
    if task and source is not Source.APPLICATION:
        raise UserError(f"--task and --source {source}: only the application's log has tasks; allowed: --task without --source")
    start = datetime.now(UTC) - period(since)
    patterns = ERROR_PATTERNS if errors else (filter_pattern,)
    wanted = Wanted(SOURCES[source](account.config.names), patterns, streams_of_task(task) if task else "")
    if follow:
        try:
            _print(following(account.session, wanted, since=start, wait=lambda: time.sleep(_POLL_SECONDS)), as_json=json)
        except KeyboardInterrupt:
            return  # the way to end --follow
    else:
        _print(lines(account.session, wanted, since=start), as_json=json)


def _print(lines: "Iterator[LogLine]", *, as_json: bool) -> None:
    for line in lines:
        if as_json:
            print_line(json_format.dumps({"at": line.at.isoformat(), "stream": line.stream, "message": line.message}))
        else:
            print_line(f"{line.at:%Y-%m-%d %H:%M:%S} {line.message}")
