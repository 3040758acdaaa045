"""Addresses of this machine, in 127.0.0.0/8, that stand for those of a VPC: 127.N.T.H, where N is this local cloud's own.

Linux answers on all of them. macOS answers on 127.0.0.1 until `sudo ifconfig lo0 alias ADDRESS` adds another.
"""

import atexit
import socket
from enum import IntEnum
from functools import cache

_CLAIMED_PORT = 61_616
_NETWORKS = range(1, 255)
_MOST_HOSTS = 254


class Tier(IntEnum):
    """What an address is for; the third of its four numbers."""

    LOAD_BALANCER = 0
    TASK = 10
    DATABASE = 20
    CACHE = 30


class NoAddressError(Exception):
    """This machine has no further address; the message says what it needs."""


_taken: set[str] = set()


def take(tier: Tier) -> str:
    """A free address, until `give_back`.

    Raises:
        NoAddressError: the tier has none left, or this machine does not answer on it.
    """
    address = next((one for one in _all(tier) if one not in _taken), None)
    if address is None:
        raise NoAddressError(f"all {_MOST_HOSTS} addresses of the tier {tier.name} are taken")
    if not _can_listen(address, 0):
        raise NoAddressError(f"this machine has no address {address}: on macOS, `sudo ifconfig lo0 alias {address}` adds it")
    _taken.add(address)
    return address


def give_back(address: str) -> None:
    """Makes an address free for others."""
    _taken.discard(address)


def _all(tier: Tier) -> list[str]:
    return [f"127.{_network()}.{tier.value}.{host}" for host in range(1, _MOST_HOSTS + 1)]


@cache
def _network() -> int:
    """The first network that no other local cloud of this machine has; it stays ours until this process ends."""
    for number in _NETWORKS:
        claim = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            claim.bind((f"127.{number}.0.254", _CLAIMED_PORT))
            claim.listen()
        except OSError:
            claim.close()
            continue
        atexit.register(claim.close)
        return number
    raise NoAddressError("this machine answers on 127.0.0.1 only, or 254 local clouds run; docs/local-cloud.md names macOS's aliases")


def _can_listen(address: str, port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True
