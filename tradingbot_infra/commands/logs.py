"""`logs`: what the application and AWS wrote."""

import json as json_format
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from tradingbot_infra.commands.account import Account, on_account
from tradingbot_infra.commands.console import results
from tradingbot_infra.errors import UserError

if TYPE_CHECKING:
    from tradingbot_infra.operations.live.logs import Line

_POLL_SECONDS = 2.0


class Source(StrEnum):
    """Whose log."""

    APPLICATION = "application"
    FLOW = "flow"
    WAF = "waf"
    SCANS = "scans"
    DATABASE = "database"
    REDIS = "redis"


@on_account
def logs(
    account: Account,
    source: Annotated[Source, typer.Option(help="Whose log.")] = Source.APPLICATION,
    since: Annotated[str, typer.Option(help="How far back, such as 90s, 10m, 2h or 1d.")] = "10m",
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with each new line until Ctrl-C.")] = False,
    errors: Annotated[bool, typer.Option("--errors", help="Only lines of level ERROR, as the alarm counts them.")] = False,
    filter_pattern: Annotated[str, typer.Option("--filter", help="A filter pattern of CloudWatch Logs.")] = "",
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Print log lines, oldest first."""
    from tradingbot_infra.operations.live.logs import ERRORS, SOURCES, lines, period
    from tradingbot_infra.operations.live.logs import follow as following

    if errors and filter_pattern:
        raise UserError("--errors and --filter: one or the other; allowed: a --filter that also names the level")
    pattern = ERRORS if errors else filter_pattern
    start = datetime.now(UTC) - period(since)
    group = SOURCES[source](account.config.names)
    if follow:
        try:
            _print(following(account.session, group, since=start, pattern=pattern, wait=lambda: time.sleep(_POLL_SECONDS)), as_json=json)
        except KeyboardInterrupt:
            return  # how a person ends what has no end
    else:
        _print(lines(account.session, group, since=start, pattern=pattern), as_json=json)


def _print(lines: "Iterator[Line]", *, as_json: bool) -> None:
    for line in lines:
        if as_json:
            results.out(json_format.dumps({"at": line.at.isoformat(), "stream": line.stream, "message": line.message}), highlight=False)
        else:
            results.out(f"{line.at:%Y-%m-%d %H:%M:%S} {line.message}", highlight=False)
