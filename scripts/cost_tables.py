"""Writes the computed costs into the environment tables of both READMEs: `make docs`."""

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.cost.account_plans import OURS
from tradingbot_infra.cost.estimate import Prices, estimate, total
from tradingbot_infra.cost.item import Part
from tradingbot_infra.cost.prices import TableName, read_table
from tradingbot_infra.design.stacks import ACCOUNT
from tradingbot_infra.node import use_pinned_node
from tradingbot_infra.templates import Assembly

READMES = tuple(Path(__file__).parents[1] / name for name in ("README.md", "README.ko.md"))

Costs = tuple[str, str]
"""US dollars a month: the document's own lines at its prices, and everything but the account's at AWS's list prices."""


def costs_of(environment: str, assembly: Assembly) -> Costs:
    """What the two computed columns say of an environment."""
    usage = load_config(environment).usage
    document, listed = read_table(TableName.DOCUMENT), read_table(TableName.LIST)
    its_lines = total(estimate(assembly, usage, Prices(document, listed)).of(Part.DOCUMENT))
    everything = estimate(assembly, usage, Prices(listed, listed))
    return f"{its_lines:.2f}", f"{everything.monthly - total(everything.of(Part.ACCOUNT)):.2f}"


def cost_of_account(environment: str, assembly: Assembly) -> Costs:
    """The same columns for what the account has once, of the environment that deploys its stacks: the document does not know it."""
    listed = read_table(TableName.LIST)
    found = estimate(assembly, load_config(environment).usage, Prices(listed, listed))
    return "-", f"{total(found.of(Part.ACCOUNT)):.2f}"


def with_costs(readme: str, costs: Mapping[str, Costs]) -> str:
    """The README with the last two cells of the row of each environment, and of the account, replaced."""
    for environment, cells in costs.items():
        row = rf"^(\| `{environment}` \| .* \| \S+ \|) \S+ \| \S+ \|$"
        readme = re.sub(row, rf"\g<1> {cells[0]} | {cells[1]} |", readme, flags=re.MULTILINE)
    return readme


def main() -> None:
    """Synthesizes every environment, and the account's stack beside the one that deploys it, and writes their costs."""
    use_pinned_node()
    from tradingbot_infra.application import synthesize

    costs = {}
    for environment, settings in ENVIRONMENTS.items():
        with tempfile.TemporaryDirectory() as directory:
            costs[environment] = costs_of(environment, synthesize(load_config(environment), Path(directory)))
        if settings["account_stacks"]:
            with tempfile.TemporaryDirectory() as directory:
                costs[ACCOUNT] = cost_of_account(environment, synthesize(load_config(environment, OURS), Path(directory)))
    for path in READMES:
        path.write_text(with_costs(path.read_text(encoding="utf-8"), costs), encoding="utf-8")
        print(f"{path.name}: {len(costs)} rows")


if __name__ == "__main__":
    main()
