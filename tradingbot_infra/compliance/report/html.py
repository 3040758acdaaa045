"""The report as one page. Its summary is the first screen and two pages on paper; the rest is appendices."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path

from tradingbot_infra.compliance.report.document import Evidence, Report, ReportedControl, ReportedFramework, ReportedRule
from tradingbot_infra.compliance.report.summary import Summary
from tradingbot_infra.compliance.severity import Severity
from tradingbot_infra.compliance.status import Status, worst
from tradingbot_infra.reporting.markdown import pieces
from tradingbot_infra.reporting.page import render_page
from tradingbot_infra.templates import EVERY_TYPE

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Sign:
    """How a status is shown: a word, and the symbol and colour that page.css gives to its `name`."""

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
        Sign(
            Status.NOT_ASSESSED,
            "It depends on the account, cdk-nag cannot look at it, or this project's rules could not judge it, which stops the synthesis.",
        ),
        Sign(Status.EXCEPTION, "The rule does not hold; the list of exceptions says why, who accepted it and until when."),
        Sign(Status.MANUAL, "People must show it; the reason says who keeps the evidence."),
        Sign(Status.PROVIDED, "Somebody else provides it; the reason says who, where the evidence is kept, and when that is reviewed."),
        Sign(Status.PASS, "Every rule holds at every resource examined, and at least one was examined."),
        Sign(Status.NOT_APPLICABLE, "These templates declare no resource that it is about."),
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
class Group:
    """Evidence about one property with one expectation: what is the same in every line is said once."""

    property: str
    expected: str
    lines: tuple[Evidence, ...]

    # The attribute `property` above hides the built-in.
    def sign(self) -> Sign:
        """The worst status of its lines."""
        return SIGNS[worst(line.status for line in self.lines)]


@dataclass(frozen=True)
class RuleView:
    """A rule on the page. A public rule is shown in its control's row, because the two are one."""

    entry: ReportedRule
    controls: tuple[str, ...]

    @property
    def sign(self) -> Sign:
        """The rule's status."""
        return SIGNS[self.entry.status]

    @property
    def anchor(self) -> str:
        """Where the page shows its evidence."""
        return f"{'c' if self.entry.source == 'cdk-nag' else 'r'}-{self.entry.id}"

    @property
    def types(self) -> str:
        """What it looks at, in words."""
        return ", ".join("resources of every type" if name == EVERY_TYPE else name for name in self.entry.types)

    @property
    def number(self) -> int:
        """How many resources it examined."""
        return len({line.path for line in self.entry.evidence})

    @cached_property
    def groups(self) -> Sequence[Group]:
        """Its evidence by property and expectation; what does not pass comes first."""
        found: dict[tuple[str, str], list[Evidence]] = {}
        for line in self.entry.evidence:
            found.setdefault((line.property, line.expected), []).append(line)
        groups = (Group(where, expected, tuple(lines)) for (where, expected), lines in found.items())
        return sorted(groups, key=lambda group: group.sign().status is Status.PASS)

    @property
    def exceptions(self) -> tuple[str, ...]:
        """Ids of the exceptions that apply somewhere, each once."""
        return tuple(dict.fromkeys(identifier for result in self.entry.results for identifier in result.exceptions))

    @property
    def has_fix(self) -> bool:
        """Whether it stops the synthesis and there is a way to fix it."""
        return self.entry.stops_synthesis and bool(self.entry.fix)


@dataclass(frozen=True)
class ControlView:
    """A control with its rules."""

    entry: ReportedControl
    rules: tuple[RuleView, ...]

    @property
    def sign(self) -> Sign:
        """The control's status."""
        return SIGNS[self.entry.status]

    @property
    def severity(self) -> Severity:
        """The worst of its rules'."""
        return min((rule.entry.severity for rule in self.rules), key=list(Severity).index)


@dataclass(frozen=True)
class FrameworkView:
    """A framework with its controls, in sections."""

    entry: ReportedFramework
    controls: tuple[ControlView, ...]

    @property
    def counts(self) -> Sequence[tuple[Sign, int]]:
        """Number of controls of each status, zeros included."""
        return [(SIGNS[status], number) for status, number in self.entry.counts.items()]

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
        return [(section, list(controls)) for section, controls in groupby(self.controls, key=lambda control: control.entry.section)]


def render(report: Report) -> str:
    """The whole page. The same report gives the same page."""
    rules = _rules(report)
    frameworks = [_framework(entry, rules) for entry in report.frameworks]
    return render_page(
        _HERE,
        filters={"pieces": pieces, "rule_of": _rule_of},
        report=report,
        summary=Summary(report),
        frameworks=frameworks,
        own_counts=_totals(framework for framework in frameworks if framework.entry.source == "own"),
        rules=[rule for rule in rules.values() if rule.entry.source == "own"],
        rules_by_id=rules,
        resources=sorted({(line.path, line.logical_id, line.type, line.stack) for rule in report.rules for line in rule.evidence}),
        totals=_totals(frameworks),
        exceptions=sorted(report.exceptions, key=lambda entry: (entry.review, entry.id)),
        exceptions_by_id=report.exceptions_by_id,
        signs=SIGNS,
        severities=list(Severity),
    )


def _rules(report: Report) -> Mapping[str, RuleView]:
    named = report.controls_by_rule
    return {rule.id: RuleView(rule, tuple(control for control in named.get(rule.id, ()) if control != rule.id)) for rule in report.rules}


def _framework(entry: ReportedFramework, rules: Mapping[str, RuleView]) -> FrameworkView:
    controls = (ControlView(control, tuple(rules[identifier] for identifier in control.rules)) for control in entry.controls)
    return FrameworkView(entry, tuple(controls))


def _totals(frameworks: Iterable[FrameworkView]) -> Sequence[tuple[Sign, int]]:
    counted = [framework.entry.counts for framework in frameworks]
    return [(sign, sum(counts[status] for counts in counted)) for status, sign in SIGNS.items()]


def _rule_of(finding: str) -> str:
    """The rule of a finding: cdk-nag adds what it found in brackets, as in AwsSolutions-IAM5[Resource::*]."""
    return finding.partition("[")[0]
