"""What `cost` and `cost diff` share: the choice of prices, and the warning of what has none."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import typer

from tradingbot_infra.commands.console import progress
from tradingbot_infra.cost.estimate import Prices
from tradingbot_infra.cost.prices import TableName, read_table, tables_of_other_regions

PricesOption = Annotated[
    TableName, typer.Option("--prices", help="The design document's prices, or AWS's public list prices; list where document has none.")
]


def prices_of(table: TableName) -> Prices:
    """The chosen table, with the list for what it has no price of."""
    listed = read_table(TableName.LIST)
    return Prices(listed if table is TableName.LIST else read_table(table), listed, tables_of_other_regions(TableName.LIST))


def warn_of_unpriced(found: Iterable[Mapping[str, Any]]) -> None:
    """Says on stderr what is not in the total."""
    for entry in found:
        line = f"Not in the total: {entry['count']} x {entry['what']}, {entry['reason']}."
        progress.print(line, markup=False, style="yellow")
