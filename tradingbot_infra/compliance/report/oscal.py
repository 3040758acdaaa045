"""The report as OSCAL assessment results (NIST, Open Security Controls Assessment Language 1.2.1).

No public catalog in OSCAL has the controls of CIS, PCI DSS, SOC 2 or GDPR, and there is no system security plan or assessment plan:
control ids are this project's, and the plan is a resource of the document itself. OSCAL's findings are satisfied or not, so only
controls that were judged have one; the others are named as excluded. An accepted exception is not satisfied, with an approved risk.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tradingbot_infra.compliance.report.document import (
    Report,
    ReportedControl,
    ReportedException,
    ReportedFramework,
    ReportedRule,
    in_words,
)
from tradingbot_infra.compliance.report.origin import Commit
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.reporting.json_document import to_text

Json = Mapping[str, Any]

OSCAL_VERSION = "1.2.1"
NAMESPACE = "https://tradingbot.example/ns/oscal"
"""Of properties that OSCAL does not define; nothing is there."""

JUDGED = (Status.FAIL, Status.EXCEPTION, Status.PASS)

_DECLARED = "Declared by its template; what is deployed was not assessed."
_LIVE = "Declared by its template, and deployed; both were assessed."

_PLAN = "There is no assessment plan in OSCAL: every rule is checked at every resource of its types, as docs/compliance.md describes."


def render(report: Report, commit: Commit) -> str:
    """The text of oscal.json. The commit's date is the time of everything in it."""
    return to_text({"assessment-results": _without_empty(_Writer(report, commit).document)})


def control_id(identifier: str) -> str:
    """A control's id as OSCAL's tokens allow: `GDPR-Art.32(1)(a)` is `GDPR-Art.32_1_a`."""
    return re.sub(r"[^\w.-]+", "_", identifier).strip("_")


class _Writer:
    def __init__(self, report: Report, commit: Commit) -> None:
        self._report = report
        self._time = f"{commit.date.isoformat()}T00:00:00Z"
        self._version = f"{commit.id}{'-dirty' if commit.dirty else ''}"
        self._rules = {rule for _, control in report.controls() if control.status in JUDGED for rule in control.rules}

    @property
    def document(self) -> Json:
        report, plan = self._report, self._uuid("plan")
        return {
            "uuid": self._uuid("document"),
            "metadata": {
                "title": f"Compliance of {report.project}, {report.subject}",
                "last-modified": self._time,
                "version": self._version,
                "oscal-version": OSCAL_VERSION,
                "props": list(_props({"environment": report.environment, "region": report.region, "account": report.account})),
            },
            "import-ap": {"href": f"#{plan}", "remarks": _PLAN},
            "results": [self._result()],
            "back-matter": {"resources": [{"uuid": plan, "title": "Assessment plan", "description": _PLAN}]},
        }

    def _result(self) -> Json:
        report = self._report
        changed = {"setting": [str(setting) for setting in report.changed_settings]}
        tools = {"tool": [f"{name} {version}" for name, version in report.tools.items()]}
        return {
            "uuid": self._uuid("result"),
            "title": report.subject,
            "description": report.statement,
            "start": self._time,
            "end": self._time,
            "props": list(_props({**tools, **changed})),
            "local-definitions": {"components": list(self._components()), "inventory-items": list(self._items())},
            "reviewed-controls": {"control-selections": [_selection(framework) for framework in report.frameworks if framework.controls]},
            "observations": [self._observation(rule) for rule in report.rules if rule.id in self._rules],
            "risks": [self._risk(exception) for exception in report.exceptions],
            "findings": [self._finding(control) for _, control in report.controls() if control.status in JUDGED],
        }

    def _components(self) -> Iterator[Json]:
        for template in self._report.templates:
            yield {
                "uuid": self._uuid("stack", template.stack),
                "type": "service",
                "title": template.stack,
                "description": f"The CloudFormation stack that {template.file} declares.",
                "props": list(_props({"template-sha256": template.sha256})),
                "status": {"state": "other", "remarks": _LIVE if self._report.is_live else _DECLARED},
            }

        for provider, rules in self._report.providers.items():
            yield {
                "uuid": self._uuid("provider", provider.name, provider.evidence, provider.review.isoformat()),
                "type": "service",
                "title": provider.name,
                "description": f"Provides what these stacks do not declare: {', '.join(rule.id for rule in rules)}.",
                "props": list(_props({"evidence": provider.evidence, "review": provider.review.isoformat()})),
                "status": {"state": "other", "remarks": provider.reason},
            }

    def _items(self) -> Iterator[Json]:
        for path, line in {line.path: line for rule in self._report.rules for line in rule.evidence}.items():
            yield {
                "uuid": self._uuid("resource", path),
                "description": path,
                "props": list(_props({"logical-id": line.logical_id, "type": line.type})),
                "implemented-components": [{"component-uuid": self._uuid("stack", line.stack)}],
            }

    def _observation(self, rule: ReportedRule) -> Json:
        paths = dict.fromkeys(line.path for line in rule.evidence)
        evidence = [{"description": f"{line.path}: {in_words(line)}"} for line in rule.evidence]
        return {
            "uuid": self._uuid("rule", rule.id),
            "title": rule.id,
            "description": rule.title,
            "props": list(_props({"status": rule.status, "severity": rule.severity, "source": rule.source})),
            "methods": ["EXAMINE"],
            "subjects": [{"subject-uuid": self._uuid("resource", path), "type": "inventory-item", "title": path} for path in paths],
            "relevant-evidence": evidence,
            "collected": self._time,
            "remarks": rule.reason,
        }

    def _risk(self, exception: ReportedException) -> Json:
        return {
            "uuid": self._uuid("exception", exception.id),
            "title": exception.id,
            "description": exception.mechanism,
            "statement": exception.consequence,
            "props": list(_props({"severity": exception.severity, "owner": exception.owner})),
            "status": "deviation-approved",
            "mitigating-factors": [{"uuid": self._uuid("mitigation", exception.id), "description": exception.compensation}],
            "deadline": f"{exception.review.isoformat()}T00:00:00Z",
        }

    def _finding(self, control: ReportedControl) -> Json:
        rules = [self._report.rules_by_id[rule] for rule in control.rules]
        exceptions = dict.fromkeys(line.exception for rule in rules for line in rule.evidence if line.exception)
        passes = control.status is Status.PASS
        return {
            "uuid": self._uuid("control", control.id),
            "title": control.id,
            "description": control.title,
            "target": {
                "type": "objective-id",
                "target-id": control_id(control.id),
                "status": {"state": "satisfied" if passes else "not-satisfied", "reason": "pass" if passes else "fail"},
            },
            "related-observations": [{"observation-uuid": self._uuid("rule", rule.id)} for rule in rules],
            "related-risks": [{"risk-uuid": self._uuid("exception", identifier)} for identifier in exceptions],
        }

    def _uuid(self, *parts: str) -> str:
        """The same for the same thing in each report of an environment; the document and its result are of the commit and settings."""
        of = (self._version, self._report.judged) if parts[0] in ("document", "result") else ()
        return str(uuid5(NAMESPACE_URL, "/".join((NAMESPACE, self._report.project, self._report.environment, *of, *parts))))


def _selection(framework: ReportedFramework) -> Json:
    left_out = [control for control in framework.controls if control.status not in JUDGED]
    return {
        "description": framework.edition,
        "include-controls": list(_controls(framework.controls)),
        "exclude-controls": list(_controls(left_out)),
        "remarks": "Excluded: what depends on the account or comes from a provider, needs evidence from people, or has nothing to judge.",
    }


def _controls(controls: Iterable[ReportedControl]) -> Iterator[Json]:
    return ({"control-id": control_id(control.id)} for control in controls)


def _props(values: Mapping[str, str | list[str] | None]) -> Iterator[Json]:
    for name, value in values.items():
        for each in value if isinstance(value, list) else [value]:
            if each:
                yield {"name": name, "ns": NAMESPACE, "value": str(each)}


def _without_empty(value: Any) -> Any:
    """The value without empty lists and texts, which OSCAL does not allow."""
    if isinstance(value, Mapping):
        return {key: _without_empty(inner) for key, inner in value.items() if inner not in ("", [], {})}
    return [_without_empty(inner) for inner in value] if isinstance(value, list) else value
