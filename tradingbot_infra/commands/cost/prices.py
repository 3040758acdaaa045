"""The choice of price table, and the warning for resources without a price: shared by `cost` and `cost diff`."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import typer

from tradingbot_infra.commands.console import print_warning
from tradingbot_infra.cost.estimate import Prices
from tradingbot_infra.cost.prices import TableName, read_table, tables_of_other_regions

PricesOption = Annotated[
    TableName,
    typer.Option("--prices", help="Prices of AWS's public list or of the design document; the list prices what the document does not."),
]


def read_prices(table: TableName) -> Prices:
    """The chosen table, and the list prices for what it does not price."""
    listed = read_table(TableName.LIST)
    return Prices(listed if table is TableName.LIST else read_table(table), listed, tables_of_other_regions(TableName.LIST))


def warn_of_unpriced(found: Iterable[Mapping[str, Any]]) -> None:
    """Prints on stderr what is not in the total."""
    for entry in found:
        print_warning(f"Not in the total: {entry['count']} x {entry['what']}, {entry['reason']}.")
