"""`events`: what happened to an environment lately, in one time line."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from tradingbot_infra.commands.account_options import Account, reading_command
from tradingbot_infra.commands.console import print_json, print_line, print_warning, stderr
from tradingbot_infra.commands.options import Json

Since = Annotated[str, typer.Option(help="How far back: a number of s, m, h or d, such as 2h. Data stores keep 14d.")]


@reading_command
def events(account: Account, since: Since = "1d", json: Json = False) -> None:
    """Show what happened lately, newest last. Read-only.

    Events of stacks (each stack as a whole, and resources that failed), of the ECS service, of scaling, of database and Redis, and
    each change of an alarm's state; and what GuardDuty, Security Hub and Access Analyzer found in the account. ECS keeps its newest
    hundred.
    """
    from tradingbot_infra.operations.live.logs import period
    from tradingbot_infra.operations.live.stacks import read_stacks
    from tradingbot_infra.operations.live.timeline import read_timeline

    start = datetime.now(UTC) - period(since)
    read_stacks(account.session, account.config)  # says so where nothing is deployed
    found = read_timeline(account.session, account.config, since=start, unread=_print_unread)
    if json:
        rows = [{"at": each.at.isoformat(), "kind": each.kind, "about": each.about, "words": each.words} for each in found]
        print_json({"environment": account.config.environment, "since": start.isoformat(), "events": rows})
        return
    prefix = f"{account.config.names.prefix}-"
    for each in found:
        words = " ".join(each.words.split())
        print_line(f"{each.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}  {each.kind:<8}  {each.about.removeprefix(prefix)}: {words}")
    if not found:
        stderr.print(f"Nothing happened since {start:%Y-%m-%d %H:%M:%S} UTC; --since goes further back", markup=False)


def _print_unread(kind: str, why: str) -> None:
    print_warning(f"{kind}: not known: {why}")
