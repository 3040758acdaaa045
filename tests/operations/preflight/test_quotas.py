"""Quotas count what others have beside what this environment adds."""

from collections.abc import Iterator

import pytest

from tests.compliance.builders import resource
from tests.operations.preflight.conftest import plan_of, templates, with_types
from tests.operations.rendering import plain
from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.local_cloud.services.quotas import DEFAULTS
from tradingbot_infra.operations.live.stacks import StackResource
from tradingbot_infra.operations.preflight import fargate
from tradingbot_infra.operations.preflight.plan import Plan
from tradingbot_infra.operations.preflight.quota import read_quota
from tradingbot_infra.operations.preflight.quotas import QUOTAS, suffice
from tradingbot_infra.operations.session import Session
from tradingbot_infra.operations.verdict import Outcome

EIP, NAT, SUBNET = "AWS::EC2::EIP", "AWS::EC2::NatGateway", "AWS::EC2::Subnet"


@pytest.fixture
def taken(session: Session) -> Iterator[list[str]]:
    """Four Elastic IP addresses of somebody else, of the five that a new account may have."""
    made = [session.ec2.allocate_address(Domain="vpc") for _ in range(4)]
    yield [address["PublicIp"] for address in made]
    for address in made:
        session.ec2.release_address(AllocationId=address["AllocationId"])


@pytest.mark.local_cloud
def test_what_does_not_fit_beside_others_fails_with_the_quota_to_ask_for(session: Session, taken: list[str]) -> None:
    (finding,) = suffice(plan_of(session, with_types(EIP, EIP)))
    assert finding.outcome is Outcome.FAIL
    assert finding.found == "Elastic IP addresses in ap-southeast-2: this environment needs 2, others have 4, and the quota is 5"
    words = "--service-code ec2 --quota-code L-0263D0A3 --desired-value 6"
    assert plain(finding.next_step) == f"aws service-quotas request-service-quota-increase {words}"
    (finding,) = suffice(plan_of(session, with_types(EIP)))
    assert (finding.outcome, finding.found) == (Outcome.PASS, "Elastic IP addresses: 5 of 5")


@pytest.mark.local_cloud
def test_what_the_environment_has_already_is_not_counted_twice(session: Session, taken: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, *_ = taken
    own = [StackResource("First", first, EIP), StackResource("Second", f"{second}|eipalloc-1", EIP)]
    monkeypatch.setattr(Plan, "_resources", lambda _, __: iter(own))
    (finding,) = suffice(plan_of(session, with_types(EIP, EIP)))
    assert (finding.outcome, finding.found) == (Outcome.PASS, "Elastic IP addresses: 4 of 5")


@pytest.mark.local_cloud
def test_nat_gateways_count_in_their_zone(session: Session) -> None:
    assembly = templates(
        SubnetA=resource(SUBNET, {"AvailabilityZone": "ap-southeast-2a"}),
        SubnetB=resource(SUBNET, {"AvailabilityZone": "ap-southeast-2b"}),
        NatA=resource(NAT, {"SubnetId": {"Ref": "SubnetA"}}),
        NatB=resource(NAT, {"SubnetId": {"Ref": "SubnetB"}}),
    )
    vpc = session.ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = session.ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.0.0/24", AvailabilityZone="ap-southeast-2b")["Subnet"]["SubnetId"]
    made = [session.ec2.create_nat_gateway(SubnetId=subnet, ConnectivityType="private")["NatGateway"]["NatGatewayId"] for _ in range(5)]
    try:
        zone_a, zone_b = suffice(plan_of(session, assembly))
    finally:
        for gateway in made:
            session.ec2.delete_nat_gateway(NatGatewayId=gateway)
    assert (zone_a.outcome, zone_a.found) == (Outcome.PASS, "NAT gateways of a zone: 1 of 5")
    assert (zone_b.outcome, zone_b.found) == (
        Outcome.FAIL,
        "NAT gateways of a zone in ap-southeast-2b: this environment needs 1, others have 5, and the quota is 5",
    )


@pytest.mark.local_cloud
def test_five_environments_do_not_fit_a_new_account(session: Session) -> None:
    (addresses, vpcs) = suffice(plan_of(session, with_types(*[EIP] * 8, *["AWS::EC2::VPC"] * 6)))
    assert addresses.outcome is Outcome.FAIL
    assert vpcs.outcome is Outcome.FAIL


def test_a_quota_without_a_value_of_the_account_is_awss_default() -> None:
    with boto3_client("service-quotas") as (quotas, stubber):
        stubber.add_client_error("get_service_quota", "NoSuchResourceException")
        stubber.add_response("get_aws_default_service_quota", {"Quota": {"Value": 40.0}})
        assert read_quota(session_over(service_quotas=quotas), "rds", "L-7B6409FD")["Value"] == 40


def test_the_local_cloud_has_every_quota_that_is_read() -> None:
    assert set(DEFAULTS) == {(quota.service, quota.code) for quota in QUOTAS} | {(fargate.SERVICE, fargate.CODE)}
