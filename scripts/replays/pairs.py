"""Replays one change of settings there and back."""

from dataclasses import dataclass

from scripts.replays.edges import Change
from scripts.replays.explained import unexplained
from tradingbot_infra.lifecycle.finding import Finding, Kind
from tradingbot_infra.lifecycle.order import Plan, plan
from tradingbot_infra.lifecycle.replay import world_of
from tradingbot_infra.templates import Assembly


@dataclass(frozen=True)
class Pair:
    """Both directions of one change."""

    change: Change
    there: Plan
    back: Plan

    @property
    def unexplained(self) -> tuple[Finding, ...]:
        """What no setting of the change explains."""
        return (*unexplained(self.change, "there", self.there.findings), *unexplained(self.change, "back", self.back.findings))


def pair(base: Assembly, change: Change, changed: Assembly) -> Pair:
    """A deployment of the changed settings, and one of the environment's own after it."""
    there = plan(world_of(base), changed)
    refused = any(finding.kind is Kind.REFUSED for finding in there.findings)
    return Pair(change, there, plan(world_of(changed) if refused else there.world, base))
