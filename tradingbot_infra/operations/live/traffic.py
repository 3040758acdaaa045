"""Where production traffic goes: the target groups of the service, and the weights that ECS moves between them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tradingbot_infra.operations.live.load_balancer import Target, targets
from tradingbot_infra.operations.live.service import Service
from tradingbot_infra.operations.missing import Missing
from tradingbot_infra.operations.printed_commands import OwnCommand, revert, sentence
from tradingbot_infra.operations.session import Session

if TYPE_CHECKING:
    from types_boto3_elbv2.type_defs import ActionOutputTypeDef

ALL_TRAFFIC = 100
"""The weight that ECS gives the target group that gets every request."""

_DEFAULT_WEIGHT = 1
"""Of a target group that a rule names without one (ELB API Reference, "TargetGroupTuple"); it counts beside other weights only."""


@dataclass(frozen=True)
class Share:
    """A target group and its weight, by which a load balancer divides requests: 0 gets none."""

    target_group_arn: str
    weight: int

    @property
    def name(self) -> str:
        """The target group's name."""
        return self.target_group_arn.rpartition(":")[2].split("/")[1]


@dataclass(frozen=True)
class Serving:
    """A target group's share of the traffic, and its targets."""

    share: Share
    targets: tuple[Target, ...]

    @property
    def healthy(self) -> int:
        """How many of its targets get requests."""
        return sum(target.healthy for target in self.targets)

    @property
    def unserved(self) -> bool:
        """Whether it gets traffic that nobody answers."""
        return self.share.weight > 0 and not self.healthy

    def __str__(self) -> str:
        return f"{self.share.name}: weight {self.share.weight}, {self.healthy} healthy of {len(self.targets)}"


def read_traffic(session: Session, service: Service) -> tuple[Share, ...]:
    """Every target group of a service, that with most traffic first; none for a service without a target group.

    A service that replaces its tasks has one group with all traffic, and no rule is asked. A group that somebody added to the rule
    counts too.

    Raises Missing when the production listener rule does not exist.
    """
    if not service.target_group_arn:
        return ()
    if not service.production_rule_arn:
        return (Share(service.target_group_arn, ALL_TRAFFIC),)
    weights = _weights(session, service.production_rule_arn)
    groups = dict.fromkeys(filter(None, (service.target_group_arn, service.alternate_target_group_arn, *weights)))
    return tuple(sorted((Share(group, weights.get(group, 0)) for group in groups), key=lambda share: -share.weight))


def read_serving(session: Session, traffic: Iterable[Share]) -> tuple[Serving, ...]:
    """Each target group with its targets."""
    return tuple(Serving(share, targets(session, share.target_group_arn)) for share in traffic)


def with_traffic(serving: Iterable[Serving]) -> tuple[Target, ...]:
    """The targets of all groups that get traffic, in the order of their addresses."""
    found = [target for each in serving if each.share.weight for target in each.targets]
    return tuple(sorted(found, key=lambda target: (target.address, target.port)))


def _weights(session: Session, rule_arn: str) -> Mapping[str, int]:
    try:
        rules = session.elbv2.describe_rules(RuleArns=[rule_arn])["Rules"]
    except session.elbv2.exceptions.RuleNotFoundException:
        rules = []
    if not rules:
        # A rule that comes back has the weights of the template, which are right until the first deployment only.
        back = sentence(revert("service"), "; then ", OwnCommand("doctor alb-503"), " says whether its weights are right")
        raise Missing("the production listener rule does not exist any more", back)
    return {group: weight for action in rules[0].get("Actions", []) for group, weight in _of_action(action).items()}


def _of_action(action: "ActionOutputTypeDef") -> Mapping[str, int]:
    groups = action.get("ForwardConfig", {}).get("TargetGroups", [])
    if groups:
        return {each.get("TargetGroupArn", ""): each.get("Weight", _DEFAULT_WEIGHT) for each in groups}
    return {action["TargetGroupArn"]: ALL_TRAFFIC} if action.get("TargetGroupArn") else {}
