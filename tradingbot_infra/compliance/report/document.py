"""The report of one inspected synthesis. Every format is rendered from this document, and from nothing else."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from tradingbot_infra.compliance.exception import as_sentences, in_one_line
from tradingbot_infra.compliance.report.changes import Changes
from tradingbot_infra.compliance.report.origin import Commit, ReportedTemplate
from tradingbot_infra.compliance.report.provider import ReportedProvider
from tradingbot_infra.compliance.severity import Severity
from tradingbot_infra.compliance.status import Status, worst
from tradingbot_infra.config.settings import SettingValue, with_settings


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One property of one resource that a rule looked at.

    `observed` is what the template declares, `live` what runs; None where nobody looked. `exception` is the id of the exception that
    accepts it.
    """

    stack: str
    path: str
    logical_id: str
    type: str
    property: str
    observed: str
    expected: str
    status: Status
    exception: str | None
    live: str | None = None


def in_words(evidence: Evidence) -> str:
    """What was seen and what is expected, in one line."""
    live = "" if evidence.live is None else f", live {evidence.live}"
    return f"{evidence.property} is {evidence.observed}{live}, expected {evidence.expected} ({evidence.status})"


@dataclass(frozen=True)
class RuleResult:
    """One rule at one resource: the worst of what was observed there.

    An empty path stands for the rule as a whole, where its status does not come from a resource.
    """

    path: str
    status: Status
    evidence: tuple[Evidence, ...]

    @property
    def exceptions(self) -> tuple[str, ...]:
        """Ids of the exceptions that apply here, each once."""
        return tuple(dict.fromkeys(entry.exception for entry in self.evidence if entry.exception is not None))


@dataclass(frozen=True, kw_only=True)
class ReportedRule:
    """A rule with all that it looked at. `source` is `own` or `cdk-nag`; `reason` says why there is no evidence.

    `provider` is who provides it; None where these stacks declare it, or nobody provides it.
    """

    id: str
    title: str
    source: str
    severity: Severity
    types: tuple[str, ...]
    fix: str
    references: tuple[str, ...]
    status: Status
    reason: str
    evidence: tuple[Evidence, ...]
    provider: ReportedProvider | None = None

    @cached_property
    def stopping(self) -> tuple[RuleResult, ...]:
        """Where it fails, or where a rule of this project could not judge, and nobody has accepted that.

        What cdk-nag cannot look at is left to the project's own rules.
        """
        statuses = (Status.FAIL, Status.NOT_ASSESSED) if self.source == "own" else (Status.FAIL,)
        return tuple(result for result in self.results if any(entry.status in statuses for entry in result.evidence))

    @property
    def stops_synthesis(self) -> bool:
        """Whether `cdk synth` stops for it."""
        return bool(self.stopping)

    @cached_property
    def results(self) -> tuple[RuleResult, ...]:
        """One result per resource in the report's order; the rule's own first where resources do not explain its status."""
        grouped: dict[str, list[Evidence]] = {}
        for entry in self.evidence:
            grouped.setdefault(entry.path, []).append(entry)
        found = tuple(RuleResult(path, worst(entry.status for entry in entries), tuple(entries)) for path, entries in grouped.items())
        explained = bool(found) and worst(result.status for result in found) is self.status
        return found if explained else (RuleResult("", self.status, ()), *found)


@dataclass(frozen=True, kw_only=True)
class ReportedControl:
    """A control with the ids of its rules. Its status is the worst of theirs."""

    id: str
    title: str
    section: str
    level: str
    scope: str
    status: Status
    note: str
    rules: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ReportedFramework:
    """A framework with its controls. `source` is `own` or `cdk-nag`."""

    id: str
    name: str
    version: str
    source: str
    controls: tuple[ReportedControl, ...]

    @property
    def counts(self) -> Mapping[Status, int]:
        """Number of controls of each status, from the worst to the mildest, zeros included."""
        counted = Counter(control.status for control in self.controls)
        return {status: counted[status] for status in Status}

    @property
    def edition(self) -> str:
        """Its name with its version, where it has one."""
        return f"{self.name} {self.version}".rstrip()


@dataclass(frozen=True, kw_only=True)
class ReportedException:
    """An entry of the ledger that holds here. `setting` names the settings that cause it; `overdue` is by the commit's date.

    `severity` is the worst of its rules.
    """

    id: str
    severity: Severity
    rules: tuple[str, ...]
    paths: tuple[str, ...]
    mechanism: str
    consequence: str
    compensation: str
    owner: str
    review: date
    overdue: bool
    setting: str | None

    @property
    def is_risk(self) -> bool:
        """Whether it has a consequence: the ledger begins with "None" where it has not."""
        return not self.consequence.startswith("None")

    @property
    def explanation(self) -> str:
        """Why it is accepted: mechanism, consequence and compensation as sentences."""
        return as_sentences(self.mechanism, self.consequence, self.compensation)

    @property
    def reason(self) -> str:
        """Why, by whom and until when it is accepted, in one line."""
        return in_one_line(self.explanation, self.id, self.owner, self.review.isoformat())


@dataclass(frozen=True, kw_only=True)
class Report:
    """Deterministic: the commit's date is its only date.

    `account` is None where the account is known only when it is deployed. `settings` are all settings. `stale` says what is in the
    ledger although nothing finds it, which stops the synthesis as a failure does. `changes` are those since an earlier report.
    """

    environment: str
    project: str
    region: str
    account: str | None
    commit: Commit | None
    settings: tuple[SettingValue, ...]
    tools: Mapping[str, str]
    statement: str
    templates: tuple[ReportedTemplate, ...]
    frameworks: tuple[ReportedFramework, ...]
    rules: tuple[ReportedRule, ...]
    exceptions: tuple[ReportedException, ...]
    stale: tuple[str, ...]
    changes: Changes | None = None

    @cached_property
    def is_live(self) -> bool:
        """Whether the values that run were read as well."""
        return any(entry.live is not None for rule in self.rules for entry in rule.evidence)

    @cached_property
    def changed_settings(self) -> tuple[SettingValue, ...]:
        """The settings that differ from environments.py."""
        return tuple(setting for setting in self.settings if setting.differs)

    @property
    def subject(self) -> str:
        """What was judged, in a title: the environment, and the settings that make it another one."""
        return with_settings(self.environment, self.changed_settings) + (", declared and live" if self.is_live else "")

    @property
    def judged(self) -> str:
        """What was judged, in one line: where, which commit, and every setting that differs from environments.py."""
        where = f"{self.project} {self.environment} in {self.region}, account {self.account or 'not known before deployment'}"
        commit = f"commit {self.commit}" if self.commit else "no commit"
        changed = ", ".join(str(setting) for setting in self.changed_settings) or "settings of environments.py"
        return f"{where}; {commit}; {changed}"

    @cached_property
    def own_controls(self) -> tuple[ReportedControl, ...]:
        """The controls of the frameworks that this project maps; those of the public packs are single rules."""
        return tuple(control for framework, control in self.controls() if framework.source == "own")

    @cached_property
    def unjudged(self) -> tuple[ReportedControl, ...]:
        """The controls that nothing fails, but that could not be judged at a resource; what depends on the account is not among them."""
        return tuple(
            control
            for _, control in self.controls()
            if control.status is Status.NOT_ASSESSED and any(self.rules_by_id[rule].stops_synthesis for rule in control.rules)
        )

    @property
    def stops_synthesis(self) -> bool:
        """Whether `cdk synth` stops: something fails or could not be judged, or the ledger is stale."""
        return bool(self.stale) or any(rule.stops_synthesis for rule in self.rules)

    @cached_property
    def risks(self) -> tuple[ReportedException, ...]:
        """What is accepted and has a consequence: the most severe first, then the one that is reviewed first."""
        order = list(Severity)
        return tuple(
            sorted((entry for entry in self.exceptions if entry.is_risk), key=lambda entry: (order.index(entry.severity), entry.review))
        )

    @cached_property
    def rules_by_id(self) -> Mapping[str, ReportedRule]:
        """Every rule by its id."""
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def providers(self) -> Mapping[ReportedProvider, tuple[ReportedRule, ...]]:
        """Everybody else who provides rules, with these, in the report's order."""
        found: dict[ReportedProvider, tuple[ReportedRule, ...]] = {}
        for rule in self.rules:
            if rule.provider:
                found[rule.provider] = (*found.get(rule.provider, ()), rule)
        return found

    @cached_property
    def exceptions_by_id(self) -> Mapping[str, ReportedException]:
        """Every exception by its id."""
        return {entry.id: entry for entry in self.exceptions}

    @cached_property
    def controls_by_rule(self) -> Mapping[str, tuple[str, ...]]:
        """The ids of the controls that name each rule, in the report's order."""
        named: dict[str, tuple[str, ...]] = {}
        for _, control in self.controls():
            for rule in control.rules:
                named[rule] = (*named.get(rule, ()), control.id)
        return named

    def controls(self) -> Iterator[tuple[ReportedFramework, ReportedControl]]:
        """Every control with its framework, in the report's order."""
        yield from ((framework, control) for framework in self.frameworks for control in framework.controls)

    def results(self) -> Iterator[tuple[ReportedFramework, ReportedControl, ReportedRule, RuleResult]]:
        """Every result below each control that names its rule, in the report's order."""
        for framework, control in self.controls():
            for rule in (self.rules_by_id[name] for name in control.rules):
                yield from ((framework, control, rule, result) for result in rule.results)

    def due(self, days: int) -> tuple[ReportedException, ...]:
        """Exceptions that are overdue, or whose review comes within so many days of the commit's date; the earliest first.

        Without a commit there is no date to count from, and only what is overdue is due.
        """
        latest = self.commit.date + timedelta(days=days) if self.commit else None
        found = (entry for entry in self.exceptions if entry.overdue or (latest is not None and entry.review <= latest))
        return tuple(sorted(found, key=lambda entry: (entry.review, entry.id)))
