"""The report as JSON, by schema.json beside this module."""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.compliance.report.document import Commit, Evidence, Report, ReportedException, ReportedFramework, ReportedRule
from tradingbot_infra.reporting.json_document import to_text, versioned

SCHEMA_VERSION = 2


def render(report: Report) -> str:
    """The text of report.json."""
    return to_text(document_of(report))


def document_of(report: Report) -> dict[str, Any]:
    """The report by its schema."""
    content = {
        "environment": report.environment,
        "project": report.project,
        "region": report.region,
        "commit": _commit(report.commit) if report.commit else None,
        "tools": dict(report.tools),
        "statement": report.statement,
        "templates": [{"stack": each.stack, "file": each.file, "sha256": each.sha256} for each in report.templates],
        "frameworks": [_framework(each) for each in report.frameworks],
        "rules": [_rule(each) for each in report.rules],
        "exceptions": [_exception(each) for each in report.exceptions],
    }
    return versioned(SCHEMA_VERSION, content)


def _commit(commit: Commit) -> Mapping[str, Any]:
    return {"id": commit.id, "date": commit.date.isoformat(), "dirty": commit.dirty}


def _framework(framework: ReportedFramework) -> Mapping[str, Any]:
    controls = [
        {
            "id": control.id,
            "title": control.title,
            "section": control.section,
            "level": control.level,
            "scope": control.scope,
            "status": control.status.value,
            "note": control.note,
            "rules": list(control.rules),
        }
        for control in framework.controls
    ]
    return {
        "id": framework.id,
        "name": framework.name,
        "version": framework.version,
        "source": framework.source,
        "counts": {status.value: number for status, number in framework.counts.items()},
        "controls": controls,
    }


def _rule(rule: ReportedRule) -> Mapping[str, Any]:
    return {
        "id": rule.id,
        "title": rule.title,
        "source": rule.source,
        "types": list(rule.types),
        "fix": rule.fix,
        "references": list(rule.references),
        "status": rule.status.value,
        "reason": rule.reason,
        "evidence": [_evidence(each) for each in rule.evidence],
    }


def _evidence(evidence: Evidence) -> Mapping[str, Any]:
    return {
        "stack": evidence.stack,
        "path": evidence.path,
        "logicalId": evidence.logical_id,
        "type": evidence.type,
        "property": evidence.property,
        "observed": evidence.observed,
        "expected": evidence.expected,
        "status": evidence.status.value,
        "exception": evidence.exception,
    }


def _exception(entry: ReportedException) -> Mapping[str, Any]:
    return {
        "id": entry.id,
        "rules": list(entry.rules),
        "paths": list(entry.paths),
        "mechanism": entry.mechanism,
        "consequence": entry.consequence,
        "compensation": entry.compensation,
        "owner": entry.owner,
        "review": entry.review.isoformat(),
        "overdue": entry.overdue,
        "setting": entry.setting,
    }
