"""`db query`: SQL in, rows out."""

from pathlib import Path
from typing import Annotated

import typer

from tradingbot_infra.commands.account_options import Account, account_command
from tradingbot_infra.commands.confirmation import Yes, approve
from tradingbot_infra.commands.console import print_step
from tradingbot_infra.commands.one_off import Timeout, end, run_client
from tradingbot_infra.errors import UserError


@account_command
def query(
    account: Account,
    sql: Annotated[str | None, typer.Argument(help='SQL, such as "SELECT count(*) FROM orders".')] = None,
    file: Annotated[Path | None, typer.Option(help="Run the SQL of this file instead.")] = None,
    csv: Annotated[bool, typer.Option("--csv", help="Print the rows as CSV.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Allow changes; asks first.")] = False,
    yes: Yes = False,
    timeout: Timeout = "10m",
) -> None:
    """Run SQL in psql and print the rows, which also go to the log.

    It starts a task with psql, which takes about half a minute on Fargate. Without --write, transactions are read-only. The first error
    ends psql with exit code 3. The rows stay in the log group of the service as long as other log lines do.
    """
    from tradingbot_infra.operations.live.logs import period
    from tradingbot_infra.operations.one_off.database import PSQL, psql
    from tradingbot_infra.operations.one_off.documents import task
    from tradingbot_infra.operations.one_off.place import read_place

    text, allowed = _sql(sql, file), period(timeout)
    place = read_place(account.session, account.config.names)
    container, words = psql(place, csv=csv, write=write)
    if write:
        approve(f"Run this SQL in the database of {account.config.environment}, changes included?", yes=yes)
    print_step(f"psql in a task, as {'reader and writer' if write else 'reader'} of {account.config.environment}")
    document = task(account.config.names, place, container)
    end(run_client(account, place, document, PSQL, [*words, text], allowed), what="psql")


def _sql(sql: str | None, file: Path | None) -> str:
    if (sql is None) == (file is None):
        raise UserError("SQL and --file: exactly one of them")
    try:
        text = sql if file is None else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"--file {file}: {_why(error)}; allowed: a file with SQL, in UTF-8") from None
    if not text or not text.strip() or "\0" in text:
        raise UserError("There is no SQL; allowed: a statement, or --file FILE")
    return text


def _why(error: OSError | UnicodeDecodeError) -> str:
    return "is not text in UTF-8" if isinstance(error, UnicodeDecodeError) else (error.strerror or "cannot be read").lower()
