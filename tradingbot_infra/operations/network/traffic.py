"""TCP as filters see it, addresses and ports, and how a piece of it is cut out."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, collapse_addresses

from tradingbot_infra.operations.live.network import Ports

WORLD = IPv4Network("0.0.0.0/0")

_PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
"""Addresses that nobody has on the internet (RFC 1918)."""

LINUX_PORTS: tuple[Ports, ...] = ((32768, 60999),)
"""Ports that a Linux container asks from (Linux, ip_local_port_range)."""

CLIENT_PORTS: tuple[Ports, ...] = ((1024, 3388), (3390, 65535))
"""Ports that load balancers, NAT gateways and people's computers ask from (VPC User Guide, "Ephemeral ports").

Without 3389: the public tier admits RDP from nowhere (CIS AWS Foundations Benchmark), and so gives up this one port of 64512.
"""


@dataclass(frozen=True)
class Traffic:
    """One direction of a connection: the addresses on the other side of a filter, and the ports that it goes to."""

    addresses: IPv4Network
    ports: Ports

    def split(self, addresses: IPv4Network, ports: Ports) -> "tuple[Traffic | None, tuple[Traffic, ...]]":
        """What of it has these addresses and ports, and the rest in pieces that do not overlap."""
        first, last = max(self.ports[0], ports[0]), min(self.ports[1], ports[1])
        if first > last or not self.addresses.overlaps(addresses):
            return None, (self,)
        common = max(self.addresses, addresses, key=lambda block: block.prefixlen)
        elsewhere = [Traffic(block, self.ports) for block in self.addresses.address_exclude(common)] if common != self.addresses else []
        beside = [Traffic(common, (low, high)) for low, high in ((self.ports[0], first - 1), (last + 1, self.ports[1])) if low <= high]
        return Traffic(common, (first, last)), (*elsewhere, *beside)


def cover(blocks: Iterable[IPv4Network], addresses: IPv4Network) -> bool:
    """Whether blocks hold every one of the addresses between them; of the world, every public one."""
    held = (*blocks, *_PRIVATE) if addresses == WORLD else blocks
    return any(addresses.subnet_of(block) for block in collapse_addresses(held))


def touch(block: IPv4Network, addresses: IPv4Network) -> bool:
    """Whether a block holds any of the addresses; of the world, any public one."""
    if addresses == WORLD:
        return not any(block.subnet_of(private) for private in _PRIVATE)
    return block.overlaps(addresses)
