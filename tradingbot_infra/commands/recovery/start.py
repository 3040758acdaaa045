"""`recovery start`: restores beside the running database."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tradingbot_infra.commands.account_options import Account, account_command
from tradingbot_infra.commands.confirmation import Yes, approve
from tradingbot_infra.commands.console import print_line, print_step, stderr
from tradingbot_infra.commands.recovery.waiting import watched
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.printed_commands import OwnCommand, sentence

if TYPE_CHECKING:
    from tradingbot_infra.operations.recovery.beside import Copy
    from tradingbot_infra.operations.recovery.origins import Origin

ToTime = Annotated[str | None, typer.Option("--to-time", metavar="TIME", help="A moment, such as 2026-01-31T04:30:00Z.")]
OfSnapshot = Annotated[str | None, typer.Option("--snapshot", metavar="ID", help="A DB snapshot.")]
OfPoint = Annotated[str | None, typer.Option("--recovery-point", metavar="ARN", help="A recovery point of AWS Backup.")]

_HOURS = 730
"""Of a month, as AWS's own calculator counts."""


@account_command
def start(account: Account, to_time: ToTime = None, snapshot: OfSnapshot = None, recovery_point: OfPoint = None, yes: Yes = False) -> None:
    """Restore a copy beside the running database. Asks first.

    Without an option the copy is of the latest restorable time. The running database and the service are not touched. The copy has
    the subnets, security groups, parameters, class and key of the original, one zone, no public address, no backups and no deletion
    protection. Waits until it is available; the same command waits again.
    """
    from tradingbot_infra.operations.recovery.beside import read_copy, read_running
    from tradingbot_infra.operations.recovery.origins import parsed

    given = any(each is not None for each in (to_time, snapshot, recovery_point))
    region = account.config.network.region
    origin = parsed(to_time=to_time, snapshot=snapshot, recovery_point=recovery_point, region=region)
    running = read_running(account.session, account.config.names)
    copy = read_copy(account.session, account.config.names)
    if copy is None:
        _begin(account, running, origin, yes=yes)
    else:
        _take_up(account, copy, origin if given else None)
    _await(account)


def _begin(account: Account, running: Mapping[str, Any], origin: "Origin", *, yes: bool) -> None:
    from tradingbot_infra.operations.recovery.beside import restore
    from tradingbot_infra.operations.recovery.origins import check

    session, names = account.session, account.config.names
    check(session, names, running, origin)
    print_line(f"{names.restored_database} is made from {names.database}, {origin.label}, in account {session.account}")
    print_line(f"It costs {_cost(running)} until `recovery finish` deletes it. {names.database} goes on unchanged")
    approve(f"Restore beside the database of {account.config.environment}?", yes=yes)
    restore(session, names, running, origin)


def _take_up(account: Account, copy: "Copy", wanted: "Origin | None") -> None:
    """Raises UserError where the copy that stands is another than the one that is wanted."""
    if wanted is not None and wanted.label != copy.origin:
        finish = account.rendered(sentence(OwnCommand("recovery finish"), " deletes it"))
        raise UserError(f"{copy.identifier} stands already, restored from {copy.origin}, and there is one copy at a time: {finish}")
    print_line(f"{copy.identifier} was made already, from {copy.origin}")


def _await(account: Account) -> None:
    from tradingbot_infra.operations.recovery.beside import until_ready

    session, names = account.session, account.config.names
    print_step(f"RDS restores {names.restored_database}: some ten minutes, and longer for much data")
    again = account.rendered(sentence("Stopped waiting; RDS goes on. ", OwnCommand("recovery start"), " waits again"))
    watched(account, lambda wait: until_ready(session, names, wait=wait), on_interrupt=again)
    print_line(f"{names.restored_database} is available.")
    then = sentence("Next: ", OwnCommand("recovery compare"), "; at the end ", OwnCommand("recovery finish"))
    stderr.print(account.rendered(then), markup=False)


def _cost(running: Mapping[str, Any]) -> str:
    """By list price in Sydney, without tax."""
    from decimal import Decimal

    from tradingbot_infra.cost.prices import TableName, read_table

    table = read_table(TableName.LIST)
    hour = table.get(f"rds.postgres.{running['DBInstanceClass']}.single_az_hour")
    storage = table.get(f"rds.storage.{running.get('StorageType', '')}.single_az_gb_month")
    if hour is None or storage is None:
        return "as much as a database of its class in one zone"
    usd = hour.of(Decimal(_HOURS)) + storage.of(Decimal(running["AllocatedStorage"]))
    return f"about {usd:.2f} USD a month ({running['DBInstanceClass']} in one zone, {running['AllocatedStorage']} GB)"
