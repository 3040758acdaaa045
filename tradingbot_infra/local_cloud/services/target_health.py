"""Targets of elbv2, and DescribeTargetHealth, which sends each of them one health check at the moment of the call.

Only addresses of this machine, 127.0.0.0/8, are checked. Nothing is checked between calls, so thresholds and intervals have no effect.
"""

import asyncio
import re
from collections.abc import Mapping
from ipaddress import IPv4Network, ip_address
from typing import Any

from tradingbot_infra.local_cloud.ministack import records
from tradingbot_infra.local_cloud.services.operation import Call

_THIS_MACHINE = IPv4Network("127.0.0.0/8")
_LONGEST_SECONDS = 2.0
_STATUS_LINE = re.compile(rb"HTTP/\d\.\d (\d{3})\b")
_AGENT = "ELB-HealthChecker/2.0"

_Health = dict[str, str]
_NOT_REGISTERED: _Health = {
    "State": "unused",
    "Reason": "Target.NotRegistered",
    "Description": "Target is not registered to the target group",
}


async def register(call: Call) -> dict[str, Any]:
    """RegisterTargets, which also accepts an address that is registered with another port."""
    answer = await call.as_asked()
    registered = records.targets(call.parameters["TargetGroupArn"])
    registered += [target for target in call.parameters["Targets"] if not any(_is(one, target) for one in registered)]
    return answer


async def deregister(call: Call) -> dict[str, Any]:
    """DeregisterTargets, which keeps the same address with other ports."""
    named = call.parameters["Targets"]
    kept = [one for one in records.targets(call.parameters["TargetGroupArn"]) if not any(_is(one, target) for target in named)]
    answer = await call.as_asked()
    records.targets(call.parameters["TargetGroupArn"])[:] = kept
    return answer


async def describe(call: Call) -> dict[str, Any]:
    """DescribeTargetHealth; reason codes and descriptions as in TargetHealth (Elastic Load Balancing API Reference)."""
    named = call.parameters.get("Targets", [])
    known = (await call.as_asked())["TargetHealthDescriptions"]
    arn = call.parameters["TargetGroupArn"]
    (group,) = (await call.ask("elbv2", "DescribeTargetGroups", TargetGroupArns=[arn]))["TargetGroups"]
    registered = [one["Target"] for one in known if not named or any(_is(one["Target"], target) for target in named)]
    healths = await asyncio.gather(*(_health(group, target) for target in registered))
    stray = [target for target in named if not any(_is(one, target) for one in registered)]
    return {
        "TargetHealthDescriptions": [
            *({"Target": t, "HealthCheckPort": str(_port(group, t)), "TargetHealth": h} for t, h in zip(registered, healths, strict=True)),
            *({"Target": target, "TargetHealth": _NOT_REGISTERED} for target in stray),
        ]
    }


def _is(registered: Mapping[str, Any], named: Mapping[str, Any]) -> bool:
    return bool(registered["Id"] == named["Id"] and named.get("Port") in (None, registered.get("Port")))


async def _health(group: Mapping[str, Any], target: Mapping[str, Any]) -> _Health:
    if not group.get("LoadBalancerArns"):
        unused = "Target group is not configured to receive traffic from the load balancer"
        return {"State": "unused", "Reason": "Target.NotInUse", "Description": unused}
    if not group["HealthCheckEnabled"]:
        disabled = "Health checks are disabled for this target group"
        return {"State": "unavailable", "Reason": "Target.HealthCheckDisabled", "Description": disabled}
    if group["HealthCheckProtocol"] != "HTTP":
        return _unhealthy("Elb.InternalError", f"The local cloud checks over HTTP only, not {group['HealthCheckProtocol']}")
    if not _is_on_this_machine(target["Id"]):
        return _unhealthy("Target.FailedHealthChecks", f"Health checks failed: the local cloud reaches {_THIS_MACHINE} only")
    return await _checked(group, target["Id"], _port(group, target))


def _port(group: Mapping[str, Any], target: Mapping[str, Any]) -> int:
    port = group["HealthCheckPort"]
    return int(target["Port"] if port == "traffic-port" else port)


def _is_on_this_machine(address: str) -> bool:
    try:
        return ip_address(address) in _THIS_MACHINE
    except ValueError:
        return False


async def _checked(group: Mapping[str, Any], address: str, port: int) -> _Health:
    try:
        async with asyncio.timeout(min(group["HealthCheckTimeoutSeconds"], _LONGEST_SECONDS)):
            status = await _status(address, port, group.get("HealthCheckPath", "/"))
    except TimeoutError:
        return _unhealthy("Target.Timeout", "Request timed out")
    except OSError:
        status = None
    if status is None:
        return _unhealthy("Target.FailedHealthChecks", "Health checks failed")
    if not _matches(status, group.get("Matcher", {}).get("HttpCode", "200")):
        return _unhealthy("Target.ResponseCodeMismatch", f"Health checks failed with these codes: [{status}]")
    return {"State": "healthy"}


async def _status(address: str, port: int, path: str) -> int | None:
    """The status of a GET request, of whose response only the first line is read; None when that line is not HTTP.

    On the event loop rather than in a thread, because a deadline cannot end a thread: a target that answers byte by byte would keep it.
    """
    reader, writer = await asyncio.open_connection(address, port, limit=1024)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {address}:{port}\r\nUser-Agent: {_AGENT}\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        line = _STATUS_LINE.match(await reader.readline())
    except ValueError:  # a first line longer than the limit
        return None
    finally:
        writer.close()
    return int(line[1]) if line else None


def _matches(status: int, codes: str) -> bool:
    """Whether the status is one of a matcher such as "200,202" or "200-299"."""
    ranges = [part.strip().partition("-") for part in codes.split(",")]
    return any(int(first) <= status <= int(last or first) for first, _, last in ranges)


def _unhealthy(reason: str, description: str) -> _Health:
    return {"State": "unhealthy", "Reason": reason, "Description": description}
