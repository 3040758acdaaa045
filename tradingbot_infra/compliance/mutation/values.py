"""Operators on single values: each takes a node and yields the values of its faults."""

import ipaddress
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from tradingbot_infra.compliance.mutation.mutant import REMOVED
from tradingbot_infra.compliance.mutation.nodes import Node
from tradingbot_infra.compliance.mutation.weaker import WEAKER
from tradingbot_infra.compliance.observe import is_function, listed

FOREIGN_ACCOUNT = "999988887777"
SECRET = "ghp_" + "q7XzR2mVt9LbN4cKp8WsYd3HfJ6gTa1Ue5Qo"
"""Text in the form of a GitHub token."""

Operator = Callable[[Node], Iterator[Any]]

_LOWEST_PORT, _HIGHEST_PORT = 0, 65535
_PORT_ENDS = MappingProxyType({"FromPort": _LOWEST_PORT, "From": _LOWEST_PORT, "ToPort": _HIGHEST_PORT, "To": _HIGHEST_PORT})
_OPPOSITES = MappingProxyType({"true": "false", "false": "true"})
_INFLATED = 1000


def drop(node: Node) -> Iterator[Any]:
    if not node.is_item and not (node.in_policy and node.name == "Condition"):
        yield REMOVED


def remove_condition(node: Node) -> Iterator[Any]:
    if node.in_policy and node.place[-1] == "Condition":
        yield REMOVED


def remove_statement(node: Node) -> Iterator[Any]:
    if node.is_item and node.name == "Statement":
        yield REMOVED


def remove_item(node: Node) -> Iterator[Any]:
    if node.is_item and node.name != "Statement":
        yield REMOVED


def flip(node: Node) -> Iterator[Any]:
    if isinstance(node.value, bool):
        yield not node.value
    elif isinstance(node.value, str) and node.value in _OPPOSITES:
        yield _OPPOSITES[node.value]


def widen_address(node: Node) -> Iterator[Any]:
    network = _network(node.value)
    if network and network.prefixlen:
        yield "0.0.0.0/0" if network.version == 4 else "::/0"
        yield str(network.supernet(prefixlen_diff=1))
    elif isinstance(node.value, Mapping) and "SourceSecurityGroupId" in node.value:
        yield {**_without(node.value, "SourceSecurityGroupId"), "CidrIp": "0.0.0.0/0"}
    elif isinstance(node.value, Mapping) and "DestinationSecurityGroupId" in node.value:
        yield {**_without(node.value, "DestinationSecurityGroupId"), "CidrIp": "0.0.0.0/0"}


def widen_ports(node: Node) -> Iterator[Any]:
    if node.name in _PORT_ENDS and node.value != _PORT_ENDS[node.name]:
        yield _PORT_ENDS[node.name]
    elif node.name in ("IpProtocol", "Protocol") and str(node.value) in ("tcp", "6", "udp", "17"):
        yield "-1" if isinstance(node.value, str) else -1


def replace_account(node: Node) -> Iterator[Any]:
    if is_function(node.value) or isinstance(node.value, str):
        foreign = _with_foreign_account(node.value)
        if foreign != node.value:
            yield foreign


def add_action_of_service(node: Node) -> Iterator[Any]:
    if node.in_policy and node.place[-1] == "Action" and listed(node.value)[0] != "*":
        service = str(listed(node.value)[0]).partition(":")[0]
        yield [*listed(node.value), f"{service}:*"]


def add_action_of_another_service(node: Node) -> Iterator[Any]:
    if node.in_policy and node.place[-1] == "Action":
        yield [*listed(node.value), "iam:CreateAccessKey"]


def add_principal(node: Node) -> Iterator[Any]:
    if not (node.in_policy and node.place[-1] == "Principal"):
        return
    foreign = f"arn:aws:iam::{FOREIGN_ACCOUNT}:root"
    if isinstance(node.value, Mapping) and not is_function(node.value):
        yield {**node.value, "AWS": [*listed(node.value.get("AWS")), foreign]}
    else:
        yield {"AWS": foreign}


def open_to_everyone(node: Node) -> Iterator[Any]:
    if node.in_policy and node.place[-1] == "Principal" and node.value != "*":
        yield "*"


def widen_resource(node: Node) -> Iterator[Any]:
    if node.in_policy and node.place[-1] == "Resource" and node.value != "*":
        yield "*"


def weaken(node: Node) -> Iterator[Any]:
    if isinstance(node.value, str) and node.value in WEAKER:
        yield WEAKER[node.value]


def zero(node: Node) -> Iterator[Any]:
    if _is_number(node.value) and str(node.value) != "0":
        yield "0" if isinstance(node.value, str) else 0


def inflate(node: Node) -> Iterator[Any]:
    if _is_number(node.value):
        large = (int(float(node.value)) or 1) * _INFLATED
        yield str(large) if isinstance(node.value, str) else large


def empty(node: Node) -> Iterator[Any]:
    if isinstance(node.value, list) and node.value:
        yield []


def add_property(node: Node) -> Iterator[Any]:
    if isinstance(node.value, Mapping) and not is_function(node.value):
        yield {**node.value, "UnexpectedProperty": "unexpected"}


def replace_text(node: Node) -> Iterator[Any]:
    if _is_text(node.value) and not node.value.isdecimal() and node.value not in _OPPOSITES:
        yield "something-else"


def put_secret(node: Node) -> Iterator[Any]:
    if _is_text(node.value):
        yield f"{node.value} {SECRET}"
    elif is_function(node.value) and "Fn::Join" in node.value:
        separator, parts = node.value["Fn::Join"]
        yield {"Fn::Join": [separator, [*parts, SECRET]]}


def replace_reference_by_text(node: Node) -> Iterator[Any]:
    if is_function(node.value):
        yield "something-else"


def wrap_in_condition(node: Node) -> Iterator[Any]:
    if not isinstance(node.value, list | Mapping) or is_function(node.value):
        yield {"Fn::If": ["IsRehearsal", {"Ref": "AWS::NoValue"}, node.value]}


VALUE_OPERATORS: Mapping[str, Operator] = MappingProxyType(
    {
        "drop a property": drop,
        "remove a condition": remove_condition,
        "remove a statement": remove_statement,
        "remove an item": remove_item,
        "flip a boolean": flip,
        "widen an address": widen_address,
        "widen a port range": widen_ports,
        "replace an account": replace_account,
        "add an action of the same service": add_action_of_service,
        "add an action of another service": add_action_of_another_service,
        "add a principal": add_principal,
        "open to everyone": open_to_everyone,
        "widen a policy's resource": widen_resource,
        "weaken an enum": weaken,
        "zero a number": zero,
        "inflate a number": inflate,
        "empty a list": empty,
        "add an unexpected property": add_property,
        "replace text": replace_text,
        "put a secret into text": put_secret,
        "replace a reference by text": replace_reference_by_text,
        "wrap in Fn::If": wrap_in_condition,
    }
)
"""Every operator on one value, by name."""


def _network(value: Any) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    if not isinstance(value, str) or "/" not in value:
        return None
    try:
        return ipaddress.ip_network(value, strict=False)
    except ValueError:
        return None


def _with_foreign_account(value: Any) -> Any:
    if value == {"Ref": "AWS::AccountId"}:
        return FOREIGN_ACCOUNT
    if isinstance(value, Mapping):
        return {key: _with_foreign_account(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_foreign_account(item) for item in value]
    return value.replace("${AWS::AccountId}", FOREIGN_ACCOUNT) if isinstance(value, str) else value


def _without(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | str) and not isinstance(value, bool) and str(value).replace(".", "", 1).isdecimal()


def _is_text(value: Any) -> bool:
    return isinstance(value, str)
