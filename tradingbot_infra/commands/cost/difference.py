"""`cost diff`: what a change of the templates does to the bill."""

from pathlib import Path
from typing import Annotated

import typer

from tradingbot_infra.commands.console import Json, Setting, chosen, ends_in_one_line, print_json, results, words_of
from tradingbot_infra.commands.cost.shared import PricesOption, prices_of, warn_of_unpriced
from tradingbot_infra.config.context import context_of_arguments
from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.diff import diff as difference
from tradingbot_infra.cost.estimate import Estimate, Prices, estimate
from tradingbot_infra.cost.prices import TableName
from tradingbot_infra.cost.report.document import diff_document
from tradingbot_infra.cost.report.markdown import render
from tradingbot_infra.errors import UserError
from tradingbot_infra.templates import Assembly

Base = Annotated[Path, typer.Argument(help="Cloud assembly before the change, a directory such as cdk.out.")]
Head = Annotated[Path, typer.Argument(help="Cloud assembly after the change.")]
Usage = Annotated[str | None, typer.Option("--env", help="Environment whose usage counts; the one that HEAD's tags name unless given.")]

_UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What reading a template raises that is not of the form that this project writes."""


@ends_in_one_line
def diff(
    base: Base,
    head: Head,
    environment: Usage = None,
    setting: Setting = None,
    prices: PricesOption = TableName.LIST,
    json: Json = False,
) -> None:
    """Compare two cloud assemblies: each line that a change adds, removes or changes, as Markdown for a pull request."""
    words = words_of(setting)
    _refuse_settings_of_templates(words)
    if environment is not None:
        chosen(environment, words)
    before, after = _read(base), _read(head)
    config = chosen(environment or _environment_of(head, after), words)
    tables = prices_of(prices)
    estimates = _estimated(base, before, config.usage, tables), _estimated(head, after, config.usage, tables)
    document = diff_document(config, *estimates, tables, difference(*estimates))
    if json:
        print_json(document)
    else:
        results.out(render(document).rstrip("\n"), highlight=False)
    warn_of_unpriced(entry for entry in document["unpriced"] if entry["kind"] != "removed")


def _refuse_settings_of_templates(words: list[str]) -> None:
    for key in context_of_arguments(words):
        if key not in UsageConfig.model_fields:
            raise UserError(f"-c {key}: both templates are finished, so it would change nothing; allowed: usage, such as expected_lcus")


def _read(directory: Path) -> Assembly:
    try:
        assembly = Assembly.read(directory)
        if not assembly.resources:
            raise UserError(f"{directory}: a cloud assembly without resources; allowed: what cdk synth writes for this project")
    except (OSError, *_UNREADABLE):
        raise UserError(f"{directory}: no cloud assembly that can be read; allowed: a directory that cdk synth wrote") from None
    return assembly


def _environment_of(directory: Path, assembly: Assembly) -> str:
    named = {stack.tags.get("Environment", "") for stack in assembly.stacks.values()}
    if len(named) != 1 or not named <= set(ENVIRONMENTS):
        raise UserError(f"{directory}: its tags name no single environment; --env says whose usage counts: {', '.join(ENVIRONMENTS)}")
    return named.pop()


def _estimated(directory: Path, assembly: Assembly, usage: UsageConfig, prices: Prices) -> Estimate:
    try:
        return estimate(assembly, usage, prices)
    except _UNREADABLE as error:
        raise UserError(f"{directory}: a resource is not of the form that the estimate reads: {error!r}") from None
