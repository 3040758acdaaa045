"""`logs`: the log lines of the application and of AWS services."""

import json as json_format
import time
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from tradingbot_infra.commands.account_options import Account, reading_command
from tradingbot_infra.commands.console import print_line, stderr
from tradingbot_infra.errors import UserError

if TYPE_CHECKING:
    from tradingbot_infra.operations.live.logs import LogLine

_POLL_SECONDS = 2.0
_ID_CHARACTERS = 8


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
    errors: Annotated[bool, typer.Option("--errors", help="Only errors of the application, as the alarm counts them.")] = False,
    task: Annotated[str | None, typer.Option(help="Only lines of this task of the application, by its id.")] = None,
    filter_pattern: Annotated[str, typer.Option("--filter", help="CloudWatch Logs filter pattern.")] = "",
    trace: Annotated[str | None, typer.Option(help="Only lines of this trace, by its id.")] = None,
    order: Annotated[
        str | None, typer.Option(help="Only lines of this order, by the client's id, and of the requests that name it.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object per line.")] = False,
) -> None:
    """Print log lines, oldest first. Read-only.

    Lines of the application name their task by the first characters of its id, which --task takes.
    """
    from tradingbot_infra.design.log_lines import ERROR_PATTERNS
    from tradingbot_infra.operations.live.log_trails import of_order, of_trace
    from tradingbot_infra.operations.live.logs import SOURCES, Wanted, lines, period, streams_of_task
    from tradingbot_infra.operations.live.logs import follow as following

    _refuse_what_does_not_go_together(source, errors=errors, filter_pattern=filter_pattern, task=task)
    _refuse_beside_ids(source, trace=trace, order=order, others=errors or bool(filter_pattern))
    _refuse_what_is_no_id(trace=trace, order=order, task=task)
    start = datetime.now(UTC) - period(since)
    group = SOURCES[source](account.config.names)
    if trace is not None:
        filter_pattern = of_trace(trace)
    elif order is not None:
        filter_pattern = of_order(account.session, group, order, since=start)
    patterns = ERROR_PATTERNS if errors else (filter_pattern,)
    wanted = Wanted(group, patterns, streams_of_task(task) if task else "")
    write = _as_json if json else _with_task if source is Source.APPLICATION and not task else _plain
    if follow:
        try:
            for line in following(account.session, wanted, since=start, wait=lambda: time.sleep(_POLL_SECONDS)):
                print_line(write(line))
        except KeyboardInterrupt:
            return  # the way to end --follow
    number = 0
    for line in lines(account.session, wanted, since=start):
        print_line(write(line))
        number += 1
    if not number:
        what = "No line that matches" if errors or filter_pattern or task else "Nothing"
        stderr.print(f"{what} was logged since {start:%Y-%m-%d %H:%M:%S} UTC in {wanted.group}; --since goes further back", markup=False)


def _refuse_what_does_not_go_together(source: Source, *, errors: bool, filter_pattern: str, task: str | None) -> None:
    if errors and filter_pattern:
        raise UserError("--errors and --filter: one or the other; allowed: a --filter that also names the level")
    if source is Source.APPLICATION:
        return
    if errors:
        raise UserError(f"--errors and --source {source}: only the application's lines have levels; allowed: --filter PATTERN")
    if task is not None:
        raise UserError(f"--task and --source {source}: only the application's log has tasks; allowed: --task without --source")


def _refuse_beside_ids(source: Source, *, trace: str | None, order: str | None, others: bool) -> None:
    if trace is None and order is None:
        return
    if (trace is not None and order is not None) or others:
        raise UserError("--trace, --order, --filter and --errors: one of them; allowed: --task and --since beside it")
    if source is not Source.APPLICATION:
        raise UserError(f"--trace or --order and --source {source}: only the application's lines have such ids; allowed: without --source")


def _refuse_what_is_no_id(**options: str | None) -> None:
    from tradingbot_infra.operations.live.log_trails import checked_id

    for name, value in options.items():
        if value is not None:
            checked_id(f"--{name}", value)


def _plain(line: "LogLine") -> str:
    return f"{line.at:%Y-%m-%d %H:%M:%S} {line.message}"


def _with_task(line: "LogLine") -> str:
    """A stream's name ends with the id of its task (ECS API, LogConfiguration, awslogs-stream-prefix)."""
    return f"{line.at:%Y-%m-%d %H:%M:%S} {line.stream.rpartition('/')[2][:_ID_CHARACTERS]} {line.message}"


def _as_json(line: "LogLine") -> str:
    return json_format.dumps({"at": line.at.isoformat(), "stream": line.stream, "message": line.message})
