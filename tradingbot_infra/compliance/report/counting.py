"""What the renderers share: the parts of a report by name, and what a rule saw at each resource. Tests count with it too."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tradingbot_infra.compliance.exceptions import as_sentences, in_one_line
from tradingbot_infra.compliance.status import Status, worst

Json = Mapping[str, Any]

_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Line:
    """One rule at one resource: the worst of what was observed there.

    An empty path stands for the rule as a whole, where its answer does not come from a resource.
    """

    path: str
    status: Status
    evidence: tuple[Json, ...]

    @property
    def exceptions(self) -> tuple[str, ...]:
        """Ids of the exceptions that apply here, each once."""
        return tuple(dict.fromkeys(entry["exception"] for entry in self.evidence if entry["exception"] is not None))


def by_id(entries: Iterable[Json]) -> Mapping[str, Json]:
    """Rules or exceptions by their id."""
    return {entry["id"]: entry for entry in entries}


def lines(rule: Json) -> tuple[Line, ...]:
    """What a rule saw, one line per resource in the report's order; the rule's own line first where resources do not explain its status."""
    grouped: dict[str, list[Json]] = {}
    for entry in rule["evidence"]:
        grouped.setdefault(entry["path"], []).append(entry)
    found = tuple(Line(path, worst(Status(entry["status"]) for entry in entries), tuple(entries)) for path, entries in grouped.items())
    status = Status(rule["status"])
    explained = bool(found) and worst(line.status for line in found) is status
    return found if explained else (Line("", status, ()), *found)


def control_lines(report: Json) -> Iterator[tuple[Json, Json, Json, Line]]:
    """Framework, control, rule and line: everything that stands below the controls, in the report's order."""
    rules = by_id(report["rules"])
    seen = {identifier: lines(rule) for identifier, rule in rules.items()}
    for framework in report["frameworks"]:
        for control in framework["controls"]:
            for identifier in control["rules"]:
                for line in seen[identifier]:
                    yield framework, control, rules[identifier], line


def controls_by_rule(report: Json) -> Mapping[str, list[str]]:
    """The ids of the controls that name each rule, in the report's order."""
    named: dict[str, list[str]] = {}
    for framework in report["frameworks"]:
        for control in framework["controls"]:
            for rule in control["rules"]:
                named.setdefault(rule, []).append(control["id"])
    return named


def counts(framework: Json) -> Mapping[Status, int]:
    """Number of a framework's controls of each status, from the worst to the mildest, zeros included."""
    counted = Counter(Status(control["status"]) for control in framework["controls"])
    return {status: counted[status] for status in Status}


def edition(framework: Json) -> str:
    """A framework's name with its version, where it has one."""
    return f"{framework['name']} {framework['version']}".rstrip()


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """A text in one or more parts, and of each whether it stands in backticks, as code does in this project's texts."""
    for number, part in enumerate(_CODE.split(text)):
        if part:
            yield part, bool(number % 2)


def told(exception: Json) -> str:
    """Why an exception is accepted: mechanism, consequence and compensation as sentences."""
    return as_sentences(exception["mechanism"], exception["consequence"], exception["compensation"])


def reason(exception: Json) -> str:
    """Why, by whom and until when an exception is accepted, in one line."""
    return in_one_line(told(exception), exception["id"], exception["owner"], exception["review"])


def due(report: Json, days: int) -> tuple[Json, ...]:
    """Exceptions that are overdue, or whose review comes within so many days of the commit's date; the earliest first.

    Without a commit there is no date to count from, and only what the report itself calls overdue is due.
    """
    commit = report["commit"]
    latest = date.fromisoformat(commit["date"]) + timedelta(days=days) if commit else None
    found = (
        entry
        for entry in report["exceptions"]
        if entry["overdue"] or (latest is not None and date.fromisoformat(entry["review"]) <= latest)
    )
    return tuple(sorted(found, key=lambda entry: (entry["review"], entry["id"])))
