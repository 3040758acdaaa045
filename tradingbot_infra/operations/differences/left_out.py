"""What lets more through and is in none of the CLI's tables: managed policies (aws-cdk#1299) and entries of network ACLs."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any

from tradingbot_infra.operations.differences.changes import Change
from tradingbot_infra.operations.differences.cli_output import Opening

_POLICY, _ENTRY = "AWS::IAM::ManagedPolicy", "AWS::EC2::NetworkAclEntry"
_PROTOCOLS = {-1: "all traffic", 1: "ICMP", 6: "TCP", 17: "UDP"}


def widened(changes: Iterable[Change]) -> Iterator[Opening]:
    """What the new statements of managed policies allow beyond the old, and what they deny no longer."""
    for change in changes:
        if change.resource.type == _POLICY and change.new is not None:
            yield from _openings(change, "may", _beyond("Allow", change.old, change.new))
            yield from _openings(change, "is no longer denied", _beyond("Deny", change.new, change.old))


def opened(changes: Iterable[Change]) -> Iterator[Opening]:
    """Entries of network ACLs that let through what they did not."""
    for change in changes:
        if change.resource.type == _ENTRY and change.new and change.new.get("RuleAction") == "allow" and not change.is_hollow:
            yield Opening(change.resource.stack, f"{shown_path(change)} lets {_traffic(change.new)}")


def _openings(change: Change, verb: str, found: Mapping[str, list[str]]) -> Iterator[Opening]:
    for resource, actions in found.items():
        yield Opening(change.resource.stack, f"{shown_path(change)} {verb} {', '.join(sorted(actions))} on {resource}")


def shown_path(change: Change) -> str:
    """The construct's path as the CLI's tables have it."""
    return change.resource.path.removeprefix(f"{change.resource.stack}/").removesuffix("/Resource")


def _beyond(effect: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> dict[str, list[str]]:
    """Actions by resource, with their condition if they have one."""
    found: dict[str, list[str]] = {}
    known = set(_parts(effect, old))
    for part in _parts(effect, new):
        if part not in known:
            action, resource, condition = part
            found.setdefault(f"{resource}{f' if {condition}' if condition else ''}", []).append(action)
    return found


def _parts(effect: str, properties: Mapping[str, Any] | None) -> Iterator[tuple[str, str, str]]:
    document = (properties or {}).get("PolicyDocument") or {}
    for statement in _listed(document.get("Statement")):
        if statement.get("Effect") == effect:
            condition = str(statement["Condition"]) if "Condition" in statement else ""
            for action, resource in product(_listed(statement.get("Action")), _listed(statement.get("Resource"))):
                yield str(action), str(resource), condition


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _traffic(entry: Mapping[str, Any]) -> str:
    protocol = _PROTOCOLS.get(int(entry.get("Protocol", -1)), f"protocol {entry.get('Protocol')}")
    ports = entry.get("PortRange") or {}
    first, last = ports.get("From"), ports.get("To")
    shown = "" if first is None else f" {first}" if first == last else f" {first}-{last}"
    return f"{protocol}{shown} {'out to' if entry.get('Egress') else 'in from'} {entry.get('CidrBlock') or entry.get('Ipv6CidrBlock')}"
