"""The report as one page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path

from tradingbot_infra.compliance.report.document import Report, ReportedControl, ReportedFramework, ReportedRule, RuleResult
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.reporting.markdown import pieces
from tradingbot_infra.reporting.page import render_page

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
        Sign(Status.NOT_ASSESSED, "The templates do not show it, or nothing in these stacks provides it."),
        Sign(Status.EXCEPTION, "The rule does not hold; the list of exceptions says why, who accepted it and until when."),
        Sign(Status.MANUAL, "People must show it; the reason says who keeps the evidence."),
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
class RuleView:
    """A rule on the page. `number` makes the anchors of its resources, which other parts of the page link to."""

    entry: ReportedRule
    number: int
    controls: tuple[str, ...]

    @property
    def sign(self) -> Sign:
        """The rule's status."""
        return SIGNS[self.entry.status]

    @cached_property
    def resources(self) -> tuple[tuple[str, Sign, RuleResult], ...]:
        """Anchor, sign and result of each resource."""
        found = (result for result in self.entry.results if result.evidence)
        return tuple((f"e{self.number}-{index}", SIGNS[result.status], result) for index, result in enumerate(found, 1))

    @property
    def exceptions(self) -> tuple[str, ...]:
        """Ids of the exceptions that apply somewhere, each once."""
        return tuple(dict.fromkeys(identifier for result in self.entry.results for identifier in result.exceptions))

    @property
    def has_fix(self) -> bool:
        """Whether it fails and there is a way to fix it."""
        return self.sign.status is Status.FAIL and bool(self.entry.fix)


@dataclass(frozen=True)
class ControlView:
    """A control with its rules."""

    entry: ReportedControl
    rules: tuple[RuleView, ...]

    @property
    def sign(self) -> Sign:
        """The control's status."""
        return SIGNS[self.entry.status]


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

    @property
    def failing(self) -> Sequence[ControlView]:
        """The controls that fail."""
        return [control for control in self.controls if control.sign.status is Status.FAIL]


def render(report: Report) -> str:
    """The whole page. The same report gives the same page."""
    rules = _rules(report)
    return render_page(
        _HERE,
        filters={"pieces": pieces, "rule_of": _rule_of},
        report=report,
        frameworks=[_framework(entry, rules) for entry in report.frameworks],
        rules=rules.values(),
        rules_by_id=rules,
        totals=_totals(report),
        exceptions=sorted(report.exceptions, key=lambda entry: (entry.review, entry.id)),
        exceptions_by_id=report.exceptions_by_id,
        overdue=[entry for entry in report.due(0) if entry.overdue],
        signs=SIGNS,
    )


def _rules(report: Report) -> Mapping[str, RuleView]:
    named = report.controls_by_rule
    return {
        rule.id: RuleView(rule, number, tuple(control for control in named.get(rule.id, ()) if control != rule.id))
        for number, rule in enumerate(report.rules, 1)
    }


def _framework(entry: ReportedFramework, rules: Mapping[str, RuleView]) -> FrameworkView:
    controls = (ControlView(control, tuple(rules[identifier] for identifier in control.rules)) for control in entry.controls)
    return FrameworkView(entry, tuple(controls))


def _totals(report: Report) -> Sequence[tuple[Sign, int]]:
    return [(sign, sum(framework.counts[status] for framework in report.frameworks)) for status, sign in SIGNS.items()]


def _rule_of(finding: str) -> str:
    """The rule of a finding: cdk-nag adds what it found in brackets, as in AwsSolutions-IAM5[Resource::*]."""
    return finding.partition("[")[0]
