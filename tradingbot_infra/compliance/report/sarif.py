"""The report as SARIF 2.1.0 (OASIS), the format that GitHub code scanning reads."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from tradingbot_infra.compliance.report.counting import Json, Line, by_id, control_lines, edition, reason
from tradingbot_infra.compliance.status import Status

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

KINDS = {
    Status.FAIL: "fail",
    Status.NOT_ASSESSED: "open",
    Status.EXCEPTION: "fail",
    Status.MANUAL: "review",
    Status.PASS: "pass",
    Status.NOT_APPLICABLE: "notApplicable",
}
"""A result's kind. An exception is a failure that carries an accepted suppression."""

_LONGEST_NAME = 255  # GitHub, "SARIF support for code scanning"


def render(report: Json) -> str:
    """The whole report: one result per control, rule and resource. A result's ruleId is the control's id."""
    return _written(report, tuple(control_lines(report)))


def render_alerts(report: Json) -> str:
    """Only what fails, for upload to GitHub code scanning.

    It overlooks `kind` and `suppressions` and makes an alert of every result, also of those that pass
    (microsoft/PSRule issue 955, "GitHub code scanning alerts treats pass as problems").
    """
    return _written(report, tuple(entry for entry in control_lines(report) if entry[3].status is Status.FAIL))


def _written(report: Json, entries: Iterable[tuple[Json, Json, Json, Line]]) -> str:
    rules = by_id(report["rules"])
    controls = [(framework, control) for framework in report["frameworks"] for control in framework["controls"]]
    numbers = {control["id"]: number for number, (_, control) in enumerate(controls)}
    run = {
        "tool": {
            "driver": {
                "name": f"{report['project']} compliance",
                "rules": [_descriptor(framework, control, rules) for framework, control in controls],
            },
            "extensions": [{"name": name, "version": version} for name, version in report["tools"].items()],
        },
        "automationDetails": {"id": f"compliance/{report['environment']}/"},
        "artifacts": [{"location": {"uri": _uri(entry)}, "hashes": {"sha-256": entry["sha256"]}} for entry in report["templates"]],
        "results": [_result(report, control, rule, line, numbers[control["id"]]) for _, control, rule, line in entries],
        "properties": {"commit": report["commit"], "region": report["region"], "statement": report["statement"]},
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def _descriptor(framework: Json, control: Json, rules: Mapping[str, Json]) -> Json:
    about = (
        f"{edition(framework)}.",
        f"{control['section']}." if control["section"] else "",
        f"{control['title'].rstrip('.')}.",
        control["note"],
    )
    return {
        "id": control["id"],
        "name": _name(control),
        "shortDescription": {"text": control["title"] or control["id"]},
        "fullDescription": {"text": " ".join(part for part in about if part)},
        "help": {"text": "\n".join(_help(rules[identifier]) for identifier in control["rules"])},
        "properties": {"tags": list(dict.fromkeys(("compliance", framework["id"], edition(framework), control["scope"])))},
    }


def _name(control: Json) -> str:
    words = re.findall(r"[A-Za-z0-9]+", control["title"])
    return "".join(word[0].upper() + word[1:] for word in words)[:_LONGEST_NAME] or control["id"]


def _help(rule: Json) -> str:
    return f"{rule['id']}: {rule['title'].rstrip('.')}." + (f" To make it true: {rule['fix']}" if rule["fix"] else "")


def _result(report: Json, control: Json, rule: Json, line: Line, number: int) -> Json:
    result: dict[str, Any] = {
        "ruleId": control["id"],
        "ruleIndex": number,
        "kind": KINDS[line.status],
        "level": "error" if line.status is Status.FAIL else "none",
        "message": {"text": _message(rule, line)},
        "locations": list(_locations(report, line)),
        "partialFingerprints": {"primaryLocationLineHash": _fingerprint(control["id"], rule["id"], line.path)},
        "properties": {"rule": rule["id"]},
    }
    if line.status is Status.EXCEPTION:
        accepted = by_id(report["exceptions"])
        result["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": reason(accepted[identifier])} for identifier in line.exceptions
        ]
    return result


def _message(rule: Json, line: Line) -> str:
    seen = (
        f"{entry['property']} is {entry['observed']}, expected {entry['expected']} ({entry['status']})."
        for entry in line.evidence
        if entry["status"] == line.status
    )
    told = " ".join(seen) or rule["reason"]
    looked_for = "What cdk-nag looks for: " if rule["source"] == "cdk-nag" else ""
    return f"{rule['id']}: {line.status}. {looked_for}{rule['title'].rstrip('.')}. {told}".strip()


def _locations(report: Json, line: Line) -> Iterable[Json]:
    """The template that declares the resource; all of them for an answer that comes from no resource."""
    stacks = {entry["stack"] for entry in line.evidence}
    for number, template in enumerate(report["templates"]):
        if not stacks or template["stack"] in stacks:
            location: dict[str, Any] = {
                "physicalLocation": {"artifactLocation": {"uri": _uri(template), "index": number}, "region": {"startLine": 1}}
            }
            if line.path:
                location["logicalLocations"] = [{"fullyQualifiedName": line.path, "kind": "resource"}]
            yield location


def _uri(template: Json) -> str:
    return quote(template["file"])


def _fingerprint(*parts: str) -> str:
    """The same for the same control, rule and resource, whatever else changes in the template."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
