"""The report as SARIF 2.1.0 (OASIS), the format that GitHub code scanning reads."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from tradingbot_infra.compliance.report.document import (
    Report,
    ReportedControl,
    ReportedFramework,
    ReportedRule,
    RuleResult,
    in_words,
)
from tradingbot_infra.compliance.report.origin import ReportedTemplate
from tradingbot_infra.compliance.severity import Severity
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.reporting.json_document import to_text

Json = Mapping[str, Any]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

KINDS = {
    Status.FAIL: "fail",
    Status.NOT_ASSESSED: "open",
    Status.EXCEPTION: "fail",
    Status.MANUAL: "review",
    Status.PROVIDED: "informational",
    Status.PASS: "pass",
    Status.NOT_APPLICABLE: "notApplicable",
}
"""A result's kind. An exception is a failure that carries an accepted suppression; what somebody else provides was not judged here."""

SECURITY_SEVERITY = {Severity.HIGH: "8.0", Severity.MEDIUM: "5.0", Severity.LOW: "2.0"}
"""A score in each of GitHub's ranges: 7.0 to 8.9 is high, 4.0 to 6.9 medium, 0.1 to 3.9 low (GitHub, "SARIF support for code scanning")."""

_LONGEST_NAME = 255  # GitHub, "SARIF support for code scanning"


def render(report: Report) -> str:
    """The whole report: one result per control, rule and resource. A result's ruleId is the control's id."""
    return _written(report, tuple(report.results()))


def render_alerts(report: Report) -> str:
    """Only what fails, for upload to GitHub code scanning.

    It overlooks `kind` and `suppressions` and makes an alert of every result, also of those that pass
    (microsoft/PSRule issue 955, "GitHub code scanning alerts treats pass as problems").
    """
    return _written(report, tuple(entry for entry in report.results() if entry[3].status is Status.FAIL))


def _written(report: Report, entries: Iterable[tuple[ReportedFramework, ReportedControl, ReportedRule, RuleResult]]) -> str:
    controls = list(report.controls())
    numbers = {control.id: number for number, (_, control) in enumerate(controls)}
    run = {
        "tool": {
            "driver": {
                "name": f"{report.project} compliance",
                "rules": [_descriptor(framework, control, report.rules_by_id) for framework, control in controls],
            },
            "extensions": [{"name": name, "version": version} for name, version in report.tools.items()],
        },
        "automationDetails": {"id": f"compliance/{report.environment}/"},
        "artifacts": [{"location": {"uri": _uri(entry)}, "hashes": {"sha-256": entry.sha256}} for entry in report.templates],
        "results": [_result(report, control, rule, result, numbers[control.id]) for _, control, rule, result in entries],
        "properties": {
            "commit": _commit(report),
            "region": report.region,
            "account": report.account,
            "settings": [{"name": each.name, "value": each.value, "declared": each.declared} for each in report.changed_settings],
            "stale": list(report.stale),
            "statement": report.statement,
        },
    }
    return to_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _commit(report: Report) -> Json | None:
    commit = report.commit
    return {"id": commit.id, "date": commit.date.isoformat(), "dirty": commit.dirty} if commit else None


def _descriptor(framework: ReportedFramework, control: ReportedControl, rules: Mapping[str, ReportedRule]) -> Json:
    about = (
        f"{framework.edition}.",
        f"{control.section}." if control.section else "",
        f"{control.title.rstrip('.')}.",
        control.note,
    )
    return {
        "id": control.id,
        "name": _name(control),
        "shortDescription": {"text": control.title or control.id},
        "fullDescription": {"text": " ".join(part for part in about if part)},
        "help": {"text": "\n".join(_help(rules[identifier]) for identifier in control.rules)},
        "properties": {
            "tags": list(dict.fromkeys(("compliance", "security", framework.id, framework.edition, control.scope))),
            "security-severity": SECURITY_SEVERITY[_severity(control, rules)],
        },
    }


def _severity(control: ReportedControl, rules: Mapping[str, ReportedRule]) -> Severity:
    return min((rules[rule].severity for rule in control.rules), key=list(Severity).index)


def _name(control: ReportedControl) -> str:
    words = re.findall(r"[A-Za-z0-9]+", control.title)
    return "".join(word[0].upper() + word[1:] for word in words)[:_LONGEST_NAME] or control.id


def _help(rule: ReportedRule) -> str:
    return f"{rule.id}: {rule.title.rstrip('.')}." + (f" Fix: {rule.fix}" if rule.fix else "")


def _result(report: Report, control: ReportedControl, rule: ReportedRule, result: RuleResult, number: int) -> Json:
    written: dict[str, Any] = {
        "ruleId": control.id,
        "ruleIndex": number,
        "kind": KINDS[result.status],
        "level": "error" if result.status is Status.FAIL else "none",
        "message": {"text": _message(rule, result)},
        "locations": list(_locations(report, result)),
        "partialFingerprints": {"primaryLocationLineHash": _fingerprint(control.id, rule.id, result.path)},
        "properties": {"rule": rule.id, "severity": rule.severity.value},
    }
    if result.status is Status.EXCEPTION:
        accepted = report.exceptions_by_id
        written["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": accepted[identifier].reason} for identifier in result.exceptions
        ]
    return written


def _message(rule: ReportedRule, result: RuleResult) -> str:
    seen = (f"{in_words(entry)}." for entry in result.evidence if entry.status is result.status)
    found = " ".join(seen) or rule.reason
    looked_for = "What cdk-nag looks for: " if rule.source == "cdk-nag" else ""
    return f"{rule.id}: {result.status}. {looked_for}{rule.title.rstrip('.')}. {found}".strip()


def _locations(report: Report, result: RuleResult) -> Iterable[Json]:
    """The template that declares the resource; all templates for a result that comes from no resource."""
    stacks = {entry.stack for entry in result.evidence}
    for number, template in enumerate(report.templates):
        if not stacks or template.stack in stacks:
            location: dict[str, Any] = {
                "physicalLocation": {"artifactLocation": {"uri": _uri(template), "index": number}, "region": {"startLine": 1}}
            }
            if result.path:
                location["logicalLocations"] = [{"fullyQualifiedName": result.path, "kind": "resource"}]
            yield location


def _uri(template: ReportedTemplate) -> str:
    return quote(template.file)


def _fingerprint(*parts: str) -> str:
    """The same for the same control, rule and resource, whatever else changes in the template."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
