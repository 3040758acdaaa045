"""`verify`: the document's checklists, looked at one by one."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import typer

from tradingbot_infra.commands.account import Account, on_account
from tradingbot_infra.commands.console import PROJECT_ROOT, ExitCode, Json, print_json, results, say

if TYPE_CHECKING:
    from tradingbot_infra.operations.verification.check import Checklist, Result
    from tradingbot_infra.operations.verification.facts import Facts

_WIDTH = len("not checkable")


@on_account
def verify(account: Account, json: Json = False) -> None:
    """Check what stands against the checklists. After a deployment, and security; 1 when an item fails. Changes nothing."""
    from tradingbot_infra.operations.verification.check import Outcome
    from tradingbot_infra.operations.verification.checklists import CHECKLISTS
    from tradingbot_infra.operations.verification.facts import Facts
    from tradingbot_infra.operations.verification.notes import notes

    facts = Facts(account.session, account.config, project_root=PROJECT_ROOT, now=datetime.now(UTC))
    looked: list[Result] = []
    for checklist in CHECKLISTS:
        looked += _look(checklist, facts)
    told = tuple(notes(facts))
    if json:
        print_json(_document(account, looked, told))
    else:
        _print(account, CHECKLISTS, looked, told)
    if any(result.outcome is Outcome.FAIL for result in looked):
        raise typer.Exit(ExitCode.FAILED)


def _look(checklist: "Checklist", facts: "Facts") -> "Iterator[Result]":
    from tradingbot_infra.operations.verification.check import examine

    say(f"{checklist.title}: {len(checklist.items)} items")
    return (examine(checklist, item, facts) for item in checklist.items)


def _document(account: Account, looked: "Sequence[Result]", notes: Sequence[str]) -> dict[str, Any]:
    counts = _counts(looked)
    return {
        "environment": account.config.environment,
        "account": account.session.account,
        "region": account.session.region,
        "passed": counts["pass"],
        "failed": counts["fail"],
        "not_checkable": counts["not checkable"],
        "items": [_item(account, result) for result in looked],
        "notes": list(notes),
    }


def _item(account: Account, result: "Result") -> dict[str, Any]:
    return {
        "id": result.item.id,
        "checklist": result.checklist,
        "title": result.item.title,
        "outcome": _key(result.outcome),
        "findings": [
            {
                "outcome": _key(seen.finding.outcome),
                "looked_at": seen.looked_at,
                "found": seen.finding.found,
                "next_step": account.completed(seen.finding.next_step) or None,
            }
            for seen in result.seen
        ],
    }


def _key(outcome: str) -> str:
    return outcome.replace(" ", "_")


def _counts(looked: "Sequence[Result]") -> Counter[str]:
    return Counter(str(result.outcome) for result in looked)


def _print(account: Account, checklists: "Sequence[Checklist]", looked: "Sequence[Result]", notes: Sequence[str]) -> None:
    for checklist in checklists:
        _line(checklist.title)
        for result in looked:
            if result.checklist == checklist.id:
                _print_item(account, result)
    for note in notes:
        _line(f"note: {note}")
    counts = _counts(looked)
    _line(f"{counts['pass']} pass, {counts['fail']} fail, {counts['not checkable']} not checkable")


def _print_item(account: Account, result: "Result") -> None:
    open_points = [seen for seen in result.seen if seen.finding.outcome != "pass"]
    head = f"  {result.outcome:<{_WIDTH}}  {result.item.title}"
    if not open_points:
        _line(f"{head}: {'; '.join(seen.finding.found for seen in result.seen)}")
        return
    worst = [seen.finding.found for seen in open_points if seen.finding.outcome == result.outcome]
    _line(f"{head}: {worst[0]}{f'; and {len(worst) - 1} more' if len(worst) > 1 else ''}")
    for seen in open_points:
        found = f": {seen.finding.outcome}, {seen.finding.found}" if len(open_points) > 1 else ""
        _line(f"      {seen.looked_at}{found}")
        if seen.finding.next_step:
            _line(f"      next: {account.completed(seen.finding.next_step)}")


def _line(text: str) -> None:
    results.out(text, highlight=False)
