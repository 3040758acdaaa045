"""`cost`: estimates the monthly cost of an environment."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from tradingbot_infra.commands.console import print_json, print_line, print_step
from tradingbot_infra.commands.cost.prices import PricesOption, read_prices, warn_of_unpriced
from tradingbot_infra.commands.errors import report_errors
from tradingbot_infra.commands.options import Json, ReadEnvironment, Setting, context_arguments, load_settings
from tradingbot_infra.config.context import DEFAULT_ENVIRONMENT
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.settings import flat
from tradingbot_infra.cost.diff import diff
from tradingbot_infra.cost.estimate import Estimate, Prices
from tradingbot_infra.cost.estimate import estimate as estimate_of
from tradingbot_infra.cost.prices import TableName
from tradingbot_infra.cost.report.document import comparison, estimate_document, subject
from tradingbot_infra.cost.report.text import rows
from tradingbot_infra.cost.savings import savings
from tradingbot_infra.errors import UserError
from tradingbot_infra.node import use_pinned_node
from tradingbot_infra.reporting.files import check_writable, replace_file
from tradingbot_infra.templates import Assembly

Compare = Annotated[str | None, typer.Option(help="Compare with another environment, without the settings of -c.")]
Html = Annotated[Path | None, typer.Option(metavar="FILE", help="Write the estimate as one self-contained HTML page.")]


@report_errors
def estimate(
    context: typer.Context,
    environment: ReadEnvironment = DEFAULT_ENVIRONMENT,
    setting: Setting = None,
    prices: PricesOption = TableName.LIST,
    compare: Compare = None,
    json: Json = False,
    html: Html = None,
) -> None:
    """Prints the estimate, or writes it as a page. Runs only without a sub-command."""
    if context.invoked_subcommand:
        _refuse_options_before(context)
        return
    arguments = context_arguments(setting)
    config = load_settings(environment, arguments)
    other = load_settings(compare, ()) if compare else None
    if json and html:
        raise UserError("--json and --html: one or the other; allowed: --html FILE alone, or --json alone")
    if html:
        check_writable(html)
    document = _document(config, arguments, other, read_prices(prices))
    if json:
        print_json(document)
    elif html:
        _write(html, document)
    else:
        for row in rows(document):
            print_line(row)
    warn_of_unpriced(document["unpriced"])


def _refuse_options_before(context: typer.Context) -> None:
    given = [name for name in context.params if str(context.get_parameter_source(name)).endswith("COMMANDLINE")]
    if given:
        raise UserError(f"cost {context.invoked_subcommand}: give options after {context.invoked_subcommand}, not before it")


def _document(config: EnvironmentConfig, arguments: list[str], other: EnvironmentConfig | None, prices: Prices) -> dict[str, Any]:
    assembly = _synthesize(config, config.environment)
    base = estimate_of(assembly, config.usage, prices)

    def alternative(settings: Mapping[str, object]) -> Estimate:
        pairs = [f"{name}={str(value).lower()}" for name, value in settings.items()]
        changed = load_settings(config.environment, [*arguments, *context_arguments(pairs)])
        return estimate_of(_synthesize(changed, f"{config.environment} with {', '.join(pairs)}"), changed.usage, prices)

    saved = savings(assembly, base, prices.chosen, flat(config), alternative)
    compared = _compared(base, other, prices) if other else None
    return estimate_document(config, base, prices, saved, compared)


def _compared(base: Estimate, other: EnvironmentConfig, prices: Prices) -> dict[str, Any]:
    estimated = estimate_of(_synthesize(other, other.environment), other.usage, prices)
    return comparison(other.environment, base, estimated, diff(base, estimated))


def _synthesize(config: EnvironmentConfig, what: str) -> Assembly:
    print_step(f"Synthesizing {what}")
    use_pinned_node()
    # Imported this late because it loads the CDK, which takes seconds and a mistyped option does not need.
    from tradingbot_infra.application import synthesize

    with tempfile.TemporaryDirectory() as directory:
        return synthesize(config, Path(directory))


def _write(path: Path, document: Mapping[str, Any]) -> None:
    # Imported this late because it loads the template engine, which takes a tenth of a second and --help does not need.
    from tradingbot_infra.cost.report.html import render

    replace_file(path, render(document))
    print_line(f"{subject(document)}: {document['monthly']} USD a month; written to {path}")
