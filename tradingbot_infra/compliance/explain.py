"""One control or rule in words: what it wants, what was judged, and what to do."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from tradingbot_infra.compliance.catalogue import controls, outside_rules
from tradingbot_infra.compliance.public_packs import public_packs
from tradingbot_infra.compliance.report.counting import Json, by_id, controls_by_rule, edition
from tradingbot_infra.compliance.rules import RULES
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.errors import UserError


def explain(report: Json, identifier: str) -> Iterator[str]:
    """Lines for a person about a control (`CIS-5.3`) or a rule (`rds.encrypted`), out of a report's document.

    Raises UserError, with the nearest ids, when nothing has this id.
    """
    rules = by_id(report["rules"])
    by_control = {control["id"]: (framework, control) for framework in report["frameworks"] for control in framework["controls"]}
    exceptions = by_id(report["exceptions"])
    found = nearest(identifier, (*rules, *by_control))
    if found in by_control:
        framework, control = by_control[found]
        yield from _control(framework, control)
        for name in control["rules"]:
            yield from _rule(rules[name], exceptions)
    else:
        yield from _rule(rules[found], exceptions)
        yield f"Named by {', '.join(controls_by_rule(report).get(found, ())) or 'no control'}"


def nearest(identifier: str, known: Iterable[str]) -> str:
    """The known id that is meant, whatever its case.

    Raises UserError, with the nearest ids, when it is none of them.
    """
    by_lower = {name.lower(): name for name in known}
    found = by_lower.get(identifier.lower())
    if found is None:
        close = [by_lower[key] for key in get_close_matches(identifier.lower(), by_lower, n=5, cutoff=0.5)]
        hint = f"; nearest: {', '.join(close)}" if close else ""
        raise UserError(f"{identifier}: there is no such control or rule{hint}")
    return found


def known_ids() -> Iterator[str]:
    """Every control and every rule that a report has, before anything is synthesized."""
    yield from (*controls(), *RULES, *outside_rules())
    yield from (rule.id for pack in public_packs() for rule in pack.rules)


def _control(framework: Json, control: Json) -> Iterator[str]:
    yield f"{control['id']}: {control['title']} [{control['status']}]"
    place = ", ".join(part for part in (edition(framework), control["section"], control["level"]) if part)
    yield f"  {place}; scope: {control['scope']}"
    if control["note"]:
        yield f"  {control['note']}"


def _rule(rule: Json, exceptions: Mapping[str, Json]) -> Iterator[str]:
    yield ""
    yield f"{rule['id']}: {rule['title']} [{rule['status']}]"
    if rule["reason"]:
        yield f"  {rule['reason']}"
    for line in rule["evidence"]:
        yield f"  {line['status']:<12} {line['path']}"
        yield f"  {'':<12} {line['property']}: {line['observed']}; expected: {line['expected']}"
    for name in dict.fromkeys(line["exception"] for line in rule["evidence"] if line["exception"]):
        yield from _exception(exceptions[name])
    if rule["references"]:
        yield f"  See also {', '.join(rule['references'])}"
    if rule["fix"]:
        yield f"  To mend it: {rule['fix']}"
    if rule["status"] == Status.FAIL:
        yield f"  To record an exception: an entry in compliance/ledger/ with rule {rule['id']} and the exact path above."


def _exception(exception: Json) -> Iterator[str]:
    yield f"  Exception {exception['id']}, {exception['owner']}, review by {exception['review']}"
    for part in ("mechanism", "consequence", "compensation"):
        yield f"    {part}: {exception[part]}"
    if exception["setting"]:
        yield f"    ends with the setting {exception['setting']}"
