"""What `compliance live` prints: lines for people, a document for programs."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tradingbot_infra.commands.account_options import Account

if TYPE_CHECKING:
    from tradingbot_infra.compliance.comparison import Comparison
    from tradingbot_infra.operations.compliance.standing import Difference, Standing

_LONGEST_VALUE = 160


def document(account: Account, standing: "Standing", comparison: "Comparison") -> dict[str, Any]:
    """The comparison as JSON shows it. Its keys are stable."""
    return {
        "environment": account.config.environment,
        "account": account.session.account,
        "region": account.session.region,
        "settings": list(account.settings),
        "resources_read": standing.read,
        "not_read": dict(standing.unread),
        "changed_by_hand": [
            {"path": each.path, "type": each.type, "property": each.property or None, "deployed": each.declared, "live": each.live}
            for each in standing.differences
        ],
        "controls": [
            {"framework": each.framework.id, "id": each.control.id, "declared": each.declared, "live": each.live}
            for each in comparison.controls()
        ],
        "rules": [
            {"rule": each.rule, "path": each.path, "declared": each.declared, "live": each.live, "why": each.why, "fix": each.fix}
            for each in comparison.rules()
        ],
        "failing": [{"rule": each.rule, "path": each.path} for each in comparison.failing],
    }


def lines(account: Account, standing: "Standing", comparison: "Comparison") -> Iterator[str]:
    """Figures by framework, then each control and rule that differs, then what was changed by hand."""
    yield f"{account.config.environment} in account {account.session.account}, {account.session.region}: declared / live"
    controls = tuple(comparison.controls())
    for framework in dict.fromkeys(each.framework for each in controls):
        own = [each for each in controls if each.framework == framework]
        before, now = Counter(each.declared for each in own), Counter(each.live for each in own)
        counts = ", ".join(f"{before[status]} / {now[status]} {status}" for status in type(own[0].live) if before[status] or now[status])
        yield f"  {framework.id:<15} {counts}"
    yield from _changes(standing)
    yield from _verdicts(comparison)
    for path, why in standing.unread.items():
        yield f"Not read: {path}: {why}"
    yield _verdict(standing, comparison)


def _changes(standing: "Standing") -> Iterator[str]:
    for each in standing.differences:
        yield ""
        yield f"Changed by hand: {each.path} ({each.type})"
        yield from _values(each)


def _values(each: "Difference") -> Iterator[str]:
    if not each.property:
        yield "  exists, and no template declares it" if each.declared is None else "  does not exist any more"
    else:
        yield f"  {each.property}"
    if each.declared is not None and each.property:
        yield f"    deployed: {_shown(each.declared)}"
    if each.live is not None:
        yield f"    live:     {_shown(each.live)}"


def _verdicts(comparison: "Comparison") -> Iterator[str]:
    for each in comparison.rules():
        yield ""
        yield f"{each.rule} at {each.path}: {each.declared} / {each.live}"
        yield f"  {each.title}"
        if each.why:
            yield f"  {_shown(each.why)}"


def _verdict(standing: "Standing", comparison: "Comparison") -> str:
    failing = len(comparison.failing)
    changed = f"{len(standing.differences)} changes by hand in {standing.read} resources"
    if failing:
        return f"{failing} rules fail at a resource that stands and are in no exception; {changed}"
    return f"No rule fails at what stands that the ledger does not except; {changed}"


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 3]}..."
