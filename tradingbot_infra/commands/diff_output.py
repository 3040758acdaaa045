"""What `diff` prints."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tradingbot_infra.commands.account_options import Account
from tradingbot_infra.operations.printed_commands import OwnCommand, sentence

if TYPE_CHECKING:
    from tradingbot_infra.cost.diff import Diff
    from tradingbot_infra.operations.differences.changes import Change
    from tradingbot_infra.operations.differences.difference import Difference

_REFERENCE = re.compile(r"\$\{(?P<name>[^}.]+)[^}]*\}")
_LOCK = "Stateful lock (`make lock` accepts it)"
_TOGETHER = 3
"""More resources of one type than this are counted, and the first of them named."""


def lines(account: Account, found: "Difference", cost: "Diff | None", blocked: Sequence[str]) -> Iterator[str]:
    """The answer first, then each kind of change under its heading, the worst first."""
    name = account.config.environment
    if not found.exists:
        yield f"{name}: every stack has these templates already; a deployment would change nothing"
        yield from _section("In the way of the next deployment", blocked)
        yield from _section("Stateful lock", found.locked)
        return
    yield f"{name}: {answer(found, cost)}"
    yield from _section("In the way of a deployment", blocked)
    for title, rows in (*sections(found), ("Cost a month", _cost_lines(cost)), (_LOCK, iter(found.locked)), ("Order", order(found))):
        yield from _section(title, rows)
    yield account.rendered(sentence("Next: ", OwnCommand("deploy")))


def sections(found: "Difference") -> "Iterator[tuple[str, Iterator[str]]]":
    """Each kind of change with a line for each, the worst first."""
    yield "Findings", _findings(found)
    for effect, changes in _by_effect(found.changes).items():
        yield effect.capitalize(), _listed(changes)
    yield "Permissions widened", (f"{one.stack}: {_plain(one.words)}" for one in found.widened)
    yield "Ports opened", (f"{one.stack}: {_plain(one.words)}" for one in found.opened)
    yield "Interrupted", (f"{_short(one.path)}: {one.what}" for one in found.interruptions)
    yield "Outputs and parameters", iter(found.others)


def order(found: "Difference") -> Iterator[str]:
    """The stacks in the order in which `deploy` deploys them."""
    for stage in found.stages:
        if stage.purpose:
            yield f"until every task has moved, {stage.purpose}"
        yield from (f"{step.stack}{', because it reads what others replace' if step.force else ''}" for step in stage.plan.steps)


def document(account: Account, found: "Difference", cost: "Diff | None", blocked: Sequence[str]) -> Mapping[str, Any]:
    """The same for programs."""
    return {
        "environment": account.config.environment,
        "differs": found.exists,
        "in_the_way": list(blocked),
        "alarming": list(found.alarming),
        "findings": [
            {"kind": str(one.kind), "stack": one.stack, "resource": one.logical_id, "path": one.path, "why": one.why, "way": one.way}
            for one in found.findings
        ],
        "changes": [
            {
                "effect": str(change.effect),
                "stack": change.resource.stack,
                "resource": change.resource.logical_id,
                "type": change.resource.type,
                "path": change.resource.path,
                "properties": list(change.properties),
                "stateful": change.ends_state,
            }
            for change in found.changes
        ],
        "widened": [{"stack": one.stack, "what": one.words} for one in found.widened],
        "opened": [{"stack": one.stack, "what": one.words} for one in found.opened],
        "interrupted": [{"stack": one.stack, "path": one.path, "what": one.what} for one in found.interruptions],
        "others": list(found.others),
        "cost": None if cost is None else {"difference_usd": str(cost.difference), "lines": [*_cost_rows(cost)]},
        "lock": list(found.locked),
        "order": [step.stack for stage in found.stages for step in stage.plan.steps],
    }


def answer(found: "Difference", cost: "Diff | None") -> str:
    """How many resources change how, what that costs, and what a person should look at."""
    counted = [f"{len(changes)} {effect}" for effect, changes in _by_effect(found.changes).items()]
    money = [] if cost is None else [f"{_signed(cost.difference)} USD a month"]
    alarming = [f"look at: {', '.join(found.alarming)}"] if found.alarming else []
    return "; ".join([", ".join(counted) or "no resource changes", *money, *alarming])


def _section(title: str, found: Iterable[str]) -> Iterator[str]:
    rows = list(found)
    if rows:
        yield title
        yield from (f"  {row}" for row in rows)


def _findings(found: "Difference") -> Iterator[str]:
    """Those that say the same of several resources in one line."""
    same: dict[tuple[str, str, str], list[str]] = {}
    for one in found.findings:
        same.setdefault((str(one.kind), one.why, one.way), []).append(_short(one.path))
    for (kind, why, way), paths in same.items():
        yield f"{kind}: {', '.join(paths)}: {why}. {way}"


def _by_effect(changes: "Iterable[Change]") -> "dict[str, list[Change]]":
    found: dict[str, list[Change]] = {}
    for change in changes:
        found.setdefault(str(change.effect), []).append(change)
    return found


def _listed(changes: "Sequence[Change]") -> Iterator[str]:
    """Of each type in each stack a line for every resource; of many a line for all."""
    kinds: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        if not change.is_hollow:
            kinds.setdefault((change.resource.stack, change.resource.type), []).append(change)
    for (_, kind), same in kinds.items():
        name = kind.removeprefix("AWS::").replace("::", " ")
        if len(same) > _TOGETHER:
            yield f"{_short(same[0].resource.path)} and {len(same) - 1} more ({name})"
        else:
            yield from (f"{_short(change.resource.path)} ({name}){_because(change)}" for change in same)
    hollow = sum(change.is_hollow for change in changes)
    if hollow:
        yield f"{hollow} x only what it waits for, or its metadata"


def _because(change: "Change") -> str:
    return f": {', '.join(change.properties)}" if change.properties else ""


def _short(path: str) -> str:
    """The construct's path without its last part, which names the CloudFormation resource of a construct."""
    return path.removesuffix("/Resource")


def _plain(words: str) -> str:
    """References such as `${Images.Arn}` by their name alone."""
    return _REFERENCE.sub(r"\g<name>", words)


def _cost_lines(cost: "Diff | None") -> Iterator[str]:
    if cost is None:
        yield "not compared: what is deployed is of a form that has no estimate"
        return
    rows = list(_cost_rows(cost))
    if rows:
        yield f"{_signed(cost.difference)} USD"
        yield from (f"  {row['change_usd']} {row['service']}: {row['what']}" for row in rows)
    yield from (f"not in it: {one.found.what}, {one.found.reason}" for one in cost.unpriced if str(one.kind) in ("added", "changed"))


def _cost_rows(cost: "Diff") -> Iterator[dict[str, str]]:
    for change in cost.changes:
        if change.difference:
            yield {"service": change.service, "what": change.what, "change_usd": _signed(change.difference)}


def _signed(amount: Any) -> str:
    return f"{amount:+.2f}"
