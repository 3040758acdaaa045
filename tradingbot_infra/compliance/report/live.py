"""A report with what stands in an account beside what is declared, and the verdict on both."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from tradingbot_infra.compliance.evaluation import Evaluation, Finding
from tradingbot_infra.compliance.exception import ActiveLedger
from tradingbot_infra.compliance.report.build import shown
from tradingbot_infra.compliance.report.document import Evidence, Report, ReportedFramework, ReportedRule
from tradingbot_infra.compliance.rule import Judgement, Observation
from tradingbot_infra.compliance.status import Status, worst

_GONE = "does not stand"
_ADDED = "not declared"

Judgements = Mapping[Finding, Judgement]


def with_live(report: Report, live: Evaluation, ledger: ActiveLedger, account: str) -> Report:
    """The report of what is declared, with the account's values beside it; a status is the worse of the two.

    The rules of cdk-nag look at constructs, so their evidence has no live value.
    """
    judged = {Finding(each.rule.id, each.resource.path): each for each in live.judgements}
    rules = {rule.id: _rule(rule, judged, ledger) if rule.source == "own" else rule for rule in report.rules}
    statement = f"{report.statement} The live values are those of account {account} when this report was made."
    return replace(
        report,
        account=account,
        statement=statement,
        rules=tuple(rules.values()),
        frameworks=tuple(_framework(framework, rules) for framework in report.frameworks),
    )


def _rule(rule: ReportedRule, judged: Judgements, ledger: ActiveLedger) -> ReportedRule:
    paths = {entry.path for entry in rule.evidence}
    evidence = (
        *(_beside(rule.id, entry, judged, ledger) for entry in rule.evidence),
        *(entry for found, each in judged.items() if found.rule == rule.id and found.path not in paths for entry in _added(each, ledger)),
        *(entry for path in sorted(paths) for entry in _further(rule, path, judged, ledger)),
    )
    if not evidence:
        return rule
    return replace(rule, evidence=evidence, status=worst(entry.status for entry in evidence), reason="", provider=None)


def _beside(rule: str, entry: Evidence, judged: Judgements, ledger: ActiveLedger) -> Evidence:
    judgement = judged.get(Finding(rule, entry.path))
    if judgement is None:
        return replace(entry, live=_GONE)
    same = next((each for each in judgement.observations if each.property == entry.property), None)
    if same is None:
        return entry
    status, exception = _accepted(judgement, same, ledger)
    return replace(entry, live=shown(same.observed), status=worst((entry.status, status)), exception=entry.exception or exception)


def _added(judgement: Judgement, ledger: ActiveLedger) -> Iterator[Evidence]:
    """Evidence of a resource that stands and is not declared."""
    for observation in judgement.observations:
        yield _evidence(judgement, observation, ledger)


def _further(rule: ReportedRule, path: str, judged: Judgements, ledger: ActiveLedger) -> Iterator[Evidence]:
    """Evidence of properties that a declared resource has only as it stands, if they are against the rule."""
    judgement = judged.get(Finding(rule.id, path))
    if judgement is None:
        return
    known = {entry.property for entry in rule.evidence if entry.path == path}
    for observation in judgement.observations:
        if observation.property not in known and observation.status is not Status.PASS:
            yield _evidence(judgement, observation, ledger)


def _evidence(judgement: Judgement, observation: Observation, ledger: ActiveLedger) -> Evidence:
    status, exception = _accepted(judgement, observation, ledger)
    return Evidence(
        stack=judgement.resource.stack,
        path=judgement.resource.path,
        logical_id=judgement.resource.logical_id,
        type=judgement.resource.type,
        property=observation.property,
        observed=_ADDED,
        expected=observation.expected,
        status=status,
        exception=exception,
        live=shown(observation.observed),
    )


def _accepted(judgement: Judgement, observation: Observation, ledger: ActiveLedger) -> tuple[Status, str | None]:
    if observation.status is Status.PASS:
        return Status.PASS, None
    exception = ledger.exception_for(Finding(judgement.rule.id, judgement.resource.path))
    return (Status.EXCEPTION, exception.id) if exception else (observation.status, None)


def _framework(framework: ReportedFramework, rules: Mapping[str, ReportedRule]) -> ReportedFramework:
    controls = (replace(control, status=worst(rules[rule].status for rule in control.rules)) for control in framework.controls)
    return replace(framework, controls=tuple(controls))
