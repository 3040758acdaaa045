"""One control or rule in words: what it requires, what was judged, and what to do."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from tradingbot_infra.compliance.catalogue import controls, outside_rules
from tradingbot_infra.compliance.public_packs import public_packs
from tradingbot_infra.compliance.report.document import Report, ReportedControl, ReportedException, ReportedFramework, ReportedRule
from tradingbot_infra.compliance.rules import RULES
from tradingbot_infra.errors import UserError
from tradingbot_infra.templates import EVERY_TYPE


def explain(report: Report, identifier: str) -> Iterator[str]:
    """Lines for a person about a control (`CIS-5.3`) or a rule (`rds.encrypted`) of a report.

    Raises UserError, with the nearest ids, when nothing has this id.
    """
    by_control = {control.id: (framework, control) for framework, control in report.controls()}
    found = nearest(identifier, (*report.rules_by_id, *by_control))
    if report.changed_settings:
        yield f"Judged with {', '.join(str(setting) for setting in report.changed_settings)}"
    if found in by_control:
        framework, control = by_control[found]
        yield from _control(framework, control)
        for name in control.rules:
            yield from _rule(report, report.rules_by_id[name])
    else:
        yield from _rule(report, report.rules_by_id[found])
        yield f"Named by {', '.join(report.controls_by_rule.get(found, ())) or 'no control'}"


def nearest(identifier: str, known: Iterable[str]) -> str:
    """The known id that is meant, in upper or lower case.

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
    """The id of every control and rule that a report has; known without a synthesis."""
    yield from (*controls(), *RULES, *outside_rules())
    yield from (rule.id for pack in public_packs() for rule in pack.rules)


def _control(framework: ReportedFramework, control: ReportedControl) -> Iterator[str]:
    yield f"{control.id}: {control.title} [{control.status}]"
    place = ", ".join(part for part in (framework.edition, control.section, control.level) if part)
    yield f"  {place}; scope: {control.scope}"
    if control.note:
        yield f"  {control.note}"


def _rule(report: Report, rule: ReportedRule) -> Iterator[str]:
    yield ""
    yield f"{rule.id}: {rule.title} [{rule.status}]"
    looks = f"; looks at {', '.join(rule.types).replace(EVERY_TYPE, 'resources of every type')}" if rule.types else ""
    yield f"  {rule.severity} severity{looks}"
    if rule.reason:
        yield f"  {rule.reason}"
    for entry in rule.evidence:
        yield f"  {entry.status:<12} {entry.path}"
        yield f"  {'':<12} {entry.property}: {entry.observed}; expected: {entry.expected}"
    for name in dict.fromkeys(entry.exception for entry in rule.evidence if entry.exception):
        yield from _exception(report.exceptions_by_id[name])
    if rule.references:
        yield f"  See also {', '.join(rule.references)}"
    if rule.fix:
        yield f"  Fix: {rule.fix}"
    if rule.stops_synthesis:
        yield "  The synthesis stops until it is fixed or judged, or until the ledger accepts it."
        yield f"  To record an exception: add an entry to compliance/ledger/ with rule {rule.id} and the exact path above."


def _exception(exception: ReportedException) -> Iterator[str]:
    yield f"  Exception {exception.id}, {exception.owner}, review by {exception.review}"
    yield f"    mechanism: {exception.mechanism}"
    yield f"    consequence: {exception.consequence}"
    yield f"    compensation: {exception.compensation}"
    if exception.setting:
        yield f"    ends when this changes: {exception.setting}"
