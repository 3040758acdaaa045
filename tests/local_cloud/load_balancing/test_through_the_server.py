"""Load balancers of stacks and of boto3, on a local cloud as people start it."""

import json
import socket
import uuid
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any

import pytest

from tests.local_cloud.load_balancing.backends import HEALTH, answering
from tests.local_cloud.load_balancing.balancers import PATIENCE, answers, eventually
from tradingbot_infra.local_cloud.server import LocalCloud, client, running

pytestmark = pytest.mark.local_cloud

REGION = "ap-southeast-2"
ELB = "AWS::ElasticLoadBalancingV2"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """A local cloud for this module."""
    with running(tmp_path_factory.mktemp("local-cloud")) as started:
        yield started


def template(action: dict[str, Any], port: int = 80, protocol: str = "HTTP", *more: tuple[str, dict[str, Any]]) -> str:
    name = uuid.uuid4().hex
    health = {"HealthCheckPath": HEALTH, "HealthCheckIntervalSeconds": 5, "TargetType": "ip", "Port": 8001, "Protocol": "HTTP"}
    resources = {
        "Balancer": {"Type": f"{ELB}::LoadBalancer", "Properties": {"Subnets": ["subnet-1", "subnet-2"]}},
        "Group": {"Type": f"{ELB}::TargetGroup", "Properties": health},
        "Listener": {
            "Type": f"{ELB}::Listener",
            "Properties": {"LoadBalancerArn": {"Ref": "Balancer"}, "Port": port, "Protocol": protocol, "DefaultActions": [action]},
        },
        **dict(more),
    }
    outputs = {
        "Address": {"Value": {"Fn::GetAtt": ["Balancer", "DNSName"]}},
        "Url": {"Value": {"Fn::Join": ["", ["http://", {"Fn::GetAtt": ["Balancer", "DNSName"]}]]}},
        "Group": {"Value": {"Ref": "Group"}},
        "Balancer": {"Value": {"Ref": "Balancer"}},
    }
    return json.dumps({"Description": name, "Resources": resources, "Outputs": outputs})


FORWARD = {"Type": "forward", "TargetGroupArn": {"Ref": "Group"}}
TO_HTTPS = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}


def outputs(cloud: LocalCloud, region: str, stack: str) -> dict[str, str]:
    (found,) = client(cloud.endpoint, region, "cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return {one["OutputKey"]: one["OutputValue"] for one in found["Outputs"]}


def get(address: str, path: str = "/") -> tuple[int, str, str | None]:
    connection = HTTPConnection(address, timeout=PATIENCE)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, body, answer.getheader("Location")


@pytest.mark.parametrize("region", [REGION, "eu-west-1"])
def test_a_stacks_load_balancer_answers_while_it_exists_and_follows_its_changes(cloud: LocalCloud, region: str) -> None:
    cloudformation, elbv2 = (client(cloud.endpoint, region, service) for service in ("cloudformation", "elbv2"))
    waiting = {"StackName": "front", "WaiterConfig": {"Delay": 1}}
    cloudformation.create_stack(StackName="front", TemplateBody=template(FORWARD))
    cloudformation.get_waiter("stack_create_complete").wait(**waiting)
    found = outputs(cloud, region, "front")
    address = found["Address"]
    assert (address.endswith(":8080"), found["Url"]) == (True, f"http://{address}")
    assert elbv2.describe_load_balancers(LoadBalancerArns=[found["Balancer"]])["LoadBalancers"][0]["DNSName"] == address
    eventually(lambda: answers(address))
    assert get(address)[0] == 503
    with answering("task") as backend:
        elbv2.register_targets(TargetGroupArn=found["Group"], Targets=[backend.target])
        eventually(lambda: get(address)[:2] == (200, "task"))
        https = {
            "Type": f"{ELB}::Listener",
            "Properties": {
                "LoadBalancerArn": {"Ref": "Balancer"},
                "Port": 443,
                "Protocol": "HTTPS",
                "DefaultActions": [FORWARD],
                "Certificates": [{"CertificateArn": "arn:aws:acm:x:0:certificate/1"}],
            },
        }
        cloudformation.update_stack(StackName="front", TemplateBody=template(TO_HTTPS, 80, "HTTP", ("Https", https)))
        cloudformation.get_waiter("stack_update_complete").wait(**waiting)
        host = address.partition(":")[0]
        eventually(lambda: get(address, "/a?b")[2] == f"https://{host}:443/a?b")
        assert not answers(f"{host}:8443"), "no private key is here"
        checks = len(backend.checks)
        eventually(lambda: len(backend.checks) > checks)  # the HTTPS listener still forwards to it
    cloudformation.update_stack(StackName="front", TemplateBody=template(FORWARD, 9000))
    cloudformation.get_waiter("stack_update_complete").wait(**waiting)
    eventually(lambda: answers(f"{host}:9000") and not answers(address))
    cloudformation.delete_stack(StackName="front")
    eventually(lambda: not answers(f"{host}:9000"))


def test_a_rule_of_a_stack_forwards_by_weights_and_query(cloud: LocalCloud) -> None:
    cloudformation, elbv2 = (client(cloud.endpoint, REGION, service) for service in ("cloudformation", "elbv2"))
    weighted = {"Type": "forward", "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": {"Ref": "Group"}, "Weight": "3"}]}}
    query = {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "colour", "Value": "green"}]}}
    rule = {"ListenerArn": {"Ref": "Listener"}, "Priority": 1, "Conditions": [query], "Actions": [weighted]}
    nothing = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    body = template(nothing, 80, "HTTP", ("Rule", {"Type": f"{ELB}::ListenerRule", "Properties": rule}))
    cloudformation.create_stack(StackName="weighted", TemplateBody=body)
    cloudformation.get_waiter("stack_create_complete").wait(StackName="weighted", WaiterConfig={"Delay": 1})
    found = outputs(cloud, REGION, "weighted")
    with answering("green") as backend:
        elbv2.register_targets(TargetGroupArn=found["Group"], Targets=[backend.target])
        eventually(lambda: get(found["Address"], "/?colour=green")[:2] == (200, "green"))
    assert get(found["Address"], "/?colour=blue")[0] == 404
    listener = elbv2.describe_listeners(LoadBalancerArn=found["Balancer"])["Listeners"][0]["ListenerArn"]
    rules = {one["Priority"]: one for one in elbv2.describe_rules(ListenerArn=listener)["Rules"]}
    assert rules["1"]["Actions"][0]["ForwardConfig"]["TargetGroups"] == [{"TargetGroupArn": found["Group"], "Weight": 3}]
    assert rules["1"]["Conditions"][0]["QueryStringConfig"]["Values"] == [{"Key": "colour", "Value": "green"}]
    cloudformation.delete_stack(StackName="weighted")


def test_nothing_listens_after_the_local_cloud_has_ended(tmp_path: Any) -> None:
    with running(tmp_path) as started:
        elbv2 = client(started.endpoint, REGION, "elbv2")
        balancer = elbv2.create_load_balancer(Name="front", Subnets=["subnet-1", "subnet-2"])["LoadBalancers"][0]
        nothing = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "204"}}]
        elbv2.create_listener(LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTP", Port=80, DefaultActions=nothing)
        eventually(lambda: answers(balancer["DNSName"]))
        host, _, port = balancer["DNSName"].partition(":")
        held = socket.create_connection((host, int(port)), PATIENCE)
    assert held.recv(1) == b"", "the connection of a client ended too"
    held.close()
    assert not answers(balancer["DNSName"])
