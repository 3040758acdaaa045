"""Health checks in the background ("Health checks for Application Load Balancer target groups").

Only addresses of this machine, 127.0.0.0/8, are asked.
"""

import asyncio
import re
from collections.abc import Mapping
from ipaddress import IPv4Network, ip_address
from typing import Any

from tradingbot_infra.local_cloud import clock
from tradingbot_infra.local_cloud.load_balancing import flows, targets
from tradingbot_infra.local_cloud.load_balancing.targets import Health, Name, Target
from tradingbot_infra.local_cloud.ministack import load_balancers as records

THIS_MACHINE = IPv4Network("127.0.0.0/8")
_LEAST_TIMEOUT_SECONDS = 1.0
_STATUS_LINE = re.compile(rb"HTTP/\d\.\d (\d{3})\b")
_AGENT = "ELB-HealthChecker/2.0"

_TIMED_OUT = Health("unhealthy", "Target.Timeout", "Request timed out")
_FAILED = Health("unhealthy", "Target.FailedHealthChecks", "Health checks failed")
_ELSEWHERE = Health("unhealthy", "Target.FailedHealthChecks", f"Health checks failed: the local cloud reaches {THIS_MACHINE} only")


async def keep_checking(target: Target) -> None:
    """Checks a target at once and at every interval, until this is cancelled or the target group is deleted."""
    targets.found(target, targets.FIRST_CHECKS)
    loop = asyncio.get_running_loop()
    while (group := records.target_group(target.name.group_arn)) is not None:
        started = loop.time()
        settled = without_asking(target.name, group)
        targets.found(target, settled or judged(target, group, await _asked(group, target)))
        # The time that the target takes to answer does not move the next check.
        await asyncio.sleep(max(0.0, started + clock.scaled(float(group["HealthCheckIntervalSeconds"])) - loop.time()))


def without_asking(name: Name, group: Mapping[str, Any]) -> Health | None:
    """The health of a target that is never asked; None for all others."""
    if not group["HealthCheckEnabled"]:
        return targets.NOT_CHECKED
    if group["HealthCheckProtocol"] != "HTTP":
        words = f"The local cloud checks over HTTP only, not {group['HealthCheckProtocol']}"
        return Health("unhealthy", "Elb.InternalError", words)
    return None if is_on_this_machine(name.address) else _ELSEWHERE


def judged(target: Target, group: Mapping[str, Any], result: Health) -> Health:
    """The health of a target after one more result.

    A new target is healthy after one passed check; any other change takes as many results in a row as its threshold.
    """
    passes = result == targets.HEALTHY
    target.passed, target.failed = (target.passed + 1, 0) if passes else (0, target.failed + 1)
    if target.health.state == result.state:
        return result
    enough = int(group["HealthyThresholdCount"] if passes else group["UnhealthyThresholdCount"])
    if passes and target.health.state == "initial":
        enough = 1
    return result if max(target.passed, target.failed) >= enough else target.health


def port_of(group: Mapping[str, Any], target_port: int) -> int:
    """The port that is asked."""
    port = group["HealthCheckPort"]
    return target_port if port == "traffic-port" else int(port)


def is_on_this_machine(address: str) -> bool:
    """Whether the local cloud may connect to an address."""
    try:
        return ip_address(address) in THIS_MACHINE
    except ValueError:
        return False


async def _asked(group: Mapping[str, Any], target: Target) -> Health:
    port = port_of(group, target.name.port)
    try:
        async with asyncio.timeout(clock.scaled(float(group["HealthCheckTimeoutSeconds"]), least=_LEAST_TIMEOUT_SECONDS)):
            status = await _status(target, port, group.get("HealthCheckPath", "/"))
    except TimeoutError:
        return _TIMED_OUT
    except (OSError, EOFError):
        return _FAILED
    if status is None:
        return _FAILED
    if not _matches(status, group.get("Matcher", {}).get("HttpCode", "200")):
        return Health("unhealthy", "Target.ResponseCodeMismatch", f"Health checks failed with these codes: [{status}]")
    return targets.HEALTHY


async def _status(target: Target, port: int, path: str) -> int | None:
    """The status of a GET request, of whose response only the first line is read; None when that line is not HTTP."""
    address = target.name.address
    reader, writer = await asyncio.open_connection(sock=await flows.connected(target.checked_from, address, port), limit=1024)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {address}:{port}\r\nConnection: close\r\nUser-Agent: {_AGENT}\r\n\r\n".encode())
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
