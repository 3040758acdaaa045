"""What of the flow log's records is a refusal to tasks."""

import pytest

from tradingbot_infra.config.settings import load_config
from tradingbot_infra.operations.live.rejected_egress import RejectedEgress, rejected

NETWORK = load_config("production").network


def record(source: str, destination: str, port: int, *, protocol: int = 6, action: str = "REJECT", source_port: int = 40000) -> str:
    """A record of the default format (VPC User Guide, "Flow log record examples")."""
    return f"2 123456789010 eni-1 {source} {destination} {source_port} {port} {protocol} 3 180 1418530010 1418530070 {action} OK"


def test_records_are_summed_by_protocol_and_port_the_most_first() -> None:
    records = [
        record("10.0.10.9", "203.0.113.7", 8443),
        record("10.0.10.9", "203.0.113.7", 9443),
        record("10.0.11.9", "203.0.113.7", 9443),
        record("10.0.11.9", "198.51.100.1", 9443),
        record("10.0.10.9", "203.0.113.7", 443, protocol=17),
    ]
    assert rejected(records, NETWORK) == (
        RejectedEgress("TCP", 9443, ("198.51.100.1", "203.0.113.7"), 3),
        RejectedEgress("UDP", 443, ("203.0.113.7",), 1),
        RejectedEgress("TCP", 8443, ("203.0.113.7",), 1),
    )


def test_what_is_refused_before_nat_shows_the_address_of_nat() -> None:
    assert rejected([record("10.0.10.9", "10.0.0.25", 587)], NETWORK) == (RejectedEgress("TCP", 587, ("NAT",), 1),)


@pytest.mark.parametrize(
    "line",
    [
        record("10.0.10.9", "203.0.113.7", 9443, action="ACCEPT"),
        record("198.51.100.1", "10.0.0.25", 23),  # a scan
        record("198.51.100.1", "10.0.10.9", 22),
        record("10.0.0.25", "198.51.100.1", 50000, source_port=443),  # the load balancer answers
        record("10.0.10.9", "10.0.20.9", 5433),  # to the database
        record("10.0.10.9", "203.0.113.7", 0, protocol=1),
        "2 123456789010 eni-1 - - - - - - - 1431280876 1431280934 - NODATA",
        "2 123456789010 eni-1 2001:db8::1 2001:db8::2 40000 443 6 3 180 1418530010 1418530070 REJECT OK",
        "REJECT",
        "",
    ],
)
def test_nothing_else_is_a_refusal_to_tasks(line: str) -> None:
    assert rejected([line], NETWORK) == ()
