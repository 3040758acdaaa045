"""`env show`: the settings of one environment, where each comes from, and why."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from tradingbot_infra.commands.console import print_json, print_line
from tradingbot_infra.commands.errors import report_errors
from tradingbot_infra.commands.options import Json, ReadEnvironment, Setting, context_arguments, load_settings
from tradingbot_infra.config.context import DEFAULT_ENVIRONMENT

if TYPE_CHECKING:
    from tradingbot_infra.commands.env.held import Held

Names = Annotated[list[str] | None, typer.Argument(metavar="SETTING", help="Only these, with purpose and reason.", show_default=False)]


@report_errors
def show(names: Names = None, environment: ReadEnvironment = DEFAULT_ENVIRONMENT, setting: Setting = None, json: Json = False) -> None:
    """Show the settings of an environment, and where each comes from. Reaches no account.

    A value comes from a block of config/environments.py, at the line that is named, or from -c. With names it also prints what a
    setting is for, what it allows, and the reason that its comment gives; "Not in the document" there marks what differs from the
    design document.
    """
    from tradingbot_infra.commands.env.held import chosen, held

    config = load_settings(environment, context_arguments(setting))
    found = chosen(held(config), names or (), environment)
    if json:
        print_json({"environment": environment, "settings": [each.document for each in found]})
        return
    for line in _described(found) if names else _listed(found):
        print_line(line)


def _listed(found: Sequence["Held"]) -> Iterator[str]:
    """A heading for each section, and one line for each setting. A long value is whole, whatever the others' width."""
    width = max(len(each.name) for each in found)
    title = ""
    for each in found:
        if each.section != title:
            title = each.section
            yield title
        yield f"  {each.name:<{width}}  {each.value or 'nothing'}  ({each.source})"


def _described(found: Sequence["Held"]) -> Iterator[str]:
    for each in found:
        yield f"{each.name}={each.value}"
        yield f"  {each.purpose}"
        yield f"  allowed: {each.allowed}"
        yield f"  from {each.source}"
        if each.reason:
            yield f"  why: {each.reason}"
