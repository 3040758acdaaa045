"""The load balancer: its address, its listeners, and the health of its targets."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tradingbot_infra.operations.missing import Missing
from tradingbot_infra.operations.printed_commands import revert
from tradingbot_infra.operations.session import Session

if TYPE_CHECKING:
    from types_boto3_elbv2.type_defs import TargetGroupTypeDef


@dataclass(frozen=True)
class Target:
    """One target and what the health check says of it; `reason` is Elastic Load Balancing's own code and words."""

    address: str
    port: int
    state: str
    reason: str

    @property
    def healthy(self) -> bool:
        """Whether it gets requests."""
        return self.state == "healthy"


@dataclass(frozen=True)
class Listener:
    """One listener. `default_action` is where requests go, such as `forward` or `redirect`."""

    port: int
    protocol: str
    default_action: str
    certificate_arn: str
    ssl_policy: str


@dataclass(frozen=True)
class LoadBalancer:
    """The load balancer in front of a target group."""

    arn: str
    address: str
    state: str
    vpc_id: str
    subnets: tuple[str, ...]
    security_groups: tuple[str, ...]
    listeners: tuple[Listener, ...]
    health_check_path: str

    def place(self, listener: Listener) -> tuple[str, int]:
        """Where to connect to: the local cloud writes the port that stands for the listener's into the address."""
        host, _, port = self.address.partition(":")
        return host, int(port or listener.port)

    def url(self, name: str | None = None) -> str:
        """Where the health check answers from outside, by a name of the team's: HTTPS where there is such a listener."""
        secure = any(listener.protocol == "HTTPS" for listener in self.listeners)
        return f"{'https' if secure else 'http'}://{name or self.address}{self.health_check_path}"


def targets(session: Session, target_group_arn: str) -> tuple[Target, ...]:
    """Every registered target with its health, in the order of their addresses; none when there is no such target group."""
    try:
        found = session.elbv2.describe_target_health(TargetGroupArn=target_group_arn)["TargetHealthDescriptions"]
    except session.elbv2.exceptions.TargetGroupNotFoundException:
        return ()
    made = []
    for item in found:
        health = item.get("TargetHealth", {})
        reason = ": ".join(part for part in (health.get("Reason", ""), health.get("Description", "")) if part)
        made.append(Target(item["Target"]["Id"], item["Target"].get("Port", 0), health.get("State", "unknown"), reason))
    return tuple(sorted(made, key=lambda target: (target.address, target.port)))


def read_load_balancer(session: Session, target_group_arn: str) -> LoadBalancer:
    """The load balancer in front of a target group.

    Raises Missing when the target group belongs to none, or one of the two was deleted.
    """
    try:
        group = session.elbv2.describe_target_groups(TargetGroupArns=[target_group_arn])["TargetGroups"][0]
    except session.elbv2.exceptions.TargetGroupNotFoundException:
        raise _missing(f"{target_group_arn.rpartition(':')[2]}: the target group does not exist any more") from None
    arns = group.get("LoadBalancerArns", [])
    if not arns:
        raise _missing(f"{group.get('TargetGroupName', target_group_arn)}: the target group belongs to no load balancer")
    try:
        return _load_balancer(session, arns[0], group)
    except session.elbv2.exceptions.LoadBalancerNotFoundException:
        raise _missing(f"{arns[0].rpartition(':')[2]}: the load balancer does not exist any more") from None


def idle_timeout(session: Session, arn: str) -> int:
    """How long a load balancer keeps an idle connection, seconds (ELB API, LoadBalancerAttribute; its default is 60)."""
    attributes = session.elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    return int(next((each.get("Value", "") for each in attributes if each.get("Key") == "idle_timeout.timeout_seconds"), "60"))


def _missing(found: str) -> Missing:
    return Missing(found, revert("service"), where="; deploy again")


def _load_balancer(session: Session, arn: str, group: "TargetGroupTypeDef") -> LoadBalancer:
    balancer = session.elbv2.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"][0]
    return LoadBalancer(
        arn=arn,
        address=balancer.get("DNSName", ""),
        state=balancer.get("State", {}).get("Code", ""),
        vpc_id=group.get("VpcId", ""),
        subnets=tuple(zone.get("SubnetId", "") for zone in balancer.get("AvailabilityZones", [])),
        security_groups=tuple(balancer.get("SecurityGroups", ())),
        listeners=_listeners(session, arn),
        health_check_path=group.get("HealthCheckPath", "/"),
    )


def _listeners(session: Session, arn: str) -> tuple[Listener, ...]:
    found = session.elbv2.describe_listeners(LoadBalancerArn=arn)["Listeners"]
    return tuple(
        Listener(
            port=item.get("Port", 0),
            protocol=item.get("Protocol", ""),
            default_action=item["DefaultActions"][0]["Type"] if item.get("DefaultActions") else "",
            certificate_arn=item["Certificates"][0].get("CertificateArn", "") if item.get("Certificates") else "",
            ssl_policy=item.get("SslPolicy", ""),
        )
        for item in sorted(found, key=lambda item: item.get("Port", 0))
    )
