"""The report as JSON, by schema.json beside this module."""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.compliance.report.changes import Changes
from tradingbot_infra.compliance.report.document import Evidence, Report, ReportedException, ReportedFramework, ReportedRule
from tradingbot_infra.compliance.report.origin import Commit
from tradingbot_infra.compliance.report.provider import ReportedProvider
from tradingbot_infra.reporting.json_document import to_text, versioned

SCHEMA_VERSION = 4


def render(report: Report) -> str:
    """The text of report.json."""
    return to_text(document_of(report))


def document_of(report: Report) -> dict[str, Any]:
    """The report by its schema."""
    content = {
        "environment": report.environment,
        "project": report.project,
        "region": report.region,
        "account": report.account,
        "commit": _commit(report.commit),
        "settings": [{"name": each.name, "value": each.value, "declared": each.declared} for each in report.settings],
        "tools": dict(report.tools),
        "statement": report.statement,
        "templates": [{"stack": each.stack, "file": each.file, "sha256": each.sha256} for each in report.templates],
        "frameworks": [_framework(each) for each in report.frameworks],
        "rules": [_rule(each) for each in report.rules],
        "exceptions": [_exception(each) for each in report.exceptions],
        "stale": list(report.stale),
        "since": _changes(report.changes) if report.changes is not None else None,
    }
    return versioned(SCHEMA_VERSION, content)


def _commit(commit: Commit | None) -> Mapping[str, Any] | None:
    return {"id": commit.id, "date": commit.date.isoformat(), "dirty": commit.dirty} if commit else None


def _changes(changes: Changes) -> Mapping[str, Any]:
    return {
        "commit": _commit(changes.commit),
        "verdicts": [
            {
                "control": each.control,
                "title": each.title,
                "before": each.before and each.before.value,
                "after": each.after and each.after.value,
            }
            for each in changes.verdicts
        ],
        "exceptions": [
            {
                "id": each.id,
                "consequence": each.consequence,
                "before": each.before and each.before.isoformat(),
                "after": each.after and each.after.isoformat(),
                "wider": each.wider,
            }
            for each in changes.exceptions
        ],
        "settings": [{"name": each.name, "before": each.before, "after": each.after} for each in changes.settings],
    }


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
        "severity": rule.severity.value,
        "types": list(rule.types),
        "fix": rule.fix,
        "references": list(rule.references),
        "status": rule.status.value,
        "reason": rule.reason,
        "provided": _provider(rule.provider) if rule.provider else None,
        "evidence": [_evidence(each) for each in rule.evidence],
    }


def _provider(provider: ReportedProvider) -> Mapping[str, Any]:
    return {
        "by": provider.name,
        "evidence": provider.evidence,
        "review": provider.review.isoformat(),
        "overdue": provider.overdue,
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
        "live": evidence.live,
    }


def _exception(entry: ReportedException) -> Mapping[str, Any]:
    return {
        "id": entry.id,
        "severity": entry.severity.value,
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
