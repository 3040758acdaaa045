"""`env diff`: what two environments have different."""

from typing import Annotated

import typer

from tradingbot_infra.commands.console import print_json, print_line, print_rows
from tradingbot_infra.commands.errors import report_errors
from tradingbot_infra.commands.options import ENVIRONMENT_NAMES, Json, complete_environment
from tradingbot_infra.config.settings import load_config

First = Annotated[
    str, typer.Argument(metavar="FIRST", help=f"Environment: {ENVIRONMENT_NAMES}.", autocompletion=complete_environment, show_default=False)
]
Second = Annotated[
    str, typer.Argument(metavar="SECOND", help="The one to compare it with.", autocompletion=complete_environment, show_default=False)
]


@report_errors
def diff(first: First, second: Second, json: Json = False) -> None:
    """Show the settings that two environments have different. Reaches no account.

    `env show SETTING --env ENVIRONMENT` says why a value is as it is.
    """
    from tradingbot_infra.commands.env.held import held

    one, other = held(load_config(first)), held(load_config(second))
    names = [name for name in one if one[name].value != other[name].value]
    if json:
        rows = [{"name": name, first: one[name].value, second: other[name].value, "reason": other[name].reason} for name in names]
        print_json({"first": first, "second": second, "settings": rows})
    elif names:
        print_rows([("SETTING", first, second), *((name, one[name].value or "nothing", other[name].value or "nothing") for name in names)])
    else:
        print_line(f"{first} and {second} have the same settings")
