"""VPC endpoints: their AWS service, and whether they are private."""

import re

from tradingbot_infra.compliance.observe import is_true, is_unknown, listed
from tradingbot_infra.compliance.reading.networks import SERVICE
from tradingbot_infra.compliance.reading.security_group_rules import SECURITY_GROUP, rules_of
from tradingbot_infra.compliance.tristate import TriState, all_of
from tradingbot_infra.templates import Assembly, Resource

_HTTPS_PORT = 443
_SERVICE_NAME = re.compile(r"com\.amazonaws\.(\$\{AWS::Region\}|[\w-]+)\.(?P<service>.+)")


def serves(endpoint: Resource, service: str) -> TriState:
    """Whether an endpoint is for a service, named as in `com.amazonaws.REGION.ecr.api`."""
    name = endpoint.properties.get("ServiceName")
    match = _SERVICE_NAME.fullmatch(name) if isinstance(name, str) else None
    if match is None:
        return None if is_unknown(name) else False
    return match["service"] == service


def is_gateway(endpoint: Resource, _: Assembly) -> TriState:
    """Whether an endpoint is a gateway endpoint, CloudFormation's default."""
    kind = endpoint.properties.get("VpcEndpointType", "Gateway")
    return None if is_unknown(kind) else kind == "Gateway"


def is_private_interface(endpoint: Resource, assembly: Assembly) -> TriState:
    """Whether an endpoint has private DNS and accepts only HTTPS from tasks."""
    kind, dns = (endpoint.properties.get(name) for name in ("VpcEndpointType", "PrivateDnsEnabled"))
    stated = (None if is_unknown(value) else answer for value, answer in ((kind, kind == "Interface"), (dns, is_true(dns))))
    return all_of([*stated, _admits_only_tasks(endpoint, assembly)])


def _admits_only_tasks(endpoint: Resource, assembly: Assembly) -> TriState:
    groups = [assembly.referred(group) for group in listed(endpoint.properties.get("SecurityGroupIds"))]
    if None in groups:
        return None
    rules = [each for group in groups if group and group.type == SECURITY_GROUP for each in rules_of(group, "Ingress", assembly)]
    tasks = assembly.of_type(SERVICE)
    answers = [answer for each in rules for answer in (each.is_exactly([_HTTPS_PORT]), each.is_from_groups_of(tasks, assembly))]
    # Without a group it is in the VPC's default one, and a group without rules admits nobody.
    return all_of(answers) if answers else False
