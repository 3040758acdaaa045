"""The verdicts of our rules on two assemblies of one environment, side by side: what is declared, and what stands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tradingbot_infra.compliance.catalogue import Control, Framework, frameworks
from tradingbot_infra.compliance.evaluation import Evaluation, Finding, evaluate
from tradingbot_infra.compliance.exception import ActiveLedger
from tradingbot_infra.compliance.provided import Provider, status_unseen
from tradingbot_infra.compliance.rule import Judgement
from tradingbot_infra.compliance.rules import RULES
from tradingbot_infra.compliance.status import Status, worst
from tradingbot_infra.templates import Assembly


@dataclass(frozen=True, kw_only=True)
class ComparedControl:
    """One control: its status as declared and as it stands."""

    framework: Framework
    control: Control
    declared: Status
    live: Status


@dataclass(frozen=True, kw_only=True)
class ComparedRule:
    """One rule at one resource where the two differ; NOT_APPLICABLE where a side has no such resource. `why` is of what stands."""

    rule: str
    title: str
    path: str
    declared: Status
    live: Status
    why: str
    fix: str


@dataclass(frozen=True)
class Comparison:
    """Two evaluations under one ledger. The packs of cdk-nag look at constructs, so they say nothing of what stands.

    `provided` has who provides what no resource shows, by rule.
    """

    declared: Evaluation
    live: Evaluation
    ledger: ActiveLedger
    provided: Mapping[str, Provider]

    def controls(self) -> Iterator[ComparedControl]:
        """Every control of our frameworks."""
        declared, live = self._by_rule(self.declared), self._by_rule(self.live)
        for framework in frameworks():
            for control in framework.controls:
                both = [worst(self._of(rule, statuses) for rule in control.rules) for statuses in (declared, live)]
                yield ComparedControl(framework=framework, control=control, declared=both[0], live=both[1])

    def rules(self) -> Iterator[ComparedRule]:
        """Every rule at every resource where declared and live differ, in the order of the rules."""
        declared, live = self._by_place(self.declared), self._by_place(self.live)
        for place in dict.fromkeys((*live, *declared)):
            before, now = declared.get(place), live.get(place)
            both = self._status(before), self._status(now)
            if both[0] is not both[1]:
                known = RULES[place.rule]
                yield ComparedRule(
                    rule=place.rule,
                    title=known.title,
                    path=place.path,
                    declared=both[0],
                    live=both[1],
                    why=_why(now),
                    fix=known.fix,
                )

    @property
    def failing(self) -> tuple[Finding, ...]:
        """What fails or is not assessed as it stands, and is not in the ledger."""
        return tuple(self.ledger.missing(self.live.findings))

    def _by_place(self, evaluation: Evaluation) -> Mapping[Finding, Judgement]:
        return {Finding(each.rule.id, each.resource.path): each for each in evaluation.judgements}

    def _by_rule(self, evaluation: Evaluation) -> Mapping[str, Status]:
        return {rule: worst(map(self._status, judgements)) for rule, judgements in evaluation.by_rule.items()}

    def _of(self, rule: str, statuses: Mapping[str, Status]) -> Status:
        return statuses[rule] if rule in statuses else status_unseen(rule, self.provided)

    def _status(self, judgement: Judgement | None) -> Status:
        if judgement is None:
            return Status.NOT_APPLICABLE
        excepted = judgement.status is not Status.PASS and self.ledger.exception_for(Finding(judgement.rule.id, judgement.resource.path))
        return Status.EXCEPTION if excepted else judgement.status


def compare(declared: Evaluation, live: Assembly, ledger: ActiveLedger, provided: Mapping[str, Provider]) -> Comparison:
    """Judges what stands by every rule of ours, beside what is declared and with who else provides what neither shows."""
    return Comparison(declared, evaluate(live, RULES.values()), ledger, provided)


def _why(judgement: Judgement | None) -> str:
    if judgement is None:
        return "it does not stand any more"
    against = [each for each in judgement.observations if each.status is judgement.status and each.status is not Status.PASS]
    return "; ".join(f"{each.property} is {each.observed}, expected {each.expected}" for each in against)
