"""What AWS refuses in an update of one stack, and what its rollback could not undo.

CloudFormation creates and updates first, in the order of dependencies and otherwise at the same time, and deletes at the end
(CloudFormation User Guide, "Monitor the progress of a stack update"). A rollback does the same the other way: it updates what was
updated back while what was created still exists. So whatever a new resource claims must be free before, and whatever an updated
resource gave up must still be free when it goes back.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from tradingbot_infra.lifecycle.changes import Action, Change
from tradingbot_infra.lifecycle.claims import Claim, claims_of
from tradingbot_infra.lifecycle.finding import Finding, Kind
from tradingbot_infra.lifecycle.physical import Physical
from tradingbot_infra.lifecycle.schemas import schema_of

_Holders = Mapping[tuple[str, tuple[str, ...]], list[tuple[Physical, Claim]]]

_NAMED = "CloudFormation cannot update a stack when a custom-named resource requires replacing"


def conflicts(changes: Sequence[Change], live: Iterable[Physical], left: Iterable[Physical]) -> Iterator[Finding]:
    """What the changes of one stack claim although another resource has it, or has it again after a rollback."""
    own = {change.old.name: change for change in changes if change.old}
    holders, orphans = _holders(live), _holders(left)
    claimed: dict[tuple[str, tuple[str, ...]], tuple[Change, Claim]] = {}
    for change in changes:
        for claim in sorted(_gained(change), key=lambda claim: (claim.what, claim.key)):
            key = claim.what, claim.key
            for holder, held in holders.get(key, []):
                if claim.clashes(held) and not _is_itself(change, holder):
                    yield from _against(change, claim, holder, own.get(holder.name))
            for holder, held in orphans.get(key, []):
                if claim.clashes(held):
                    yield _refused(change, claim, holder, *_LEFT)
            if key in claimed and claim.clashes(claimed[key][1]):
                yield _refused(change, claim, claimed[key][0].new, "which is created in the same update", "Give one of them another")
            claimed[key] = change, claim


def _gained(change: Change) -> frozenset[Claim]:
    """What the new resource claims and the old one, if it stays, does not have already."""
    kept = change.old if change.old and change.action is not Action.REPLACED else None
    return claims_of(change.new) - (claims_of(kept) if kept else frozenset())


def _holders(existing: Iterable[Physical]) -> _Holders:
    found: dict[tuple[str, tuple[str, ...]], list[tuple[Physical, Claim]]] = defaultdict(list)
    for physical in existing:
        for claim in claims_of(physical):
            found[claim.what, claim.key].append((physical, claim))
    return found


def _is_itself(change: Change, holder: Physical) -> bool:
    """Whether the holder is what the change updates, or replaces by deleting it first."""
    same = change.old is not None and holder.name == change.old.name
    return same and (change.action is not Action.REPLACED or schema_of(holder.resource.type).deletes_first)


def _against(change: Change, claim: Claim, holder: Physical, other: Change | None) -> Iterator[Finding]:
    if change.old and holder.name == change.old.name:
        yield _renamed(change, claim)
    elif other is None:
        yield _refused(change, claim, holder, *_STAYS if holder.resource.stack == change.new.resource.stack else _ELSEWHERE)
    elif other.action is Action.REPLACED or claim in claims_of(other.new):
        yield _refused(change, claim, holder, *_STAYS)
    else:
        yield from _handed_over(change, claim, holder, other)


_STAYS = "which CloudFormation deletes only at the end of the update", "Deploy twice: first without either, then with the new one"
_ELSEWHERE = "which this update does not touch", "Deploy the stack that has it first, or choose another"
_LEFT = "which an earlier deployment left in the account", "Add --import-existing-resources, so that CloudFormation adopts it"


def _handed_over(change: Change, claim: Claim, holder: Physical, other: Change) -> Iterator[Finding]:
    """The holder gives it up in the same update, in place."""
    ordered = other.logical_id in change.after
    if not ordered:
        yield _refused(change, claim, holder, "which may be updated after it", "Deploy twice: first the resource that gives it up")
    if not ordered or change.action is not Action.UPDATED:
        why = f"a rollback gives the {claim.what} back to {holder.name} while {change.new.name} still has it ({claim.error})"
        yield _finding(Kind.STUCK, change, why, "Leave it with the resource that has it, and let the new resource take another")


def _renamed(change: Change, claim: Claim) -> Finding:
    causes = ", ".join(change.causes)
    if change.perhaps:
        way = "Find out whether AWS replaces it, or deploy twice: without it, then with it"
        return _finding(Kind.REFUSED, change, f"{causes} changes, which may replace it, and the name is taken ({_NAMED})", way)
    why = f"{causes} changes, which replaces it, and the {claim.what} is taken by the old one ({_NAMED})"
    return _finding(Kind.REFUSED, change, why, "Keep the value, or change the name in the same deployment")


def _refused(change: Change, claim: Claim, holder: Physical, which: str, way: str) -> Finding:
    return _finding(Kind.REFUSED, change, f"the {claim.what} belongs to {holder.name}, {which} ({claim.error})", way)


def _finding(kind: Kind, change: Change, why: str, way: str) -> Finding:
    resource = change.new.resource
    return Finding(kind, resource.stack, resource.logical_id, resource.path, why, way)
