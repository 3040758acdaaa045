"""From an inspected synthesis to its report."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from importlib.metadata import version
from typing import Any

from tradingbot_infra.compliance.catalogue import OutsideRule, frameworks, outside_rules, references, severity_of
from tradingbot_infra.compliance.evaluation import Finding
from tradingbot_infra.compliance.exception import ComplianceException
from tradingbot_infra.compliance.inspection import Inspection
from tradingbot_infra.compliance.provided import is_of_account, providers, status_unseen
from tradingbot_infra.compliance.public_packs import PublicRule, public_packs
from tradingbot_infra.compliance.report.document import (
    Evidence,
    Report,
    ReportedControl,
    ReportedException,
    ReportedFramework,
    ReportedRule,
)
from tradingbot_infra.compliance.report.origin import Commit, ReportedTemplate
from tradingbot_infra.compliance.report.provider import reported_provider
from tradingbot_infra.compliance.rule import Judgement, Rule
from tradingbot_infra.compliance.rules import RULES
from tradingbot_infra.compliance.severity import Severity
from tradingbot_infra.compliance.status import Status, worst
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.settings import as_text, flat, setting_values
from tradingbot_infra.templates import EVERY_TYPE, Resource

STATEMENT = (
    "Judged from the synthesized CloudFormation templates, before any deployment: it shows what is declared, not what runs. "
    "CIS AWS Foundations and PCI DSS are mapped by their published requirements. SOC 2 and GDPR publish no configuration rules; their "
    "mapping is this project's judgement. PCI DSS applies only where card data is handled. Controls of people, and of the account where "
    "none of its stacks declares them, are listed but not judged. This report is evidence for an audit, not a certification."
)

_TOOLS = ("aws-cdk-lib", "cdk-nag", "constructs", "detect-secrets")
_LONGEST_VALUE = 200


def build(inspection: Inspection, commit: Commit | None) -> Report:
    """The report of one inspected synthesis."""
    config = inspection.config
    rules = {rule.id: rule for rule in _rules(inspection, commit)}
    return Report(
        environment=config.environment,
        project=config.project,
        region=config.network.region,
        account=_account(inspection),
        commit=commit,
        settings=setting_values(config),
        tools={tool: version(tool) for tool in _TOOLS},
        statement=STATEMENT,
        templates=tuple(_templates(inspection)),
        frameworks=(*_own_frameworks(rules), *_public_frameworks(rules)),
        rules=tuple(rules.values()),
        exceptions=tuple(reported_exception(entry, config, commit) for entry in inspection.ledger.exceptions),
        stale=tuple(f"{stale.exception.id} {stale.problem}: {stale.path}" for stale in inspection.stale),
    )


def _account(inspection: Inspection) -> str | None:
    """The account of the stacks; None unless they all have the same one."""
    accounts = {stack.account for stack in inspection.assembly.stacks.values()}
    return accounts.pop() if len(accounts) == 1 else None


def _templates(inspection: Inspection) -> Iterator[ReportedTemplate]:
    for name, stack in inspection.assembly.stacks.items():
        content = (inspection.directory / stack.template_file).read_bytes()
        yield ReportedTemplate(stack=name, file=stack.template_file, sha256=hashlib.sha256(content).hexdigest())


def _own_frameworks(rules: Mapping[str, ReportedRule]) -> Iterator[ReportedFramework]:
    for framework in frameworks():
        controls = tuple(
            ReportedControl(
                id=control.id,
                title=control.title,
                section=control.section,
                level=control.level,
                scope=control.scope,
                status=worst(rules[rule].status for rule in control.rules),
                note=control.note,
                rules=control.rules,
            )
            for control in framework.controls
        )
        yield ReportedFramework(id=framework.id, name=framework.name, version=framework.version, source="own", controls=controls)


def _public_frameworks(rules: Mapping[str, ReportedRule]) -> Iterator[ReportedFramework]:
    for pack in public_packs():
        controls = tuple(
            ReportedControl(
                id=rule.id,
                title=rule.info,
                section="",
                level=rule.level,
                scope="workload",
                status=rules[rule.id].status,
                note="",
                rules=(rule.id,),
            )
            for rule in pack.rules
        )
        yield ReportedFramework(id=pack.id, name=pack.name, version=pack.version, source="cdk-nag", controls=controls)


def _rules(inspection: Inspection, commit: Commit | None) -> Iterator[ReportedRule]:
    provided = {rule: reported_provider(provider, commit) for rule, provider in providers(inspection.config).items()}
    own = (_own_rule(rule, inspection) for rule in RULES.values())
    outside = (_outside_rule(rule) for rule in outside_rules().values() if rule.id not in RULES)
    for entry in (*own, *outside):
        provider = None if entry.evidence else provided.get(entry.id)
        yield replace(entry, status=Status.PROVIDED, reason=provider.reason, provider=provider) if provider else entry
    by_rule: dict[str, dict[str, list[Finding]]] = {}
    for finding in sorted(inspection.public):
        by_rule.setdefault(finding.rule.partition("[")[0], {}).setdefault(finding.path, []).append(finding)
    for pack in public_packs():
        for public in pack.rules:
            yield _public_rule(public, by_rule.get(public.id, {}), inspection)


def _own_rule(rule: Rule, inspection: Inspection) -> ReportedRule:
    judgements = inspection.evaluation.by_rule.get(rule.id, ())
    evidence = tuple(entry for judgement in judgements for entry in _own_evidence(judgement, inspection))
    return ReportedRule(
        id=rule.id,
        title=rule.title,
        source="own",
        severity=severity_of(rule.id),
        types=rule.types,
        fix=rule.fix,
        references=references().get(rule.id, ()),
        status=worst(entry.status for entry in evidence) if evidence else status_unseen(rule.id, {}),
        reason="" if evidence else _nothing_examined(rule, inspection),
        evidence=evidence,
    )


def _nothing_examined(rule: Rule, inspection: Inspection) -> str:
    if is_of_account(rule.id):
        return "Not declared by these stacks, and no setting names a provider."
    types = "resource" if EVERY_TYPE in rule.types else " or ".join(rule.types)
    return (
        f"None of the {types} in these stacks is of the kind that the rule is about."
        if inspection.assembly.of_type(*rule.types)
        else f"These stacks declare no {types}."
    )


def _own_evidence(judgement: Judgement, inspection: Inspection) -> Iterator[Evidence]:
    exception = inspection.ledger.exception_for(Finding(judgement.rule.id, judgement.resource.path))
    for observation in judgement.observations:
        yield _evidence(
            judgement.resource, observation.property, shown(observation.observed), observation.expected, observation.status, exception
        )


def _outside_rule(outside: OutsideRule) -> ReportedRule:
    is_manual = outside.scope == "manual"
    provided = "Evidence is kept by" if is_manual else "Not declared by these stacks. It would be provided by"
    return ReportedRule(
        id=outside.id,
        title=outside.title,
        source="own",
        severity=severity_of(outside.id),
        types=outside.types,
        fix="",
        references=references().get(outside.id, ()),
        status=status_unseen(outside.id, {}),
        reason=f"{provided} {outside.provider}.",
        evidence=(),
    )


def _public_rule(rule: PublicRule, findings: Mapping[str, list[Finding]], inspection: Inspection) -> ReportedRule:
    evidence = tuple(
        entry
        for resource in inspection.assembly.resources
        if resource.path in findings or rule.is_about(resource)
        for entry in _public_evidence(rule, resource, findings.get(resource.path, []), inspection)
    )
    return ReportedRule(
        id=rule.id,
        title=rule.info,
        source="cdk-nag",
        severity=severity_of(rule.id),
        types=rule.classes,
        fix="",
        references=references().get(rule.id, ()),
        status=worst(entry.status for entry in evidence),
        reason="" if evidence else "These stacks declare no resource of these classes.",
        evidence=evidence,
    )


def _public_evidence(rule: PublicRule, resource: Resource, findings: Iterable[Finding], inspection: Inspection) -> Iterator[Evidence]:
    expected = "no finding of cdk-nag"
    for finding in findings:
        detail = finding.rule.partition("[")[2].removesuffix("]")
        exception = inspection.ledger.exception_for(finding)
        yield _evidence(resource, "Properties", detail or inspection.public[finding], expected, Status.FAIL, exception)
    if not findings and rule.examines(resource):
        yield _evidence(resource, "Properties", "none", expected, Status.PASS, None)
    elif not findings:
        yield _evidence(resource, "Class", "CfnResource, which cdk-nag does not look at", expected, Status.NOT_ASSESSED, None)


def _evidence(
    resource: Resource, where: str, observed: str, expected: str, status: Status, exception: ComplianceException | None
) -> Evidence:
    excepted = exception if status in (Status.FAIL, Status.NOT_ASSESSED) else None
    return Evidence(
        stack=resource.stack,
        path=resource.path,
        logical_id=resource.logical_id,
        type=resource.type,
        property=where,
        observed=observed,
        expected=expected,
        status=Status.EXCEPTION if excepted else status,
        exception=excepted.id if excepted else None,
    )


def reported_exception(entry: ComplianceException, config: EnvironmentConfig, commit: Commit | None) -> ReportedException:
    """An entry of the ledger with the names of an environment."""
    settings = flat(config)
    paths = {finding.path for finding in entry.findings(config)}
    conditions = ", ".join(f"{each.setting}={as_text(settings[each.setting])}" for each in entry.when)
    rules = entry.rules_in(config)
    return ReportedException(
        id=entry.id,
        severity=min((severity_of(rule.partition("[")[0]) for rule in rules), key=list(Severity).index),
        rules=rules,
        paths=(entry.construct,) if entry.construct else tuple(sorted(paths)),
        mechanism=entry.mechanism,
        consequence=entry.consequence,
        compensation=entry.compensation,
        owner=entry.owner,
        review=entry.review,
        overdue=commit is not None and entry.review < commit.date,
        setting=conditions or None,
    )


def shown(value: Any) -> str:
    """An observed value as evidence has it: JSON where it is no text, cut where it is long."""
    if value is None:
        return "absent"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(", ", ": "), default=str)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 3]}..."
