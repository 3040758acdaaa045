"""`outputs`: the outputs of the stacks."""

from typing import Annotated

import typer

from tradingbot_infra.commands.account_options import Account, reading_command
from tradingbot_infra.commands.console import print_json, print_line, print_rows
from tradingbot_infra.commands.options import Json

Name = Annotated[str | None, typer.Option(help="Print only the value of this output.")]


@reading_command
def outputs(account: Account, json: Json = False, name: Name = None) -> None:
    """Print the outputs of the stacks, as `terraform output` did. Read-only."""
    from tradingbot_infra.operations.live.stacks import named_output, read_stacks

    stacks = read_stacks(account.session, account.config)
    pairs = [pair for stack in stacks for pair in stack.outputs.items()]
    if name is not None:
        print_line(named_output(stacks, name))
    elif json:
        print_json({"environment": account.config.environment, "outputs": dict(pairs)})
    else:
        print_rows(pairs)
