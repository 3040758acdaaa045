"""Who may do what in NetworkStack."""

from collections.abc import Iterator

from tradingbot_infra.compliance.access.row import ACCOUNT, Attachment, Document, Entry, may, role, trust
from tradingbot_infra.config.model import EnvironmentConfig

_PROVIDER = "NetworkStack/Custom::VpcRestrictDefaultSGCustomResourceProvider/Role"
_WRITE_LOG = ("logs:CreateLogStream", "logs:PutLogEvents")


def entries(config: EnvironmentConfig) -> Iterator[Entry]:
    """The flow log, the function that empties the default security group, and NAT instances."""
    yield from role(
        "NetworkStack/Vpc/FlowLogRole",
        "vpc-flow-logs.amazonaws.com",
        may(*_WRITE_LOG, "logs:DescribeLogStreams", on="<NetworkStack/FlowLogGroup.Arn>"),
    )
    yield from _default_security_group(config.network.region)
    if config.network.nat_type == "instance":
        for number in range(1, config.network.nat_gateways + 1):
            yield from _nat_instance(f"NetworkStack/Vpc/PublicSubnet{number}/NatInstance")


def _default_security_group(region: str) -> Iterator[Entry]:
    policy = "NetworkStack/DefaultSecurityGroup/Policy"
    change = [f"ec2:{verb}SecurityGroup{way}" for verb in ("Authorize", "Revoke") for way in ("Ingress", "Egress")]
    group = f"arn:aws:ec2:{region}:{ACCOUNT}:security-group/<NetworkStack/Vpc.DefaultSecurityGroup>"
    # Lambda's documentation has no condition for a role that it assumes.
    yield trust(_PROVIDER, "lambda.amazonaws.com", when=None)
    yield Attachment(path=_PROVIDER, field="ManagedPolicyArns", names=(f"<{policy}>",))
    statements = (may(*change, on=group), may(*_WRITE_LOG, on="<NetworkStack/DefaultSecurityGroupLog.Arn>"))
    yield Document(path=policy, field="PolicyDocument", statements=statements)


def _nat_instance(path: str) -> Iterator[Entry]:
    """The CDK gives each instance a role; it may do nothing."""
    yield trust(f"{path}/InstanceRole", "ec2.amazonaws.com", when=None)
    yield Attachment(path=f"{path}/InstanceProfile", field="Roles", names=(f"<{path}/InstanceRole>",))
