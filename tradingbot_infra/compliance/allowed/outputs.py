"""What stacks may give out: outputs for people, by stack and name. Outputs for other stacks are allowed as far as one reads them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tradingbot_infra.compliance.allowed.row import Row, computed, refers_to, refers_to_the
from tradingbot_infra.compliance.observe import not_assessed
from tradingbot_infra.compliance.rule import Observation
from tradingbot_infra.compliance.tristate import decided
from tradingbot_infra.templates import Assembly, Resource

_REFERENCE = re.compile(r"\$\{[\w.:]+\}")
_BETWEEN_STACKS = "PublishOutput"


def made_of(name: str, resource_type: str, literals: str) -> Row:
    """An output of references to resources of a type, with text between them that a pattern matches."""
    text = re.compile(literals)

    def check(value: Any, _: Resource, assembly: Assembly) -> bool:
        parts = list(_texts(value))
        references = [each for part in parts for each in _REFERENCE.findall(part)]
        targets = [assembly.referred(each) for each in references if not each.startswith("${AWS::")]
        known = all(target is not None and target.type == resource_type for target in targets)
        return known and all(text.fullmatch(rest) for part in parts for rest in _REFERENCE.split(part))

    return Row(path=name, expected=f"references to {resource_type} of these stacks", check=check)


def _allocations(value: Any, _: Resource, assembly: Assembly) -> bool:
    adopted = assembly.config.network.nat_allocation_ids if assembly.config else ()
    targets = {each: assembly.referred(each) for each in str(value).split(",") if each not in adopted}
    return all(target is not None and target.type == "AWS::EC2::EIP" for target in targets.values())


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    else:
        yield str(value)


def _by_name(*rows: Row) -> Mapping[str, Row]:
    return {row.path: row for row in rows}


OUTPUTS: Mapping[str, Mapping[str, Row]] = {
    "NetworkStack": _by_name(
        refers_to("VpcId", "AWS::EC2::VPC"),
        computed("EgressAllocationIds", _allocations, "addresses of these stacks, or of setting nat_allocation_ids"),
        made_of("EgressAddresses", "AWS::EC2::EIP", ",?"),
    ),
    "DataStack": _by_name(
        made_of("RepositoryUri", "AWS::ECR::Repository", r"[34]?|:|/|\.|\.dkr\.ecr\."),
        made_of("DatabaseEndpoint", "AWS::RDS::DBInstance", ":?"),
        made_of("RedisEndpoint", "AWS::ElastiCache::ReplicationGroup", ":?"),
    ),
    "ServiceStack": _by_name(
        made_of("LoadBalancerAddress", "AWS::ElasticLoadBalancingV2::LoadBalancer", ""),
        made_of("ApiUrl", "AWS::ElasticLoadBalancingV2::LoadBalancer", r"(https?://[a-z0-9.-]*)?"),
    ),
    "MonitoringStack": _by_name(
        refers_to_the("AlarmTopicArn", "MonitoringStack/AlarmTopic/Resource"),
        refers_to_the("PagingTopicArn", "MonitoringStack/PagingTopic/Resource"),
        made_of(
            "DashboardUrl",
            "AWS::CloudWatch::Dashboard",
            r"https://[a-z0-9-]+\.console\.aws\.amazon\.com/cloudwatch/home\?region=[a-z0-9-]+#dashboards:name=[a-z0-9-]+",
        ),
    ),
    "AccountSecurityStack": _by_name(
        refers_to_the("AuditBucketName", "AccountSecurityStack/AuditBucket/Resource"),
        refers_to("SecurityTopicArn", "AWS::SNS::Topic"),
        refers_to_the("SupportRoleArn", "AccountSecurityStack/SupportRole/Resource"),
    ),
    "DeliveryStack": _by_name(
        *(refers_to_the(f"{name}RoleArn", f"DeliveryStack/{name}Role/Role/Resource") for name in ("Image", "Deploy", "Read"))
    ),
}
"""The outputs of each stack, a row each; the path of a row is the output's name."""


def not_allowed(stack: Resource, name: str, body: Any, assembly: Assembly) -> Iterator[Observation]:
    """An observation of each part of an output that nothing allows."""
    where = f"Outputs.{name}"
    if not isinstance(body, Mapping):
        yield not_assessed(where, body, "an object with Value and Description")
        return
    for part in set(body) - {"Value", "Description"}:
        yield not_assessed(f"{where}.{part}", body[part], "Value and Description only")
    value = assembly.resolve(stack.stack, body.get("Value"))
    row = OUTPUTS.get(stack.stack, {}).get(name)
    if row is not None:
        answer = row.check(value, stack, assembly)
        if answer is not True:
            yield decided(f"{where}.Value", value, answer, row.expected)
    elif not _is_between_stacks(name, value, stack, assembly):
        yield not_assessed(where, value, "an output that compliance/allowed/outputs.py names, or a reference that another stack reads")


def _is_between_stacks(name: str, value: Any, stack: Resource, assembly: Assembly) -> bool:
    is_read = (stack.properties["StackName"], name) in assembly.outputs_read
    return is_read and name.startswith(_BETWEEN_STACKS) and assembly.referred(value) is not None
