"""What `verify` prints: lines for people, a document for programs."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from tradingbot_infra.commands.account_options import Account

if TYPE_CHECKING:
    from tradingbot_infra.operations.verification.check import CheckedItem, Checklist

_WIDTH = len("not checkable")


def document(account: Account, results: "Sequence[CheckedItem]", notes: Sequence[str]) -> dict[str, Any]:
    """The results as JSON shows them. Its keys are stable."""
    counts = _counts(results)
    return {
        "environment": account.config.environment,
        "account": account.session.account,
        "region": account.session.region,
        "passed": counts["pass"],
        "failed": counts["fail"],
        "not_checkable": counts["not checkable"],
        "items": [_item(account, result) for result in results],
        "notes": list(notes),
    }


def lines(account: Account, checklists: "Sequence[Checklist]", results: "Sequence[CheckedItem]", notes: Sequence[str]) -> Iterator[str]:
    """The results by checklist, a line for each item, with findings and next steps below those that do not pass."""
    for checklist in checklists:
        yield checklist.title
        for result in results:
            if result.checklist == checklist.id:
                yield from _item_lines(account, result)
    yield from (f"note: {note}" for note in notes)
    counts = _counts(results)
    yield f"{counts['pass']} pass, {counts['fail']} fail, {counts['not checkable']} not checkable"


def _item(account: Account, result: "CheckedItem") -> dict[str, Any]:
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
                "next_step": account.rendered(seen.finding.next_step) or None,
            }
            for seen in result.seen
        ],
    }


def _key(outcome: str) -> str:
    return outcome.replace(" ", "_")


def _counts(results: "Sequence[CheckedItem]") -> Counter[str]:
    return Counter(str(result.outcome) for result in results)


def _item_lines(account: Account, result: "CheckedItem") -> Iterator[str]:
    open_points = [seen for seen in result.seen if seen.finding.outcome != "pass"]
    head = f"  {result.outcome:<{_WIDTH}}  {result.item.title}"
    if not open_points:
        yield f"{head}: {'; '.join(seen.finding.found for seen in result.seen)}"
        return
    worst = [seen.finding.found for seen in open_points if seen.finding.outcome == result.outcome]
    yield f"{head}: {worst[0]}{f'; and {len(worst) - 1} more' if len(worst) > 1 else ''}"
    for seen in open_points:
        found = f": {seen.finding.outcome}, {seen.finding.found}" if len(open_points) > 1 else ""
        yield f"      {seen.looked_at}{found}"
        if seen.finding.next_step:
            yield f"      next: {account.rendered(seen.finding.next_step)}"
