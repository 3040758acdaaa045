"""`cost`: estimates the monthly cost of an environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from tradingbot_infra.commands.console import print_json, print_line, print_step
from tradingbot_infra.commands.cost.prices import PricesOption, read_prices, warn_of_unpriced
from tradingbot_infra.commands.cost.synthesis import judged, laid_over, synthesized
from tradingbot_infra.commands.errors import report_errors
from tradingbot_infra.commands.options import Json, Profile, ReadEnvironment, Setting, context_arguments, load_settings
from tradingbot_infra.config.context import DEFAULT_ENVIRONMENT, context_of_arguments
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.settings import flat
from tradingbot_infra.cost.diff import diff
from tradingbot_infra.cost.estimate import Estimate, Prices
from tradingbot_infra.cost.estimate import estimate as estimate_of
from tradingbot_infra.cost.prices import TableName
from tradingbot_infra.cost.report.document import Asked, actual_costs, comparison, estimate_document, subject
from tradingbot_infra.cost.report.text import rows
from tradingbot_infra.cost.savings import Alternative, Savings, savings
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.live.bill import MonthOfBill, read_bill
from tradingbot_infra.operations.session import BILLING_REGION, Session
from tradingbot_infra.reporting.files import check_writable, replace_file

Compare = Annotated[str | None, typer.Option(help="Compare with another environment, without the settings of -c.")]
WithSavings = Annotated[
    bool, typer.Option("--savings", help="Also compute possible savings; synthesizes and judges each, a minute or two.")
]
Actual = Annotated[
    bool, typer.Option("--actual", help="Also show the bill: Cost Explorer, last month and this one; a request costs 0.01 USD.")
]
Sources = Annotated[bool, typer.Option("--sources", help="Print each line with quantity, unit price and source.")]
Html = Annotated[Path | None, typer.Option(metavar="FILE", help="Write the estimate as one self-contained HTML page.")]


@dataclass(frozen=True)
class _Request:
    """What to estimate: an environment with settings given by -c, beside another one or None."""

    config: EnvironmentConfig
    arguments: list[str]
    other: EnvironmentConfig | None
    prices: Prices
    savings: bool
    bill: tuple[MonthOfBill, ...] | None


@report_errors
def estimate(
    context: typer.Context,
    environment: ReadEnvironment = DEFAULT_ENVIRONMENT,
    setting: Setting = None,
    prices: PricesOption = TableName.LIST,
    compare: Compare = None,
    with_savings: WithSavings = False,
    sources: Sources = False,
    actual: Actual = False,
    profile: Profile = None,
    json: Json = False,
    html: Html = None,
) -> None:
    """Prints the estimate, or writes it as a page. Runs only without a sub-command."""
    if context.invoked_subcommand:
        _refuse_options_before(context)
        return
    arguments = context_arguments(setting)
    config = load_settings(environment, arguments)
    other = _other(compare, config)
    _check(json=json, html=html, profile=profile, actual=actual)
    bill = _bill(config, profile) if actual else None
    document = _document(_Request(config, arguments, other, read_prices(prices), with_savings, bill))
    if json:
        print_json(document)
    elif html:
        _write(html, document)
    else:
        for row in rows(document, with_sources=sources):
            print_line(row)
    warn_of_unpriced(document["unpriced"])


def _refuse_options_before(context: typer.Context) -> None:
    given = [name for name in context.params if str(context.get_parameter_source(name)).endswith("COMMANDLINE")]
    if given:
        raise UserError(f"cost {context.invoked_subcommand}: give options after {context.invoked_subcommand}, not before it")


def _check(*, json: bool, html: Path | None, profile: str | None, actual: bool) -> None:
    if json and html:
        raise UserError("--json and --html: one or the other; allowed: --html FILE alone, or --json alone")
    if profile and not actual:
        raise UserError("--profile: the estimate reaches no account; allowed: together with --actual")
    if html:
        check_writable(html)


def _other(compare: str | None, config: EnvironmentConfig) -> EnvironmentConfig | None:
    if compare is None:
        return None
    other = load_settings(compare, ())
    if other == config:
        raise UserError(f"--compare {compare}: is the environment itself; allowed: another environment, or -c for a setting of this one")
    return other


def _document(request: _Request) -> dict[str, Any]:
    config, prices = request.config, request.prices
    base, saved = _with_savings(request) if request.savings else (estimate_of(synthesized(config), config.usage, prices), None)
    compared = _compared(base, request.other, prices) if request.other else None
    given = context_of_arguments(request.arguments)
    actual = None if request.bill is None else actual_costs(base, request.bill)
    return estimate_document(config, base, prices, Asked(saved, compared, actual), given=given)


def _bill(config: EnvironmentConfig, profile: str | None) -> tuple[MonthOfBill, ...]:
    print_step("Asking Cost Explorer for the bill")
    session = Session.of_account(region=BILLING_REGION, profile=profile)
    return read_bill(session, config.environment, today=datetime.now(UTC).date())


def _with_savings(request: _Request) -> tuple[Estimate, Savings]:
    config, prices = request.config, request.prices
    base = judged(config, prices, config.environment)

    def alternative(settings: Mapping[str, object]) -> Alternative:
        return laid_over(config.environment, request.arguments, settings, prices)

    return base.priced[1], savings(base, prices.chosen, flat(config), alternative)


def _compared(base: Estimate, other: EnvironmentConfig, prices: Prices) -> dict[str, Any]:
    estimated = estimate_of(synthesized(other), other.usage, prices)
    return comparison(other.environment, base, estimated, diff(base, estimated))


def _write(path: Path, document: Mapping[str, Any]) -> None:
    # Imported this late because it loads the template engine, which takes a tenth of a second and --help does not need.
    from tradingbot_infra.cost.report.html import render

    replace_file(path, render(document))
    print_line(f"{subject(document)}: {document['monthly']} USD a month; written to {path}")
