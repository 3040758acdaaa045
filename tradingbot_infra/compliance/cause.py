"""Findings that nobody accepts, joined by their cause: one mistake is told once, however many rules, controls and packs see it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tradingbot_infra.compliance.evaluation import Evaluation, Finding
from tradingbot_infra.compliance.rule import Judgement

_WHOLE = ("StackId", "Type", "Class")
"""Where rules object to a stack or resource as a whole: nobody expected one of this name, of this type, or declared so."""


@dataclass
class Cause:
    """What is probably one mistake. Own rules that object to the same property of a resource share a cause.

    The same rules at several resources do too. Findings of public packs join the cause at their resource if there is only one.
    """

    judgements: list[Judgement] = field(default_factory=list)
    public: list[Finding] = field(default_factory=list)

    @property
    def rules(self) -> tuple[str, ...]:
        """Ids of the rules, the most telling first; those of public packs only where no own rule objects."""
        own = dict.fromkeys(judgement.rule.id for judgement in self.judgements)
        return tuple(own or dict.fromkeys(public_rule(finding) for finding in self.public))

    @property
    def public_rules(self) -> tuple[str, ...]:
        """Ids of the rules of public packs."""
        return tuple(dict.fromkeys(public_rule(finding) for finding in self.public))

    @property
    def paths(self) -> tuple[str, ...]:
        """Where it is found."""
        found = [judgement.resource.path for judgement in self.judgements] or [finding.path for finding in self.public]
        return tuple(dict.fromkeys(found))


def public_rule(finding: Finding) -> str:
    """The rule of a public pack without the detail that it adds."""
    return finding.rule.partition("[")[0]


def causes(missing: Iterable[Finding], evaluation: Evaluation) -> tuple[Cause, ...]:
    """The causes of findings that are not in the ledger."""
    found = set(missing)
    own = [each for each in evaluation.judgements if Finding(each.rule.id, each.resource.path) in found]
    unexpected = [each.resource.path for each in own if _is_against_all(each)]
    clusters: dict[str, list[list[Judgement]]] = {}
    for judgement in own:
        # What stands in a stack that nobody expected is wrong for that reason alone.
        path = next((each for each in unexpected if judgement.resource.path.startswith(f"{each}/")), judgement.resource.path)
        clusters[path] = list(_joined(clusters.get(path, []), judgement))
    by_rules: dict[tuple[str, ...], Cause] = {}
    for cluster in (cluster for at_path in clusters.values() for cluster in at_path):
        cluster.sort(key=_rank)
        key = tuple(dict.fromkeys(judgement.rule.id for judgement in cluster))
        by_rules.setdefault(key, Cause()).judgements.extend(cluster)
    for path, findings in _by_path(found - {Finding(each.rule.id, each.resource.path) for each in own}).items():
        _public_cause(path, findings, by_rules).public.extend(findings)
    return tuple(by_rules.values())


def _joined(clusters: list[list[Judgement]], judgement: Judgement) -> Iterator[list[Judgement]]:
    """The clusters of one resource with one more judgement, in a cluster with all that it shares a property with."""
    together: list[Judgement] = []
    for cluster in clusters:
        if any(_share_a_property(judgement, other) for other in cluster):
            together += cluster
        else:
            yield cluster
    yield [*together, judgement]


def _is_against_all(judgement: Judgement) -> bool:
    """Whether a rule objects to the resource or stack as a whole, and so to everything of it."""
    return _rank(judgement) < len(_WHOLE)


def _rank(judgement: Judgement) -> int:
    """Lower is more telling."""
    return min((_WHOLE.index(each) for each in _properties(judgement) if each in _WHOLE), default=len(_WHOLE))


def _share_a_property(one: Judgement, other: Judgement) -> bool:
    if _is_against_all(one) or _is_against_all(other):
        return True
    return any(_is_within(a, b) or _is_within(b, a) for a in _properties(one) for b in _properties(other))


def _properties(judgement: Judgement) -> list[str]:
    return [observation.property for observation in judgement.against]


def _is_within(inner: str, outer: str) -> bool:
    return inner == outer or inner.startswith((f"{outer}.", f"{outer}["))


def _by_path(findings: Iterable[Finding]) -> Mapping[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in sorted(findings):
        found.setdefault(finding.path, []).append(finding)
    return found


def _public_cause(path: str, findings: list[Finding], by_rules: dict[tuple[str, ...], Cause]) -> Cause:
    there = [cause for cause in by_rules.values() if any(judgement.resource.path == path for judgement in cause.judgements)]
    key = tuple(dict.fromkeys(public_rule(finding) for finding in findings))
    return there[0] if len(there) == 1 else by_rules.setdefault(key, Cause())
