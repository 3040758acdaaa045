"""The report as one page that needs nothing else: no script, style, font or picture from anywhere, and none is allowed."""

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tradingbot_infra.compliance.report.counting import Json, Line, by_id, controls_by_rule, counts, due, edition, lines, pieces, told
from tradingbot_infra.compliance.status import Status

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Sign:
    """How a status is shown: by a word, and by a symbol and a colour that page.css gives to its `name`."""

    status: Status
    meaning: str

    @property
    def name(self) -> str:
        """The status as one word."""
        return self.status.replace(" ", "-")

    @property
    def word(self) -> str:
        """The status with a capital letter."""
        return self.status.capitalize()


SIGNS = {
    sign.status: sign
    for sign in (
        Sign(Status.FAIL, "The rule does not hold at a resource, and nobody has accepted that."),
        Sign(Status.NOT_ASSESSED, "No answer: it cannot be read from the templates, or nothing here provides it."),
        Sign(Status.EXCEPTION, "The rule does not hold; the register says why, who accepted it and until when."),
        Sign(Status.MANUAL, "People must show it; the reason says who keeps the evidence."),
        Sign(Status.PASS, "Every rule holds at every resource examined, and at least one was."),
        Sign(Status.NOT_APPLICABLE, "These templates declare nothing that it is about."),
    )
}
"""From the worst to the mildest: the worst of a control's rules is the control's status."""


@dataclass(frozen=True)
class Segment:
    """A part of a framework's bar, in percent of its width."""

    sign: Sign
    start: float
    width: float
    number: int


@dataclass(frozen=True)
class RuleView:
    """A rule with what it saw. `number` makes the anchors of its resources, which other parts of the page link to."""

    entry: Json
    number: int
    lines: tuple[Line, ...]
    controls: tuple[str, ...]

    @property
    def sign(self) -> Sign:
        """The rule's status."""
        return SIGNS[Status(self.entry["status"])]

    @cached_property
    def resources(self) -> tuple[tuple[str, Sign, Line], ...]:
        """Anchor, sign and line of each resource."""
        found = (line for line in self.lines if line.evidence)
        return tuple((f"e{self.number}-{index}", SIGNS[line.status], line) for index, line in enumerate(found, 1))

    @property
    def exceptions(self) -> tuple[str, ...]:
        """Ids of the exceptions that apply somewhere, each once."""
        return tuple(dict.fromkeys(identifier for line in self.lines for identifier in line.exceptions))

    @property
    def has_fix(self) -> bool:
        """Whether there is something to make true, and a way."""
        return self.sign.status is Status.FAIL and bool(self.entry["fix"])


@dataclass(frozen=True)
class ControlView:
    """A control with its rules."""

    entry: Json
    rules: tuple[RuleView, ...]

    @property
    def sign(self) -> Sign:
        """The control's status."""
        return SIGNS[Status(self.entry["status"])]


@dataclass(frozen=True)
class FrameworkView:
    """A framework with its controls, in sections."""

    entry: Json
    controls: tuple[ControlView, ...]

    @property
    def counts(self) -> Sequence[tuple[Sign, int]]:
        """Number of controls of each status, zeros included."""
        return [(SIGNS[status], number) for status, number in counts(self.entry).items()]

    @property
    def segments(self) -> Iterator[Segment]:
        """The bar: one segment for each status that occurs."""
        start = 0.0
        for sign, number in self.counts:
            if number:
                width = 100 * number / len(self.controls)
                yield Segment(sign, round(start, 3), round(width, 3), number)
                start += width

    @property
    def sections(self) -> Sequence[tuple[str, Sequence[ControlView]]]:
        """Neighbouring controls of the same section."""
        return [
            (section, list(controls)) for section, controls in groupby(self.controls, key=lambda control: str(control.entry["section"]))
        ]

    @property
    def failing(self) -> Sequence[ControlView]:
        """The controls that fail."""
        return [control for control in self.controls if control.sign.status is Status.FAIL]


def render(report: Json) -> str:
    """The whole page. The same report gives the same page."""
    style, script = _source("page.css"), _source("page.js")
    rules = _rules(report)
    frameworks = [_framework(entry, rules) for entry in report["frameworks"]]
    return (
        _templates()
        .get_template("page.html.jinja")
        .render(
            report=report,
            frameworks=frameworks,
            rules=rules.values(),
            rules_by_id=rules,
            totals=_totals(report),
            exceptions=sorted(report["exceptions"], key=lambda entry: (entry["review"], entry["id"])),
            exceptions_by_id=by_id(report["exceptions"]),
            overdue=[entry for entry in due(report, 0) if entry["overdue"]],
            signs=SIGNS,
            style=style,
            script=script,
            policy=f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; base-uri 'none'; form-action 'none'",
        )
    )


def _rules(report: Json) -> Mapping[str, RuleView]:
    named = controls_by_rule(report)
    return {
        rule["id"]: RuleView(rule, number, lines(rule), tuple(control for control in named.get(rule["id"], ()) if control != rule["id"]))
        for number, rule in enumerate(report["rules"], 1)
    }


def _framework(entry: Json, rules: Mapping[str, RuleView]) -> FrameworkView:
    controls = (ControlView(control, tuple(rules[identifier] for identifier in control["rules"])) for control in entry["controls"])
    return FrameworkView(entry, tuple(controls))


def _totals(report: Json) -> Sequence[tuple[Sign, int]]:
    each = [counts(framework) for framework in report["frameworks"]]
    return [(sign, sum(counted[status] for counted in each)) for status, sign in SIGNS.items()]


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    filters: dict[str, Any] = {"told": told, "pieces": pieces, "edition": edition, "named": _named}
    environment.filters.update(filters)
    return environment


def _named(finding: str) -> str:
    """The rule of a finding: cdk-nag adds what it found in brackets, as in AwsSolutions-IAM5[Resource::*]."""
    return finding.partition("[")[0]


def _source(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _digest(source: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}"
