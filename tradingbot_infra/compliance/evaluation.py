"""Every rule at every resource of its types, once; controls and packs read the results from here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from tradingbot_infra.compliance.reading.secrets_in_templates import found_in
from tradingbot_infra.compliance.redaction import FINDS_SECRETS, Redaction
from tradingbot_infra.compliance.rule import Judgement, Rule
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.templates import Assembly


@dataclass(frozen=True, order=True)
class Finding:
    """A rule that does not hold, or cannot be assessed, at a resource; the ledger may accept it. `rule` is the name that its pack uses.

    A public rule may add what it found: `AwsSolutions-IAM5[Resource::*]`.
    """

    rule: str
    path: str


@dataclass(frozen=True)
class Evaluation:
    """The judgements of all rules over one assembly."""

    judgements: tuple[Judgement, ...]

    @cached_property
    def by_rule(self) -> Mapping[str, tuple[Judgement, ...]]:
        """The judgements of each rule; a rule that examined nothing has none."""
        found: dict[str, list[Judgement]] = {}
        for judgement in self.judgements:
            found.setdefault(judgement.rule.id, []).append(judgement)
        return {rule: tuple(judgements) for rule, judgements in found.items()}

    @cached_property
    def findings(self) -> frozenset[Finding]:
        """What fails or is not assessed, whether or not the ledger excepts it: what nobody could judge is not let through."""
        return frozenset(
            Finding(judgement.rule.id, judgement.resource.path) for judgement in self.judgements if judgement.status is not Status.PASS
        )


def evaluate(assembly: Assembly, rules: Iterable[Rule]) -> Evaluation:
    """Judges each resource once by each rule of its type. A resource that a rule is not about gets no judgement.

    No judgement repeats a secret that stands in a template: reports are passed on.
    """
    judgements = (Judgement(rule, resource, rule.judge(resource, assembly)) for rule in rules for resource in assembly.of_type(*rule.types))
    found = tuple(judgement for judgement in judgements if judgement.observations)
    if any(judgement.rule.id == FINDS_SECRETS and judgement.status is Status.FAIL for judgement in found):
        redact = Redaction(found_in(assembly))
        found = tuple(redact.of(judgement) for judgement in found)
    return Evaluation(found)
