"""`verify`: checks what is deployed against the document's checklists."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from tradingbot_infra.commands.account_options import Account, reading_command
from tradingbot_infra.commands.console import print_json, print_line, print_outcome, print_step
from tradingbot_infra.commands.exit_codes import ExitCode
from tradingbot_infra.commands.options import Json
from tradingbot_infra.commands.verify_output import document, lines
from tradingbot_infra.wording import plural

if TYPE_CHECKING:
    from tradingbot_infra.operations.facts import Facts
    from tradingbot_infra.operations.verification.check import CheckedItem


Slo = Annotated[bool, typer.Option("--slo", help="Measure service levels and their error budgets instead; exits 1 if one is exhausted.")]


@reading_command
def verify(account: Account, slo: Slo = False, json: Json = False) -> None:
    """Check what is deployed against the document's checklists. Read-only; exits 1 if a check fails."""
    if slo:
        _measure(account, json=json)
        return
    if failed_items(account, json=json):
        raise typer.Exit(ExitCode.FAILED)


def failed_items(account: Account, *, json: bool = False) -> "tuple[CheckedItem, ...]":
    """Checks every item, prints the results, and returns those that fail."""
    from tradingbot_infra.operations.verification.checklists import checklists_of
    from tradingbot_infra.operations.verification.notes import notes

    facts = _facts(account)
    results = _examined(facts)
    found_notes = tuple(notes(facts))
    if json:
        print_json(document(account, results, found_notes))
    else:
        for line in lines(account, checklists_of(account.config), results, found_notes):
            print_outcome(line)
    return _failed(results)


def _measure(account: Account, *, json: bool) -> None:
    from tradingbot_infra.commands.slo_output import slo_document, slo_lines
    from tradingbot_infra.operations.service_levels.levels import read_levels

    facts = _facts(account)
    facts.check_deployed()
    levels = tuple(read_levels(facts))
    if json:
        print_json(slo_document(account.config, levels))
    else:
        for line in slo_lines(account.config, levels):
            print_line(line)
    if any(level.exhausted for level in levels):
        raise typer.Exit(ExitCode.FAILED)


def items_failing_now(account: Account) -> frozenset[str]:
    """The ids of the items that fail, for a command that wants to know what its own work adds; prints no results."""
    return frozenset(result.item.id for result in _failed(_examined(_facts(account))))


def _facts(account: Account) -> "Facts":
    from tradingbot_infra.operations.facts import Facts

    return Facts(account.session, account.config, now=datetime.now(UTC), price_of=lambda _: None)


def _failed(results: "Iterable[CheckedItem]") -> "tuple[CheckedItem, ...]":
    from tradingbot_infra.operations.verdict import Outcome

    return tuple(result for result in results if result.outcome is Outcome.FAIL)


def _examined(facts: "Facts") -> "list[CheckedItem]":
    from tradingbot_infra.operations.verification.check import examine
    from tradingbot_infra.operations.verification.checklists import checklists_of

    results: list[CheckedItem] = []
    for checklist in checklists_of(facts.config):
        print_step(f"{checklist.title}: {plural(len(checklist.items), 'item')}")
        results += (examine(checklist, item, facts) for item in checklist.items)
    return results
