"""Opens a port for every HTTP listener of an application load balancer, and checks the targets that they forward to.

Listeners come and go through the API and through stacks, and ministack keeps them in one place. So nobody is told of a change:
what should be open and checked is compared with what is, after each change that we see and every second for the others.
"""

import asyncio
import logging
import socket
from collections.abc import Mapping
from functools import cache
from typing import Any

from aiohttp import web

from tradingbot_infra.local_cloud import addresses, background
from tradingbot_infra.local_cloud.addresses import NoAddressError, Tier
from tradingbot_infra.local_cloud.load_balancing import health_checks, targets
from tradingbot_infra.local_cloud.load_balancing.proxy import Front
from tradingbot_infra.local_cloud.load_balancing.requests import Listening
from tradingbot_infra.local_cloud.ministack import load_balancers as records
from tradingbot_infra.local_cloud.ministack import scopes

_BELONG_TO_ROOT = 1024
_ABOVE = 8000
_SECONDS_BETWEEN_LOOKS = 1.0
_SECONDS_TO_FINISH = 5.0

_Place = tuple[str, int]

_log = logging.getLogger(__name__)
_addresses: dict[str, str] = {}
_open: dict[_Place, tuple[Front, web.ServerRunner, socket.socket]] = {}
_refused: set[_Place] = set()
_watched: set[tuple[str, str]] = set()


def served_port(port: int) -> int:
    """The port of this machine that stands for a listener's: those below 1024 belong to root."""
    return port + _ABOVE if port < _BELONG_TO_ROOT else port


def give_address(balancer_arn: str) -> None:
    """Gives a load balancer an address of this machine, which its DNSName is from now on, with the port that stands for 80.

    Without a free address it keeps its name, and its listeners are not served.
    """
    balancer = records.balancer(balancer_arn)
    if balancer is None or balancer_arn in _addresses or balancer["Type"] != "application":
        return
    try:
        _addresses[balancer_arn] = addresses.take(Tier.LOAD_BALANCER)
    except NoAddressError as error:
        _log.warning("%s is not served: %s", balancer["LoadBalancerName"], error)
        return
    balancer["DNSName"] = f"{_addresses[balancer_arn]}:{served_port(80)}"


def look() -> None:
    """Opens and closes ports, begins and ends health checks, soon and without waiting, in the account and region of the caller."""
    background.spawn(_look())
    if scopes.current() not in _watched:
        _watched.add(scopes.current())
        background.spawn(_watch())


def target_groups_in_use() -> dict[str, set[str]]:
    """The ARNs of the target groups that a listener or rule forwards to, each with the load balancers that do."""
    used: dict[str, set[str]] = {}
    for listener in (one for one in records.listeners() if records.balancer(one["LoadBalancerArn"])):
        for rule in records.rules(listener["ListenerArn"]):
            for action in rule["Actions"]:
                for group in _groups(action):
                    used.setdefault(group, set()).add(listener["LoadBalancerArn"])
    return used


def _groups(action: Mapping[str, Any]) -> set[str]:
    weighted = {one["TargetGroupArn"] for one in action.get("ForwardConfig", {}).get("TargetGroups", [])}
    return weighted or ({action["TargetGroupArn"]} if "TargetGroupArn" in action else set())


async def _watch() -> None:
    while True:
        await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)
        await _look()


async def _look() -> None:
    async with _one_at_a_time():
        gone = [_addresses.pop(arn) for arn in list(_addresses) if _is_of_this_scope(arn) and records.balancer(arn) is None]
        await _open_and_close()
        for address in gone:
            addresses.give_back(address)
        _check_targets()


@cache
def _one_at_a_time() -> asyncio.Lock:
    return asyncio.Lock()


async def _open_and_close() -> None:
    by_port = sorted(_listening(), key=lambda at: at.port, reverse=True)
    wanted = {(_addresses[at.balancer_arn], at.served_port): at for at in by_port}  # of 80 and 8080, both on 8080, it is 80
    for place in [place for place, (front, _, _) in _open.items() if _is_of_this_scope(front.at.balancer_arn) and place not in wanted]:
        await _close(*_open.pop(place))
    for place, at in wanted.items():
        if place in _open:
            _open[place][0].at = at
        else:
            await _opened(place, at)


def _listening() -> list[Listening]:
    served = [one for one in records.listeners() if one["Protocol"] == "HTTP" and one["LoadBalancerArn"] in _addresses]
    return [_listening_at(listener, balancer) for listener in served if (balancer := records.balancer(listener["LoadBalancerArn"]))]


def _listening_at(listener: Mapping[str, Any], balancer: Mapping[str, Any]) -> Listening:
    return Listening(
        listener_arn=listener["ListenerArn"],
        balancer_arn=listener["LoadBalancerArn"],
        protocol=listener["Protocol"],
        port=listener["Port"],
        served_port=served_port(listener["Port"]),
        dns_name=balancer["DNSName"],
    )


async def _opened(place: _Place, at: Listening) -> None:
    front = Front(at)
    runner = web.ServerRunner(front, shutdown_timeout=_SECONDS_TO_FINISH)
    await runner.setup()
    try:
        listening = socket.create_server(place)
        await web.SockSite(runner, listening).start()
    except OSError as error:
        if place not in _refused:
            _log.warning("port %s of %s is not served: %s", at.port, at.dns_name, error)
        _refused.add(place)
        await runner.cleanup()
        return
    _refused.discard(place)
    _open[place] = front, runner, listening


async def _close(front: Front, runner: web.ServerRunner, listening: socket.socket) -> None:
    """Frees the port, which another listener may take at once, and lets open requests finish in the background."""
    # asyncio loses a connection that is being accepted while its server closes (CPython issue 109564).
    asyncio.get_running_loop().remove_reader(listening)
    await asyncio.sleep(0)
    for site in list(runner.sites):
        await site.stop()
    background.spawn(_finished(front, runner))


async def _finished(front: Front, runner: web.ServerRunner) -> None:
    await runner.cleanup()
    await front.close_connections()


def _check_targets() -> None:
    used = target_groups_in_use()
    for group_arn in {arn for arn in targets.known_groups() if _is_of_this_scope(arn) and records.target_group(arn) is None}:
        targets.forget_group(group_arn)
    for group in records.target_groups():
        arn = group["TargetGroupArn"]
        names = targets.registered(arn)
        targets.forget_all_but(set(names), {arn})
        for name in names:
            _check(targets.known(name), used.get(arn, set()))


def _check(target: targets.Target, balancer_arns: set[str]) -> None:
    target.checked_from = next((_addresses[arn] for arn in sorted(balancer_arns) if arn in _addresses), "")
    if balancer_arns and target.checks is None:
        target.checks = background.spawn(health_checks.keep_checking(target))
    elif not balancer_arns and target.checks is not None:
        target.checks.cancel()
        target.checks, target.health = None, targets.REGISTERING


def _is_of_this_scope(arn: str) -> bool:
    _, _, _, region, account, _ = arn.split(":", 5)
    return (account, region) == scopes.current()
