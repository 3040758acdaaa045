"""`account status`: each control of the account, whether it is on, and who has it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tradingbot_infra.commands.account.prices import monthly_prices
from tradingbot_infra.commands.account_options import Account, reading_command
from tradingbot_infra.commands.console import print_json, print_line, print_rows, print_step
from tradingbot_infra.commands.exit_codes import ExitCode
from tradingbot_infra.commands.options import Json
from tradingbot_infra.wording import plural

if TYPE_CHECKING:
    from tradingbot_infra.operations.account_security.control import Judged

_HEADINGS = ("CONTROL", "STATE", "USD", "SEEN")

Prices = Annotated[bool, typer.Option("--prices/--no-prices", help="With what each costs a month by the estimate; synthesizes for it.")]


@reading_command
def status(account: Account, prices: Prices = True, json: Json = False) -> None:
    """Show each control of the account as it stands. Read-only.

    That is on, off, provided by somebody else, or not to be checked from here.
    Exits 1 if one is off that the settings ask for. The account is one, so every environment sees the same, also where another
    deploys AccountSecurityStack; prices are shown where this one does. IAM makes its credential report at most every four hours:
    what was changed since is not seen.
    """
    from tradingbot_infra.operations.account_security.controls import CONTROLS, judged
    from tradingbot_infra.operations.account_security.facts import AccountFacts

    number = account.session.account  # says so where nobody answers
    print_step(f"{number}: {plural(len(CONTROLS), 'control')}")
    found = judged(AccountFacts(account.session, account.config, datetime.now(UTC)))
    monthly = monthly_prices(account.config) if prices else {}
    if json:
        print_json(_document(account, found, monthly))
    else:
        _print(account, found, monthly)
    if any(each.missing for each in found):
        raise typer.Exit(ExitCode.FAILED)


def _document(account: Account, found: "Sequence[Judged]", monthly: Mapping[str, Decimal]) -> dict[str, Any]:
    """The controls as JSON shows them. Its keys are stable."""
    return {
        "environment": account.config.environment,
        "account": account.session.account,
        "account_security": account.config.account.account_security,
        "missing": [each.control.id for each in found if each.missing],
        "controls": [
            {
                "id": each.control.id,
                "title": each.control.title,
                "state": each.state.replace(" ", "_"),
                "asked": str(each.control.asked(account.config)),
                "provider": each.provider or None,
                "seen": each.words,
                "monthly_usd": str(monthly[each.control.id]) if each.control.id in monthly else None,
                "next_step": account.rendered(each.next_step) or None,
            }
            for each in found
        ],
    }


def _print(account: Account, found: "Sequence[Judged]", monthly: Mapping[str, Decimal]) -> None:
    print_line(f"Account {account.session.account}, account_security={account.config.account.account_security}")
    print_rows([_HEADINGS, *(_row(each, monthly) for each in found)])
    for line in _next_steps(account, found):
        print_line(line)
    counts = Counter(each.state.value for each in found)
    missing = sum(each.missing for each in found)
    asked = f"; of those that are off, the settings ask for {missing}" if counts["off"] else ""
    print_line(f"{', '.join(f'{count} {state}' for state, count in counts.items())}{asked}")
    if monthly:
        print_line(f"All that the settings ask for: {sum(monthly.values()):.2f} USD a month by the estimate (`tradingbot cost --sources`)")


def _row(one: "Judged", monthly: Mapping[str, Decimal]) -> tuple[str, str, str, str]:
    """A control without a price of its own is free, or a part of the one above."""
    price = monthly.get(one.control.id)
    return one.control.title, _state(one), "-" if price is None else f"{price:.2f}", _in_one_line(one.words)


def _state(one: "Judged") -> str:
    return f"{one.state} {one.provider}".rstrip() + (" (missing)" if one.missing else "")


def _next_steps(account: Account, found: "Sequence[Judged]") -> Iterator[str]:
    """Each step once, with the controls that it is for: one deployment may bring many."""
    steps: dict[str, list[str]] = {}
    for each in found:
        if each.next_step:
            steps.setdefault(account.rendered(each.next_step), []).append(each.control.id)
    for step, ids in steps.items():
        yield f"next, for {', '.join(ids)}: {step}"


def _in_one_line(words: str) -> str:
    return " ".join(words.split())
