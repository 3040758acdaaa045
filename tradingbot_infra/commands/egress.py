"""`egress`: the addresses by which exchanges know an environment, also after it is destroyed."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tradingbot_infra.commands.account_options import Account, reading_command
from tradingbot_infra.commands.console import print_json, print_line, print_rows, print_step
from tradingbot_infra.commands.options import Json
from tradingbot_infra.reporting.files import check_writable, replace_file
from tradingbot_infra.reporting.json_document import to_text

if TYPE_CHECKING:
    from tradingbot_infra.operations.live.egress import EgressAddress

_NOBODY = "nobody: it is billed until it is adopted or released"

Write = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Also write them to a file; git ignores egress.json.", show_default=False),
]


@reading_command
def egress(account: Account, json: Json = False, write: Write = None) -> None:
    """Print the elastic addresses that exchanges know. Read-only.

    With what uses each, also after a destroy, and the setting that adopts them.
    """
    if write:
        check_writable(write)
    from tradingbot_infra.operations.live.egress import read_egress, to_adopt
    from tradingbot_infra.operations.live.stacks import check_deployed

    addresses = read_egress(account.session, account.config)
    if not addresses:
        check_deployed(account.session, account.config)
    document = _document(account, addresses, to_adopt(addresses))
    if write:
        replace_file(write, to_text(document))
        print_step(f"Wrote {write}")
    if json:
        print_json(document)
    else:
        _print(account, addresses, to_adopt(addresses))


def _document(account: Account, addresses: "Sequence[EgressAddress]", adopting: Sequence[str]) -> dict[str, Any]:
    return {
        "environment": account.config.environment,
        "region": account.session.region,
        "addresses": [asdict(each) for each in addresses],
        "nat_allocation_ids": list(adopting),
    }


def _print(account: Account, addresses: "Sequence[EgressAddress]", adopting: Sequence[str]) -> None:
    if not addresses:
        print_line(f"{account.config.environment} has no elastic address in {account.session.region}")
        return
    print_rows([(each.address, each.allocation_id, each.zone or "no zone", each.used_by or _NOBODY) for each in addresses])
    if adopting:
        print_line("")
        print_line(f"To use them again after a destroy: -c nat_allocation_ids={','.join(adopting)}")
