"""Listeners of a stack that change ports, as boto3 sees them."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

import pytest

from tradingbot_infra.local_cloud.server import LocalCloud, client

pytestmark = pytest.mark.local_cloud

REGION = "ap-southeast-2"
CERTIFICATE = "arn:aws:acm:ap-southeast-2:000000000000:certificate/0a1b2c3d-0000-0000-0000-000000000000"
FIXED = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200", "ContentType": "text/plain", "MessageBody": "fixed"}}
REDIRECT = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}

Resources = Mapping[str, Mapping[str, Any]]


class Stack:
    """A stack of one load balancer, and of the listeners that an update gives it."""

    def __init__(self, cloud: LocalCloud, listeners: Resources) -> None:
        self._cloud = cloud
        self.name = f"stack-{uuid.uuid4().hex}"
        self._ec2("create_vpc", CidrBlock="10.0.0.0/16")
        vpc = self._ec2("describe_vpcs")["Vpcs"][-1]["VpcId"]
        self._subnet = self._ec2("create_subnet", VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
        self._cloudformation("create_stack", StackName=self.name, TemplateBody=self._template(listeners))
        assert self.status() == "CREATE_COMPLETE"

    def update(self, listeners: Resources) -> str:
        """The status that an update ends in."""
        self._cloudformation("update_stack", StackName=self.name, TemplateBody=self._template(listeners))
        return self.status()

    def status(self) -> str:
        """The status of the stack once nothing is in progress."""
        while True:
            status = str(self._cloudformation("describe_stacks", StackName=self.name)["Stacks"][0]["StackStatus"])
            if not status.endswith("_IN_PROGRESS"):
                return status

    def reasons(self) -> str:
        """Why resources failed."""
        events = self._cloudformation("describe_stack_events", StackName=self.name)["StackEvents"]
        return "\n".join(event.get("ResourceStatusReason", "") for event in events)

    def actions(self) -> dict[int, str]:
        """What the listener on each port does."""
        described = client(self._cloud.endpoint, REGION, "elbv2").describe_listeners(LoadBalancerArn=self._balancer())["Listeners"]
        return {listener["Port"]: listener["DefaultActions"][0]["Type"] for listener in described}

    def _balancer(self) -> str:
        resource = self._cloudformation("describe_stack_resource", StackName=self.name, LogicalResourceId="Balancer")
        return str(resource["StackResourceDetail"]["PhysicalResourceId"])

    def _template(self, listeners: Resources) -> str:
        balancer = {"Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": {"Subnets": [self._subnet]}}
        return json.dumps({"Resources": {"Balancer": balancer, **listeners}})

    def _ec2(self, operation: str, **parameters: object) -> Any:
        return getattr(client(self._cloud.endpoint, REGION, "ec2"), operation)(**parameters)

    def _cloudformation(self, operation: str, **parameters: object) -> Any:
        return getattr(client(self._cloud.endpoint, REGION, "cloudformation"), operation)(**parameters)


def listener(port: int, action: Mapping[str, Any], *, after: str | None = None) -> dict[str, Any]:
    """A listener of the stack's load balancer."""
    secure = {"Protocol": "HTTPS", "Certificates": [{"CertificateArn": CERTIFICATE}]} if port == 443 else {"Protocol": "HTTP"}
    properties = {"LoadBalancerArn": {"Ref": "Balancer"}, "Port": port, **secure, "DefaultActions": [action]}
    made: dict[str, Any] = {"Type": "AWS::ElasticLoadBalancingV2::Listener", "Properties": properties}
    return {**made, "DependsOn": [after]} if after else made


def failing(*, after: str) -> dict[str, Any]:
    """A resource that cannot be made: its load balancer does not exist."""
    properties = {"LoadBalancerArn": "arn:missing", "Port": 82, "Protocol": "HTTP", "DefaultActions": [FIXED]}
    return {"Type": "AWS::ElasticLoadBalancingV2::Listener", "Properties": properties, "DependsOn": [after]}


ONE = {"Public": listener(80, FIXED)}
MOVED = {"Public": listener(443, FIXED), "Redirect": listener(80, REDIRECT, after="Public")}
ADDED = {"Public": listener(80, REDIRECT, after="Secure"), "Secure": listener(443, FIXED)}


def test_two_listeners_of_a_template_on_one_port_fail_the_stack(cloud: LocalCloud) -> None:
    stack = Stack(cloud, ONE)
    assert stack.update({**ONE, "Second": listener(80, REDIRECT, after="Public")}) == "UPDATE_ROLLBACK_COMPLETE"
    assert "DuplicateListener: A listener already exists on this port" in stack.reasons()
    assert stack.actions() == {80: "fixed-response"}


def test_a_listener_that_moves_to_443_while_another_comes_on_80_cannot_be_rolled_back(cloud: LocalCloud) -> None:
    stack = Stack(cloud, ONE)
    assert stack.update({**MOVED, "Broken": failing(after="Redirect")}) == "UPDATE_ROLLBACK_FAILED"
    assert "Listener port '80' is already in use" in stack.reasons()


def test_that_layout_cannot_be_taken_back_either(cloud: LocalCloud) -> None:
    stack = Stack(cloud, ONE)
    assert stack.update(MOVED) == "UPDATE_COMPLETE"
    assert stack.update(ONE) == "UPDATE_ROLLBACK_COMPLETE"
    assert "Listener port '80' is already in use" in stack.reasons()


def test_a_listener_that_stays_on_80_and_another_on_443_come_and_go(cloud: LocalCloud) -> None:
    stack = Stack(cloud, ONE)
    assert stack.update(ADDED) == "UPDATE_COMPLETE"
    assert stack.actions() == {80: "redirect", 443: "fixed-response"}
    assert stack.update(ONE) == "UPDATE_COMPLETE"
    assert stack.actions() == {80: "fixed-response"}


@pytest.mark.parametrize(
    ("before", "change", "ports"), [(ONE, ADDED, {80: "fixed-response"}), (ADDED, ONE, {80: "redirect", 443: "fixed-response"})]
)
def test_that_layout_is_rolled_back_when_the_update_fails_later(
    cloud: LocalCloud, before: Resources, change: Resources, ports: dict[int, str]
) -> None:
    stack = Stack(cloud, before)
    assert stack.update({**change, "Broken": failing(after="Public")}) == "UPDATE_ROLLBACK_COMPLETE"
    assert stack.actions() == ports
