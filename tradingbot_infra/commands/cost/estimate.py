"""`cost`: the monthly estimate of an environment."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from tradingbot_infra.commands.console import Environment, Json, Setting, chosen, ends_in_one_line, print_json, results, say, words_of
from tradingbot_infra.commands.cost.shared import PricesOption, prices_of, warn_of_unpriced
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.settings import flat
from tradingbot_infra.cost.diff import diff
from tradingbot_infra.cost.estimate import Estimate, Prices
from tradingbot_infra.cost.estimate import estimate as estimate_of
from tradingbot_infra.cost.prices import TableName
from tradingbot_infra.cost.report.document import comparison, estimate_document
from tradingbot_infra.cost.report.text import rows
from tradingbot_infra.cost.savings import savings
from tradingbot_infra.errors import UserError
from tradingbot_infra.node import use_pinned_node
from tradingbot_infra.reporting.files import check_writable, replace_file
from tradingbot_infra.templates import Assembly

Compare = Annotated[str | None, typer.Option(help="Another environment beside this one, without what -c lays over this one.")]
Html = Annotated[Path | None, typer.Option(metavar="FILE", help="Write the estimate as one self-contained page.")]


@ends_in_one_line
def estimate(
    context: typer.Context,
    environment: Environment = "production",
    setting: Setting = None,
    prices: PricesOption = TableName.LIST,
    compare: Compare = None,
    json: Json = False,
    html: Html = None,
) -> None:
    """Estimate what an environment costs a month: lines with quantity, unit price and source, what has no price, and savings."""
    if context.invoked_subcommand:
        _refuse_options_before(context)
        return
    config = chosen(environment, words_of(setting))
    other = chosen(compare, ()) if compare else None
    if json and html:
        raise UserError("--json and --html: one or the other; allowed: --html FILE alone, or --json alone")
    if html:
        check_writable(html)
    document = _document(config, words_of(setting), other, prices_of(prices))
    if json:
        print_json(document)
    elif html:
        _write(html, document)
    else:
        for row in rows(document):
            results.out(row, highlight=False)
    warn_of_unpriced(document["unpriced"])


def _refuse_options_before(context: typer.Context) -> None:
    given = [name for name in context.params if str(context.get_parameter_source(name)).endswith("COMMANDLINE")]
    if given:
        raise UserError(f"cost {context.invoked_subcommand}: options stand after {context.invoked_subcommand}, not before it")


def _document(config: EnvironmentConfig, words: list[str], other: EnvironmentConfig | None, prices: Prices) -> dict[str, Any]:
    assembly = _synthesize(config, config.environment)
    base = estimate_of(assembly, config.usage, prices)

    def alternative(settings: Mapping[str, object]) -> Estimate:
        pairs = [f"{name}={str(value).lower()}" for name, value in settings.items()]
        changed = chosen(config.environment, [*words, *words_of(pairs)])
        return estimate_of(_synthesize(changed, f"{config.environment} with {', '.join(pairs)}"), changed.usage, prices)

    saved = savings(assembly, base, prices.chosen, flat(config), alternative)
    compared = _compared(base, other, prices) if other else None
    return estimate_document(config, base, prices, saved, compared)


def _compared(base: Estimate, other: EnvironmentConfig, prices: Prices) -> dict[str, Any]:
    estimated = estimate_of(_synthesize(other, other.environment), other.usage, prices)
    return comparison(other.environment, base, estimated, diff(base, estimated))


def _synthesize(config: EnvironmentConfig, what: str) -> Assembly:
    say(f"Synthesizing {what}")
    use_pinned_node()
    # Imported this late because it loads the CDK, which takes seconds that a mistyped word need not cost.
    from tradingbot_infra.application import synthesize

    with tempfile.TemporaryDirectory() as directory:
        return synthesize(config, Path(directory))


def _write(path: Path, document: Mapping[str, Any]) -> None:
    # Imported this late because the template engine takes a tenth of a second that `--help` need not cost.
    from tradingbot_infra.cost.report.html import render

    replace_file(path, render(document))
    results.out(f"{document['environment']}: {document['monthly']} USD a month; written to {path}", highlight=False)
