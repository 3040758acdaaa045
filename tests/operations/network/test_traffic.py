"""Cutting traffic: the pieces are the whole, and none overlaps another."""

from ipaddress import IPv4Address, IPv4Network

from hypothesis import given, settings
from hypothesis import strategies as st

from tradingbot_infra.operations.network.traffic import CLIENT_PORTS, LINUX_PORTS, WORLD, Traffic, cover

SMALL = IPv4Network("10.0.0.0/28")


@st.composite
def blocks(draw: st.DrawFn) -> IPv4Network:
    """A block within sixteen addresses, or one around or beside them."""
    prefix = draw(st.integers(28, 32))
    inside = IPv4Network((int(SMALL.network_address) + draw(st.integers(0, 15)), prefix), strict=False)
    return draw(st.sampled_from([inside, WORLD, IPv4Network("10.0.0.0/8"), IPv4Network("10.0.1.0/28")]))


@st.composite
def ranges(draw: st.DrawFn) -> tuple[int, int]:
    """A few ports."""
    first, last = sorted((draw(st.integers(0, 12)), draw(st.integers(0, 12))))
    return first, last


def holds(traffic: Traffic, address: IPv4Address, port: int) -> bool:
    return address in traffic.addresses and traffic.ports[0] <= port <= traffic.ports[1]


@settings(max_examples=60)
@given(blocks(), ranges(), ranges())
def test_each_packet_is_in_the_piece_cut_out_or_in_one_piece_of_the_rest(
    cut: IPv4Network, of: tuple[int, int], ports: tuple[int, int]
) -> None:
    whole = Traffic(SMALL, of)
    piece, rest = whole.split(cut, ports)
    for address in SMALL:
        for port in range(14):
            cut_out = holds(whole, address, port) and address in cut and ports[0] <= port <= ports[1]
            assert (piece is not None and holds(piece, address, port)) is cut_out
            assert sum(holds(each, address, port) for each in rest) == (holds(whole, address, port) and not cut_out)


@settings(max_examples=60)
@given(st.lists(blocks(), max_size=5), blocks())
def test_blocks_cover_addresses_when_each_lies_in_one_of_them(covering: list[IPv4Network], addresses: IPv4Network) -> None:
    if addresses.num_addresses > 16:
        assert cover(covering, addresses) is any(addresses.subnet_of(each) for each in covering)
    else:
        assert cover(covering, addresses) is all(any(address in each for each in covering) for address in addresses)


def test_two_halves_cover_the_world() -> None:
    halves = [IPv4Network("0.0.0.0/1"), IPv4Network("128.0.0.0/1")]
    assert cover(halves, WORLD)
    assert not cover(halves[:1], WORLD)


def test_clients_ask_from_every_port_that_they_may_but_that_of_rdp() -> None:
    asked_from = {port for first, last in CLIENT_PORTS for port in range(first, last + 1)}
    assert set(range(1024, 65536)) - asked_from == {3389}
    assert all(port in asked_from for first, last in LINUX_PORTS for port in (first, last))
