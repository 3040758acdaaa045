"""Which elastic addresses belong to an environment, in which zone, and what uses them."""

from typing import Any

from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.operations.live.egress import EgressAddress, read_egress, to_adopt

ADOPTED = "eipalloc-0123456789abcdef0"


def address(number: str, *, name: str = "", environment: str = "production", instance: str = "") -> dict[str, Any]:
    tags = {"Project": "tradingbot-ai", "Environment": environment, "Name": name}
    return {
        "AllocationId": f"eipalloc-{number}",
        "PublicIp": f"203.0.113.{int(number, 16) % 256}",
        **({"InstanceId": instance} if instance else {}),
        "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
    }


def gateway(identifier: str, number: str, state: str = "available") -> dict[str, Any]:
    return {"NatGatewayId": identifier, "State": state, "NatGatewayAddresses": [{"AllocationId": f"eipalloc-{number}"}]}


def read(addresses: list[dict[str, Any]], gateways: list[dict[str, Any]], **settings: object) -> tuple[EgressAddress, ...]:
    with boto3_client("ec2") as (client, stubber):
        stubber.add_response("describe_nat_gateways", {"NatGateways": gateways})
        stubber.add_response("describe_addresses", {"Addresses": addresses})
        return read_egress(session_over(ec2=client), load_config("production", settings))


def test_addresses_are_found_by_their_tags_in_the_order_of_the_zones() -> None:
    found = read(
        [
            address("00000002", name="tradingbot-ai-production-egress-2"),
            address("00000001", name="tradingbot-ai-production-egress-1"),
            address("00000003", name="tradingbot-ai-staging-egress-1", environment="staging"),
        ],
        [gateway("nat-1", "00000001"), gateway("nat-2", "00000002", "deleting")],
    )
    assert [(each.allocation_id, each.zone, each.used_by) for each in found] == [
        ("eipalloc-00000001", "ap-southeast-2a", "nat-1"),
        ("eipalloc-00000002", "ap-southeast-2b", ""),
    ]
    assert to_adopt(found) == ("eipalloc-00000001", "eipalloc-00000002")


def test_an_adopted_address_needs_no_tag_and_has_the_zone_of_its_place() -> None:
    bare = {"AllocationId": ADOPTED, "PublicIp": "203.0.113.9", "InstanceId": "i-1"}
    (found,) = read([bare], [], nat_allocation_ids=ADOPTED)
    assert found == EgressAddress(allocation_id=ADOPTED, address="203.0.113.9", zone="ap-southeast-2a", used_by="i-1")


def test_of_two_addresses_of_a_zone_the_used_one_is_adopted() -> None:
    name = "tradingbot-ai-production-egress-1"
    found = read([address("00000001", name=name), address("00000009", name=name)], [gateway("nat-1", "00000009")])
    assert to_adopt(found) == ("eipalloc-00000009",)


def test_an_address_without_a_zone_is_listed_last_and_not_adopted_by_guess() -> None:
    found = read([address("00000001"), address("00000002", name="tradingbot-ai-production-egress-1")], [])
    assert [each.zone for each in found] == ["ap-southeast-2a", ""]
    assert to_adopt(found) == ("eipalloc-00000002",)
