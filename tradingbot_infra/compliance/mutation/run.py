"""Which mutants our rules stop, and by which rule."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tradingbot_infra.compliance.evaluation import Finding
from tradingbot_infra.compliance.exception import ActiveLedger
from tradingbot_infra.compliance.mutation.mutant import Mutant
from tradingbot_infra.compliance.rule import Rule
from tradingbot_infra.compliance.rules import RULES
from tradingbot_infra.compliance.status import Status, worst
from tradingbot_infra.templates import EVERY_TYPE, STACK_TYPE, Assembly, Resource

LEDGER = "ledger"
"""Stands for the check that the ledger excepts nothing that is not found any more."""

CRASH = "error"
"""Stands for a rule that raises, which ends a synthesis too, without a word that helps."""


@dataclass(frozen=True)
class Outcome:
    """A mutant and the rules that stop it; none if it survives."""

    mutant: Mutant
    stopped_by: frozenset[str]

    @property
    def survives(self) -> bool:
        """Whether the synthesis would succeed."""
        return not self.stopped_by


class Judge:
    """Judges mutants of one assembly as a synthesis would: what the ledger excepts does not stop it, a stale exception does.

    It first asks the rules of the changed resource's type about that resource alone. Only where they find nothing new, which is
    seldom, does it ask every rule about every resource.
    """

    def __init__(self, assembly: Assembly, ledger: ActiveLedger) -> None:
        self._assembly = assembly
        self._ledger = ledger
        self._known = {finding for rule in RULES.values() for finding in _findings(rule, assembly.of_type(*rule.types), assembly)}

    def outcomes(self, mutants: Iterable[Mutant]) -> Iterator[Outcome]:
        """Each mutant with what stops it."""
        for mutant in mutants:
            yield Outcome(mutant, self.stopped_by(mutant.applied_to(self._assembly)))

    def stopped_by(self, assembly: Assembly) -> frozenset[str]:
        """The rules that stop the assembly with changed templates; none if they would let it through."""
        before = {(each.stack, each.logical_id): each.body for each in self._assembly.resources}
        changed = [each for each in assembly.resources if before.get((each.stack, each.logical_id)) != each.body]
        return self._new(assembly, changed) or self._new(assembly, None)

    def _new(self, assembly: Assembly, changed: list[Resource] | None) -> frozenset[str]:
        """The rules that find something new at these resources; without them at every one, the ledger included."""
        found: set[Finding] = set()
        crashed: set[str] = set()
        for rule in RULES.values():
            resources = assembly.of_type(*rule.types) if changed is None else [each for each in changed if _is_about(rule, each)]
            try:
                found.update(_findings(rule, resources, assembly))
            except Exception:  # whatever a rule raises ends the synthesis
                crashed.add(CRASH)
        names = {finding.rule for finding in self._ledger.missing(found - self._known)} | crashed
        stale = changed is None and any(True for _ in self._ledger_entries_gone(found))
        return frozenset(names | ({LEDGER} if stale else set()))

    def _ledger_entries_gone(self, found: set[Finding]) -> Iterator[Finding]:
        return (finding for finding in self._known - found if finding in self._ledger.by_finding)


def _findings(rule: Rule, resources: Iterable[Resource], assembly: Assembly) -> Iterator[Finding]:
    for resource in resources:
        observations = rule.judge(resource, assembly)
        if observations and worst(observation.status for observation in observations) is not Status.PASS:
            yield Finding(rule.id, resource.path)


def _is_about(rule: Rule, resource: Resource) -> bool:
    return resource.type in rule.types or (EVERY_TYPE in rule.types and resource.type != STACK_TYPE)
