"""Flow logs show what a load balancer and its targets send each other."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.local_cloud.load_balancing.backends import Backend, answering
from tests.local_cloud.load_balancing.balancers import Balancer, clean_up, eventually
from tradingbot_infra.local_cloud import clock
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.load_balancing import flows

pytestmark = pytest.mark.local_cloud

Record = dict[str, Any]

FIELDS = [
    "version",
    "account",
    "interface",
    "source",
    "destination",
    "sourceport",
    "destinationport",
    "protocol",
    "packets",
    "bytes",
    "start",
    "end",
    "action",
    "status",
]


@pytest.fixture
def balancer(monkeypatch: pytest.MonkeyPatch, subnet: str) -> Iterator[Balancer]:
    """A load balancer in the VPC; a minute of AWS takes 0.3 seconds."""
    monkeypatch.setattr(clock, "_scale", 200.0)
    made = Balancer(subnet)
    yield made
    clean_up()


@pytest.fixture
def backend(balancer: Balancer) -> Iterator[Backend]:
    """Its target, which is healthy."""
    with answering() as target:
        balancer.register(target)
        yield target


@pytest.fixture(autouse=True)
def deleted() -> Iterator[None]:
    """No flow log outlives its test."""
    yield
    found = [one["FlowLogId"] for one in call("ec2", "DescribeFlowLogs")["FlowLogs"]]
    if found:
        call("ec2", "DeleteFlowLogs", FlowLogIds=found)


def new_group() -> str:
    name = f"/aws/vpc/{uuid.uuid4().hex}"
    call("logs", "CreateLogGroup", logGroupName=name)
    return name


def new_flow_log(vpc: str, group: str, **settings: object) -> str:
    usual = {"ResourceType": "VPC", "TrafficType": "ALL", "MaxAggregationInterval": 60, "LogGroupName": group}
    made: str = call("ec2", "CreateFlowLogs", ResourceIds=[vpc], **{**usual, **settings})["FlowLogIds"][0]
    return made


def role(*actions: str) -> str:
    """The ARN of a role that may do these."""
    name = uuid.uuid4().hex
    arn: str = call("iam", "CreateRole", RoleName=name, AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    call(
        "iam",
        "PutRolePolicy",
        RoleName=name,
        PolicyName="write",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    return arn


def described(flow_log: str) -> Record:
    (found,) = call("ec2", "DescribeFlowLogs", FlowLogIds=[flow_log])["FlowLogs"]
    return dict(found)


def delivery(flow_log: str) -> tuple[str | None, str | None]:
    found = described(flow_log)
    return found.get("DeliverLogsStatus"), found.get("DeliverLogsErrorMessage")


def events(group: str) -> list[Record]:
    return list(call("logs", "FilterLogEvents", logGroupName=group)["events"])


def records(group: str) -> list[dict[str, str]]:
    """The fields of every record, by their names."""
    return [dict(zip(FIELDS, each["message"].split(" "), strict=True)) for each in events(group)]


def test_a_request_is_a_record_of_each_direction_on_each_interface(vpc: str, balancer: Balancer, backend: Backend) -> None:
    group = new_group()
    flow_log = new_flow_log(vpc, group, DeliverLogsPermissionArn=role("logs:CreateLogStream", "logs:PutLogEvents"))
    balancer.ask("POST", body=b"x" * 3000)
    host, port = balancer.address.partition(":")[0], str(backend.port)
    eventually(lambda: any(int(each["bytes"]) > 3000 for each in records(group)))
    large = next(each for each in records(group) if int(each["bytes"]) > 3000)
    assert (large["source"], large["destination"], large["destinationport"]) == (host, backend.address, port)
    assert (large["version"], large["account"], large["protocol"]) == ("2", "000000000000", "6")
    assert (large["action"], large["status"]) == ("ACCEPT", "OK")
    assert int(large["bytes"]) < 3000 + 1000 + 40 * int(large["packets"])
    assert 0 < int(large["start"]) <= int(large["end"])
    same = [each for each in records(group) if large["sourceport"] in (each["sourceport"], each["destinationport"])]
    assert {(each["source"], each["destination"]) for each in same} == {(host, backend.address), (backend.address, host)}
    assert len({each["interface"] for each in same}) == 2
    streams = call("logs", "DescribeLogStreams", logGroupName=group)["logStreams"]
    assert {each["logStreamName"] for each in streams} == {f"{each['interface']}-all" for each in records(group)}
    assert delivery(flow_log) == ("SUCCESS", None)


@pytest.mark.usefixtures("backend")
def test_health_checks_are_records_too(vpc: str, balancer: Balancer) -> None:
    group = new_group()
    flow_log = new_flow_log(vpc, group)
    eventually(lambda: delivery(flow_log) == ("SUCCESS", None))
    assert {each["source"] for each in records(group)} >= {balancer.address.partition(":")[0]}


def test_nothing_is_said_of_a_flow_log_that_has_delivered_nothing(vpc: str) -> None:
    flow_log = new_flow_log(vpc, new_group(), MaxAggregationInterval=600)
    assert delivery(flow_log) == (None, None)
    assert described(flow_log)["MaxAggregationInterval"] == 600


@pytest.mark.usefixtures("backend")
def test_a_missing_log_group_is_an_access_error_until_there_is_one(vpc: str) -> None:
    group = f"/aws/vpc/{uuid.uuid4().hex}"
    flow_log = new_flow_log(vpc, group)
    eventually(lambda: delivery(flow_log) == ("FAILED", "Access error"))
    call("logs", "CreateLogGroup", logGroupName=group)
    eventually(lambda: delivery(flow_log) == ("SUCCESS", None))
    assert records(group)


@pytest.mark.usefixtures("backend")
@pytest.mark.parametrize("actions", [("logs:CreateLogStream",), ("logs:PutLogEvents",)])
def test_a_role_that_may_not_write_is_an_access_error(vpc: str, actions: tuple[str, ...]) -> None:
    group = new_group()
    flow_log = new_flow_log(vpc, group, DeliverLogsPermissionArn=role(*actions))
    eventually(lambda: delivery(flow_log) == ("FAILED", "Access error"))
    assert events(group) == []


@pytest.mark.usefixtures("backend")
def test_no_record_goes_to_the_flow_log_of_another_vpc_or_of_rejected_traffic(vpc: str) -> None:
    other = call("ec2", "CreateVpc", CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    elsewhere, rejected, group = new_group(), new_group(), new_group()
    quiet = [new_flow_log(other, elsewhere), new_flow_log(vpc, rejected, TrafficType="REJECT")]
    flow_log = new_flow_log(vpc, group)
    eventually(lambda: delivery(flow_log) == ("SUCCESS", None))
    assert (events(elsewhere), events(rejected)) == ([], [])
    assert [delivery(each) for each in quiet] == [(None, None), (None, None)]


@pytest.mark.usefixtures("backend")
def test_a_deleted_flow_log_counts_no_longer(vpc: str) -> None:
    windows = flows.__dict__["_windows"]
    before = set(windows)
    flow_log = new_flow_log(vpc, new_group())
    eventually(lambda: windows - before)
    call("ec2", "DeleteFlowLogs", FlowLogIds=[flow_log])
    eventually(lambda: not windows - before)
