"""`recovery compare`: rows and schema of the running database and of the copy."""

from typing import TYPE_CHECKING, Any

from tradingbot_infra.commands.account_options import Account, account_command
from tradingbot_infra.commands.console import print_json, print_line, print_rows, print_step, stderr
from tradingbot_infra.commands.one_off import Timeout, end, print_progress
from tradingbot_infra.commands.options import Json
from tradingbot_infra.commands.recovery.beside import run_at_both
from tradingbot_infra.operations.printed_commands import OwnCommand, sentence

if TYPE_CHECKING:
    from tradingbot_infra.operations.recovery.comparison import Comparison, Rows

_HEADINGS = ("TABLE", "RUNNING", "COPY", "DIFFERENCE")


@account_command
def compare(account: Account, timeout: Timeout = "1h", json: Json = False) -> None:
    """Compare rows by table, and the schema, with the copy.

    One task in the VPC reads both databases, in read-only transactions. It counts every row, so it reads whole tables. The copy gets a
    new password for it. The rows that it counts, and parts of the schema, are log lines of the service.
    """
    from tradingbot_infra.operations.live.logs import period
    from tradingbot_infra.operations.one_off.place import read_place
    from tradingbot_infra.operations.recovery.beside import ready_copy
    from tradingbot_infra.operations.recovery.comparison import compared, container

    allowed = period(timeout)
    place = read_place(account.session, account.config.names)
    copy = ready_copy(account.session, account.config.names)
    lines: list[str] = []

    def take(line: str) -> None:
        lines.append(line)
        if not line.startswith("{"):
            print_progress(line)

    print_step(f"Comparing {account.config.environment} with {copy.identifier}, of {copy.origin}")
    end(run_at_both(account, place, copy, lambda secret: container(place, copy, secret), allowed, take), what="psql")
    found = compared(lines)
    if json:
        print_json({"environment": account.config.environment, "restored_from": copy.origin, **_document(found)})
        return
    _print(found)
    then = sentence("Next: ", OwnCommand("recovery copy --table TABLE"), " or ", OwnCommand("recovery finish"))
    stderr.print(account.rendered(then), markup=False)


def _print(found: "Comparison") -> None:
    if found.rows:
        print_rows([_HEADINGS, *((one.table, _count(one.running), _count(one.copy), _difference(one)) for one in found.rows)])
    else:
        print_line("Neither has a table.")
    if not found.schema:
        print_line("The schema is the same.")
    for one in found.schema:
        print_line(f"{one.kind} {one.name}: {_shown(one.running)} in the running database, {_shown(one.copy)} in the copy")


def _count(rows: int | None) -> str:
    return "no table" if rows is None else str(rows)


def _difference(one: "Rows") -> str:
    if one.running is None or one.copy is None:
        return "-"
    return f"{one.copy - one.running:+d} in the copy" if one.copy != one.running else "none"


def _shown(value: str | None) -> str:
    return "not there" if value is None else " ".join(value.split())


def _document(found: "Comparison") -> dict[str, Any]:
    return {
        "tables": [{"table": one.table, "running": one.running, "copy": one.copy} for one in found.rows],
        "schema": [{"kind": one.kind, "name": one.name, "running": one.running, "copy": one.copy} for one in found.schema],
    }
