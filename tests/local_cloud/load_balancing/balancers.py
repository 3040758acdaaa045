"""Load balancers of this process, and what tests do with them."""

import time
import uuid
from http.client import HTTPConnection, HTTPResponse
from typing import Any

from tests.local_cloud.load_balancing.backends import HEALTH, Backend
from tradingbot_infra.local_cloud.in_process import call

PATIENCE = 20.0


class Balancer:
    """What a test does with a load balancer. Health checks are five seconds of AWS apart."""

    def __init__(self, *subnets: str, **attributes: object) -> None:
        name = uuid.uuid4().hex
        self.group = new_group()
        made = call("elbv2", "CreateLoadBalancer", Name=name[:32], Subnets=list(subnets or ("subnet-1", "subnet-2")))["LoadBalancers"][0]
        self.arn, self.address = made["LoadBalancerArn"], made["DNSName"]
        self.set_attributes(**attributes)
        self.listener = self.listen(80, {"Type": "forward", "TargetGroupArn": self.group})

    def set_attributes(self, **attributes: object) -> None:
        """Changes attributes; two underscores stand for a dot."""
        if attributes:
            pairs = [{"Key": key.replace("__", "."), "Value": str(value)} for key, value in attributes.items()]
            call("elbv2", "ModifyLoadBalancerAttributes", LoadBalancerArn=self.arn, Attributes=pairs)

    def listen(self, port: int, *actions: dict[str, Any], protocol: str = "HTTP") -> str:
        """A further listener, once it answers."""
        answer = call("elbv2", "CreateListener", LoadBalancerArn=self.arn, Protocol=protocol, Port=port, DefaultActions=list(actions))
        arn: str = answer["Listeners"][0]["ListenerArn"]
        if protocol == "HTTP":
            host = self.address.partition(":")[0]
            eventually(lambda: answers(f"{host}:{port + 8000 if port < 1024 else port}"))
        return arn

    def register(self, *backends: Backend, healthy: bool = True) -> None:
        """Registers targets and waits until they are healthy."""
        call("elbv2", "RegisterTargets", TargetGroupArn=self.group, Targets=[each.target for each in backends])
        if healthy:
            eventually(lambda: all(self.state(each) == "healthy" for each in backends))

    def deregister(self, *backends: Backend) -> None:
        call("elbv2", "DeregisterTargets", TargetGroupArn=self.group, Targets=[each.target for each in backends])

    def health(self, backend: Backend) -> dict[str, str]:
        """State, reason and description."""
        (found,) = call("elbv2", "DescribeTargetHealth", TargetGroupArn=self.group, Targets=[backend.target])["TargetHealthDescriptions"]
        return dict(found["TargetHealth"])

    def state(self, backend: Backend) -> str:
        return self.health(backend)["State"]

    def get(self, path: str = "/", **headers: str) -> tuple[int, str]:
        """Status and body of a GET request over a connection of its own; underscores in names stand for hyphens."""
        answer, body = self.ask("GET", path, {name.replace("_", "-"): value for name, value in headers.items()})
        return answer.status, body.decode()

    def ask(self, method: str, path: str = "/", headers: dict[str, str] | None = None, body: Any = None) -> tuple[HTTPResponse, bytes]:
        connection = HTTPConnection(self.address, timeout=PATIENCE)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()


def new_group(**settings: object) -> str:
    """A target group whose targets are asked for HEALTH."""
    usual = {"Protocol": "HTTP", "Port": 8001, "TargetType": "ip", "HealthCheckPath": HEALTH, "HealthCheckIntervalSeconds": 5}
    made = call("elbv2", "CreateTargetGroup", Name=uuid.uuid4().hex, **{**usual, **settings})["TargetGroups"][0]
    return str(made["TargetGroupArn"])


def eventually(holds: Any) -> None:
    """Waits until something holds, and fails when it does not in time."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "never"
        time.sleep(0.02)


def answers(address: str) -> bool:
    """Whether something listens there."""
    connection = HTTPConnection(address, timeout=PATIENCE)
    try:
        connection.connect()
    except OSError:
        return False
    finally:
        connection.close()
    return True


def clean_up() -> None:
    """Deletes every load balancer and target group of this process."""
    for one in call("elbv2", "DescribeLoadBalancers")["LoadBalancers"]:
        call("elbv2", "DeleteLoadBalancer", LoadBalancerArn=one["LoadBalancerArn"])
    for group in call("elbv2", "DescribeTargetGroups")["TargetGroups"]:
        call("elbv2", "DeleteTargetGroup", TargetGroupArn=group["TargetGroupArn"])
