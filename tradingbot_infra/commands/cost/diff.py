"""`cost diff`: compares the monthly cost of two cloud assemblies."""

from pathlib import Path
from typing import Annotated

import typer

from tradingbot_infra.commands.console import print_json, print_line
from tradingbot_infra.commands.cost.prices import PricesOption, read_prices, warn_of_unpriced
from tradingbot_infra.commands.errors import report_errors
from tradingbot_infra.commands.options import ENVIRONMENT_NAMES, Json, Setting, context_arguments, load_settings
from tradingbot_infra.config.context import context_of_arguments
from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.diff import diff as difference
from tradingbot_infra.cost.estimate import Estimate, Prices, estimate
from tradingbot_infra.cost.prices import TableName
from tradingbot_infra.cost.report.document import diff_document
from tradingbot_infra.cost.report.markdown import render
from tradingbot_infra.design.stacks import ACCOUNT
from tradingbot_infra.errors import UserError
from tradingbot_infra.templates import Assembly

Base = Annotated[Path, typer.Argument(help="Cloud assembly before the change: a directory that cdk synth wrote, such as cdk.out.")]
Head = Annotated[Path, typer.Argument(help="Cloud assembly after the change.")]
Usage = Annotated[str | None, typer.Option("--env", help="Environment whose usage is priced; default: the one in HEAD's tags.")]

_UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What reading a template raises if this project did not write it."""


@report_errors
def diff(
    base: Base,
    head: Head,
    environment: Usage = None,
    setting: Setting = None,
    prices: PricesOption = TableName.LIST,
    json: Json = False,
) -> None:
    """Compare the cost of two cloud assemblies. Reaches no AWS account.

    Prints every line that the change adds, removes or changes, as Markdown for a pull request.
    """
    arguments = context_arguments(setting)
    _refuse_settings_of_templates(arguments)
    if environment is not None:
        load_settings(environment, arguments)
    before, after = _read(base), _read(head)
    config = load_settings(environment or _environment_of(head, after), arguments)
    tables = read_prices(prices)
    estimates = _estimated(base, before, config.usage, tables), _estimated(head, after, config.usage, tables)
    document = diff_document(config, *estimates, tables, difference(*estimates), given=context_of_arguments(arguments))
    if json:
        print_json(document)
    else:
        print_line(render(document).rstrip("\n"))
    warn_of_unpriced(entry for entry in document["unpriced"] if entry["kind"] != "removed")


def _refuse_settings_of_templates(arguments: list[str]) -> None:
    for key in context_of_arguments(arguments):
        if key not in UsageConfig.model_fields:
            raise UserError(f"-c {key}: the templates exist already, so it would change nothing; allowed: usage, such as expected_lcus")


def _read(directory: Path) -> Assembly:
    try:
        assembly = Assembly.read(directory)
        if not assembly.resources:
            raise UserError(f"{directory}: is a cloud assembly without resources; allowed: what cdk synth writes for this project")
    except (OSError, *_UNREADABLE):
        raise UserError(f"{directory}: is not a readable cloud assembly; allowed: a directory that cdk synth wrote") from None
    return assembly


def _environment_of(directory: Path, assembly: Assembly) -> str:
    named = {stack.tags.get("Environment", "") for stack in assembly.stacks.values()} - {ACCOUNT}
    if len(named) != 1 or not named <= set(ENVIRONMENTS):
        raise UserError(f"{directory}: its tags do not name one environment; choose whose usage is priced by --env: {ENVIRONMENT_NAMES}")
    return named.pop()


def _estimated(directory: Path, assembly: Assembly, usage: UsageConfig, prices: Prices) -> Estimate:
    try:
        return estimate(assembly, usage, prices)
    except _UNREADABLE as error:
        raise UserError(f"{directory}: has a resource that the estimate cannot read: {error!r}") from None
