"""`recovery copy`: tables of the copy into a schema of their own of the running database."""

from typing import Annotated

import typer

from tradingbot_infra.commands.account_options import Account, account_command
from tradingbot_infra.commands.confirmation import Yes, approve
from tradingbot_infra.commands.console import print_line, stderr
from tradingbot_infra.commands.one_off import Timeout, end, print_progress
from tradingbot_infra.commands.recovery.beside import run_at_both
from tradingbot_infra.operations.printed_commands import OwnCommand, sentence

Tables = Annotated[list[str], typer.Option("--table", metavar="NAME", help="A table of the copy: NAME or SCHEMA.NAME; once for each.")]


@account_command
def copy(account: Account, table: Tables, yes: Yes = False, timeout: Timeout = "2h") -> None:
    """Copy tables of the copy into the schema `restored`. Asks first.

    It replaces nothing: each table is new, in the schema `restored` of the running database, in one transaction. From there SQL takes
    the rows that are wanted, with `db query --write`. Columns and rows are copied, not keys, defaults or triggers.
    """
    from tradingbot_infra.operations.live.logs import period
    from tradingbot_infra.operations.one_off.place import read_place
    from tradingbot_infra.operations.recovery.beside import ready_copy
    from tradingbot_infra.operations.recovery.excerpt import SCHEMA, container, parsed

    tables, allowed = parsed(table), period(timeout)
    place = read_place(account.session, account.config.names)
    found = ready_copy(account.session, account.config.names)
    made = ", ".join(f"{SCHEMA}.{each.name}" for each in tables)
    print_line(f"{made} {'is' if len(tables) == 1 else 'are'} created in the database, with the rows of {found.origin}")
    approve(f"Copy into the database of {account.config.environment}?", yes=yes)
    end(run_at_both(account, place, found, lambda secret: container(place, found, secret, tables), allowed, print_progress), what="psql")
    print_line(f"{made}: copied. Nothing else was changed")
    look = OwnCommand(f'db query "SELECT * FROM {SCHEMA}.{tables[0].name} LIMIT 10"')  # noqa: S608 - printed, and _NAME has no quote
    drop = OwnCommand(f'db query --write "DROP SCHEMA {SCHEMA} CASCADE"')
    stderr.print(account.rendered(sentence("Next: ", look, "; at the end ", drop, " and ", OwnCommand("recovery finish"))), markup=False)
