"""The report as one JSON document, by schema.json beside this module. Deterministic: the commit's date is its only date."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from typing import Any

from tradingbot_infra.compliance.catalogue import OutsideRule, frameworks, outside_rules, references
from tradingbot_infra.compliance.evaluation import Finding
from tradingbot_infra.compliance.exceptions import ComplianceException
from tradingbot_infra.compliance.inspection import Inspection
from tradingbot_infra.compliance.public_packs import PublicRule, public_packs
from tradingbot_infra.compliance.rule import Judgement, Rule
from tradingbot_infra.compliance.rules import RULES
from tradingbot_infra.compliance.status import Status, worst
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.settings import flat
from tradingbot_infra.templates import Resource

Json = dict[str, Any]

SCHEMA_VERSION = 1

STATEMENT = (
    "Judged from the synthesized CloudFormation templates, before any deployment; it shows what is declared, not what runs. "
    "CIS AWS Foundations and PCI DSS are mapped by their published requirements. SOC 2 and GDPR publish no configuration rules: their "
    "mapping is this project's judgement. PCI DSS applies only where card data is handled. Controls of the account and of people "
    "are listed and not answered. This report is evidence for an audit and no certification."
)

_TOOLS = ("aws-cdk-lib", "cdk-nag", "constructs")
_LONGEST_VALUE = 200


@dataclass(frozen=True)
class Commit:
    """The git commit that was judged; `dirty` when files differed from it."""

    id: str
    date: date
    dirty: bool


def build(inspection: Inspection, config: EnvironmentConfig, commit: Commit | None) -> Json:
    """The document of one inspected synthesis."""
    rules = {entry["id"]: entry for entry in _rules(inspection)}
    return {
        "schemaVersion": SCHEMA_VERSION,
        "environment": config.environment,
        "project": config.project,
        "region": config.network.region,
        "commit": {"id": commit.id, "date": commit.date.isoformat(), "dirty": commit.dirty} if commit else None,
        "tools": {tool: version(tool) for tool in _TOOLS},
        "statement": STATEMENT,
        "templates": [
            {"stack": name, "file": stack.template_file, "sha256": _sha256((inspection.directory / stack.template_file).read_bytes())}
            for name, stack in inspection.assembly.stacks.items()
        ],
        "frameworks": [*_own_frameworks(rules), *_public_frameworks(rules)],
        "rules": list(rules.values()),
        "exceptions": [_exception(entry, config, commit) for entry in inspection.ledger.exceptions],
    }


def _own_frameworks(rules: Mapping[str, Json]) -> Iterator[Json]:
    for framework in frameworks():
        controls = [
            {
                "id": control.id,
                "title": control.title,
                "section": control.section,
                "level": control.level,
                "scope": control.scope,
                "status": worst(Status(rules[rule]["status"]) for rule in control.rules),
                "note": control.note,
                "rules": list(control.rules),
            }
            for control in framework.controls
        ]
        yield _framework(framework.id, framework.name, framework.version, "own", controls)


def _public_frameworks(rules: Mapping[str, Json]) -> Iterator[Json]:
    for pack in public_packs():
        controls = [
            {
                "id": rule.id,
                "title": rule.info,
                "section": "",
                "level": rule.level,
                "scope": "workload",
                "status": rules[rule.id]["status"],
                "note": "",
                "rules": [rule.id],
            }
            for rule in pack.rules
        ]
        yield _framework(pack.id, pack.name, pack.version, "cdk-nag", controls)


def _framework(identifier: str, name: str, its_version: str, source: str, controls: list[Json]) -> Json:
    counted = Counter(control["status"] for control in controls)
    counts = {status.value: counted[status] for status in Status}
    return {"id": identifier, "name": name, "version": its_version, "source": source, "counts": counts, "controls": controls}


def _rules(inspection: Inspection) -> Iterator[Json]:
    for rule in RULES.values():
        yield _own_rule(rule, inspection)
    for outside in outside_rules().values():
        if outside.id not in RULES:
            yield _outside_rule(outside)
    by_rule: dict[str, dict[str, list[Finding]]] = {}
    for finding in sorted(inspection.public):
        by_rule.setdefault(finding.rule.partition("[")[0], {}).setdefault(finding.path, []).append(finding)
    for pack in public_packs():
        for public in pack.rules:
            yield _public_rule(public, by_rule.get(public.id, {}), inspection)


def _own_rule(rule: Rule, inspection: Inspection) -> Json:
    evidence = [line for judgement in inspection.evaluation.by_rule.get(rule.id, ()) for line in _own_evidence(judgement, inspection)]
    return _rule(rule.id, rule.title, "own", rule.types, rule.fix, evidence, _nothing_examined(rule, inspection))


def _nothing_examined(rule: Rule, inspection: Inspection) -> str:
    types = " or ".join(rule.types)
    return (
        f"None of the {types} in these stacks is of the kind that the rule is about."
        if inspection.assembly.of_type(*rule.types)
        else f"These stacks declare no {types}."
    )


def _own_evidence(judgement: Judgement, inspection: Inspection) -> Iterator[Json]:
    exception = inspection.ledger.exception_for(Finding(judgement.rule.id, judgement.resource.path))
    for observation in judgement.observations:
        yield _evidence(
            judgement.resource, observation.property, _shown(observation.observed), observation.expected, observation.status, exception
        )


def _outside_rule(outside: OutsideRule) -> Json:
    status = Status.MANUAL if outside.scope == "manual" else Status.NOT_ASSESSED
    told = "Evidence is kept by" if outside.scope == "manual" else "Not declared by these stacks. It would be provided by"
    entry = _rule(outside.id, outside.title, "own", outside.types, "", [], f"{told} {outside.provider}.")
    return {**entry, "status": status}


def _public_rule(rule: PublicRule, findings: Mapping[str, list[Finding]], inspection: Inspection) -> Json:
    evidence = [
        line
        for resource in inspection.assembly.resources
        if resource.path in findings or rule.examines(resource)
        for line in _public_evidence(resource, findings.get(resource.path, []), inspection)
    ]
    return _rule(rule.id, rule.info, "cdk-nag", rule.classes, "", evidence, "These stacks declare no resource of these classes.")


def _public_evidence(resource: Resource, findings: Iterable[Finding], inspection: Inspection) -> Iterator[Json]:
    expected = "no finding of cdk-nag"
    for finding in findings:
        detail = finding.rule.partition("[")[2].removesuffix("]")
        exception = inspection.ledger.exception_for(finding)
        yield _evidence(resource, "Properties", detail or inspection.public[finding], expected, Status.FAIL, exception)
    if not findings:
        yield _evidence(resource, "Properties", "none", expected, Status.PASS, None)


def _rule(identifier: str, title: str, source: str, types: Iterable[str], fix: str, evidence: list[Json], nothing: str) -> Json:
    return {
        "id": identifier,
        "title": title,
        "source": source,
        "types": list(types),
        "fix": fix,
        "references": list(references().get(identifier, ())),
        "status": worst(Status(line["status"]) for line in evidence),
        "reason": "" if evidence else nothing,
        "evidence": evidence,
    }


def _evidence(resource: Resource, where: str, observed: str, expected: str, status: Status, exception: ComplianceException | None) -> Json:
    excepted = exception if status is Status.FAIL else None
    return {
        "stack": resource.stack,
        "path": resource.path,
        "logicalId": resource.logical_id,
        "type": resource.type,
        "property": where,
        "observed": observed,
        "expected": expected,
        "status": Status.EXCEPTION if excepted else status,
        "exception": excepted.id if excepted else None,
    }


def _exception(entry: ComplianceException, config: EnvironmentConfig, commit: Commit | None) -> Json:
    settings = flat(config)
    paths = {finding.path for finding in entry.findings(config)}
    conditions = ", ".join(f"{each.setting}={_shown(settings[each.setting])}" for each in entry.when)
    return {
        "id": entry.id,
        "rules": list(entry.rules),
        "paths": [entry.construct] if entry.construct else sorted(paths),
        "mechanism": entry.mechanism,
        "consequence": entry.consequence,
        "compensation": entry.compensation,
        "owner": entry.owner,
        "review": entry.review.isoformat(),
        "overdue": commit is not None and entry.review < commit.date,
        "setting": conditions or None,
    }


def _shown(value: Any) -> str:
    if value is None:
        return "absent"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(", ", ": "), default=str)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 3]}..."


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
