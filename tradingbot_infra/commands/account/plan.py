"""`account plan`: what each plan of account security costs, control by control, and what is lost without a control."""

from typing import Annotated

import typer

from tradingbot_infra.commands.console import print_json, print_line, print_rows
from tradingbot_infra.commands.cost.prices import read_prices
from tradingbot_infra.commands.cost.synthesis import laid_over
from tradingbot_infra.commands.errors import report_errors
from tradingbot_infra.commands.options import Json, ReadEnvironment, Setting, context_arguments, load_settings
from tradingbot_infra.config.account_plans import ACCOUNT_PLANS
from tradingbot_infra.config.context import DEFAULT_ENVIRONMENT
from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.cost.account_plans import PricedPlan, price_plans
from tradingbot_infra.cost.prices import TableName
from tradingbot_infra.cost.report.plans import lost_rows, notes, plans_document, price_rows
from tradingbot_infra.errors import UserError

Plan = Annotated[str | None, typer.Argument(help=f"{', '.join(ACCOUNT_PLANS)}; default: all, side by side.", metavar="PLAN")]


@report_errors
def plan(plan: Plan = None, environment: ReadEnvironment = DEFAULT_ENVIRONMENT, setting: Setting = None, json: Json = False) -> None:
    """Show what the plans of account security cost a month. Reaches no account.

    By control, with what is lost without each. Synthesizes the environment that deploys the account's stacks once for each plan and
    has the compliance packs judge it; a minute for all. A plan is chosen in config/environments.py.
    """
    names = _names(plan)
    arguments = context_arguments(setting)
    config = load_settings(environment, arguments)
    _check(config)
    prices = read_prices(TableName.LIST)
    found = price_plans(names, lambda settings: laid_over(environment, arguments, settings, prices))
    if json:
        print_json(plans_document(environment, found))
    else:
        _print(environment, found)


def _names(plan: str | None) -> tuple[str, ...]:
    if plan is None:
        return tuple(ACCOUNT_PLANS)
    if plan not in ACCOUNT_PLANS:
        raise UserError(f"account plan {plan}: no such plan; allowed: {', '.join(ACCOUNT_PLANS)}")
    return (plan,)


def _check(config: EnvironmentConfig) -> None:
    if not config.account_stacks:
        deploying = [name for name, settings in ENVIRONMENTS.items() if settings["account_stacks"]]
        wrong = f"account plan --env {config.environment}: does not deploy the account's stacks (account_stacks)"
        raise UserError(f"{wrong}; allowed: {', '.join(deploying)}")


def _print(environment: str, plans: tuple[PricedPlan, ...]) -> None:
    print_rows(price_rows(plans))
    for note in notes(environment, plans):
        print_line(note)
    lost = lost_rows(plans)
    if lost:
        print_line("")
        print_line("Without it, and requirements that then are exceptions only")
        print_rows(lost)
    print_line("")
    choices = ", ".join(f"**{each.name.upper()}" for each in plans)
    print_line(f"To choose one, spread it in PRODUCTION of config/environments.py ({choices}) and set account_security to ours.")
