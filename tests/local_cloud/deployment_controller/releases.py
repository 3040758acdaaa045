"""A service behind a load balancer with a production and a test rule, versions of it that are good and bad, and requests all the while."""

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any

from tests.local_cloud.clusters import Cluster
from tests.local_cloud.load_balancing.backends import HEALTH
from tests.local_cloud.load_balancing.balancers import Balancer, new_group
from tradingbot_infra.local_cloud.in_process import call

TEST_HEADER = "x-tradingbot-test"
ALARM = "requests-fail"
_PATIENCE_SECONDS = 90.0
_PAUSE_SECONDS = 0.01
_SENDERS = 4
_METRIC_SECONDS = 0.1
_TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})

_APP = """
import signal, sys, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        is_health = self.path == "%(health_path)s"
        if not is_health:
            time.sleep(%(seconds)s)
        body = b"%(version)s"
        self.send_response(%(health)s if is_health else %(status)s)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
ThreadingHTTPServer(("0.0.0.0", 8001), Answer).serve_forever()
"""


@dataclass(frozen=True)
class Answered:
    """One request: its status, 0 where there was no answer; the version that answered; and how long it took."""

    status: int
    version: str
    seconds: float


@dataclass
class Traffic:
    """Requests that are sent until the test has seen enough."""

    answers: list[Answered] = field(default_factory=list)

    @property
    def failed(self) -> int:
        """How many requests got another answer than 200, or none."""
        return sum(each.status != 200 for each in self.answers)

    def of(self, version: str) -> int:
        """How many requests a version answered."""
        return sum(each.version == version for each in self.answers)


@dataclass
class Site:
    """A service with its load balancer."""

    cluster: Cluster
    balancer: Balancer
    blue: str
    green: str
    production: str
    test: str
    role: str

    def version(self, name: str, *, status: int = 200, health: int = 200, seconds: float = 0.0) -> str:
        """A task definition whose tasks answer with its name."""
        script = app(name, status=status, health=health, seconds=seconds)
        return self.cluster.definition(script, portMappings=[{"containerPort": 8001}], stopTimeout=2)

    def create(self, definition: str, *, strategy: str = "BLUE_GREEN", desired: int = 2, bake: int = 1, **configuration: Any) -> None:
        """The service, which deploys its first version."""
        self.cluster.create(
            definition,
            desiredCount=desired,
            healthCheckGracePeriodSeconds=60,
            loadBalancers=[self.load_balancer],
            deploymentConfiguration={
                "strategy": strategy,
                "bakeTimeInMinutes": bake,
                "deploymentCircuitBreaker": {"enable": True, "rollback": True},
                **configuration,
            },
        )

    @property
    def load_balancer(self) -> dict[str, Any]:
        """It as CreateService names it."""
        return {
            "targetGroupArn": self.blue,
            "containerName": "app",
            "containerPort": 8001,
            "advancedConfiguration": {
                "alternateTargetGroupArn": self.green,
                "productionListenerRule": self.production,
                "testListenerRule": self.test,
                "roleArn": self.role,
            },
        }

    def deploy(self, definition: str, **changes: Any) -> None:
        """Another version."""
        self.cluster.update(taskDefinition=definition, **changes)

    def deployments(self) -> list[dict[str, Any]]:
        """The service deployments, the newest first."""
        briefs = call("ecs", "ListServiceDeployments", cluster=self.cluster.name, service="api")["serviceDeployments"]
        arns = [each["serviceDeploymentArn"] for each in briefs]
        found = call("ecs", "DescribeServiceDeployments", serviceDeploymentArns=arns)["serviceDeployments"] if arns else []
        return list(found)

    @property
    def newest(self) -> dict[str, Any]:
        """The newest service deployment."""
        return self.deployments()[0]

    def until(self, holds: Callable[[], object]) -> None:
        """Waits until something holds."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not holds():
            assert time.monotonic() < deadline, (self.cluster.messages(), self.newest)
            time.sleep(0.02)

    def until_over(self, status: str = "SUCCESSFUL") -> None:
        """Waits for the end of the newest deployment, which must be this."""
        over = ("SUCCESSFUL", "STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED")
        self.until(lambda: self.newest["status"] in over)
        assert self.newest["status"] == status, (self.newest, self.cluster.messages())

    def until_stage(self, stage: str) -> None:
        """Waits for a stage of the newest deployment."""
        self.until(lambda: self.newest.get("lifecycleStage") == stage)

    def weights(self, rule: str | None = None) -> dict[str, int]:
        """The weights of the production rule, or another, by colour."""
        (found,) = call("elbv2", "DescribeRules", RuleArns=[rule or self.production])["Rules"]
        names = {self.blue: "blue", self.green: "green"}
        return {names[one["TargetGroupArn"]]: one["Weight"] for one in found["Actions"][0]["ForwardConfig"]["TargetGroups"]}

    def healthy(self) -> dict[str, int]:
        """How many healthy targets each target group has, by colour."""
        found = {}
        for colour, group in (("blue", self.blue), ("green", self.green)):
            targets = call("elbv2", "DescribeTargetHealth", TargetGroupArn=group)["TargetHealthDescriptions"]
            found[colour] = sum(each["TargetHealth"]["State"] == "healthy" for each in targets)
        return found

    def ask(self, **headers: str) -> str:
        """The version that answers one request."""
        return self.balancer.get("/", **headers)[1]

    def ask_test(self) -> str:
        """The version that answers a request with the test header."""
        return self.ask(**{TEST_HEADER.replace("-", "_"): "green"})

    def running(self) -> set[str]:
        """The task definitions of the tasks that should run."""
        return {task["taskDefinitionArn"] for task in self.cluster.tasks()}

    def traffic(self) -> AbstractContextManager[Traffic]:
        """Requests while the test goes on."""
        return traffic_to(self.balancer.address)


@contextmanager
def traffic_to(address: str) -> Iterator[Traffic]:
    """Sends requests to an address for as long as the block lasts."""
    seen, end = Traffic(), threading.Event()

    def send() -> None:
        while not end.wait(_PAUSE_SECONDS):
            seen.answers.append(_answer(address))

    senders = [threading.Thread(target=send) for _ in range(_SENDERS)]
    for sender in senders:
        sender.start()
    try:
        yield seen
    finally:
        end.set()
        for sender in senders:
            sender.join()


def _answer(address: str) -> Answered:
    connection, begun = HTTPConnection(address, timeout=20), time.monotonic()
    try:
        connection.request("GET", "/")
        answer = connection.getresponse()
        return Answered(answer.status, answer.read().decode(), time.monotonic() - begun)
    except (OSError, HTTPException):
        return Answered(0, "", time.monotonic() - begun)
    finally:
        connection.close()


def app(version: str, *, status: int = 200, health: int = 200, seconds: float = 0.0) -> str:
    """A program that answers health checks and all other requests, with its version."""
    return _APP % {"version": version, "status": status, "health": health, "seconds": seconds, "health_path": HEALTH}


@contextmanager
def site(cluster: Cluster) -> Iterator[Site]:
    """A load balancer, and a role that may do what ECS does with it."""
    balancer = Balancer()
    blue, green = new_group(), new_group()
    for group in (blue, green):
        attributes = [{"Key": "deregistration_delay.timeout_seconds", "Value": "5"}]
        call("elbv2", "ModifyTargetGroupAttributes", TargetGroupArn=group, Attributes=attributes)
    call(
        "elbv2",
        "ModifyListener",
        ListenerArn=balancer.listener,
        DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}],
    )
    both = {"TargetGroups": [{"TargetGroupArn": blue, "Weight": 100}, {"TargetGroupArn": green, "Weight": 0}]}
    header = {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": TEST_HEADER, "Values": ["green"]}}
    path = {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/*"]}}

    def rule(priority: int, *conditions: dict[str, Any]) -> str:
        actions = [{"Type": "forward", "ForwardConfig": both}]
        made = call("elbv2", "CreateRule", ListenerArn=balancer.listener, Priority=priority, Conditions=list(conditions), Actions=actions)
        return str(made["Rules"][0]["RuleArn"])

    role = call("iam", "CreateRole", RoleName=f"traffic-{cluster.name}", AssumeRolePolicyDocument=_TRUST)["Role"]
    allow(role["RoleName"], "elasticloadbalancing:*", "lambda:InvokeFunction")
    yield Site(cluster, balancer, blue, green, rule(2, path), rule(1, path, header), role["Arn"])


@contextmanager
def alarm_on(seen: Traffic, measured: Callable[[Answered], float], threshold: float) -> Iterator[None]:
    """An alarm on what requests measure, which rings above a threshold: the local cloud has no metrics of its own."""
    metric = {"Namespace": "Shop", "MetricName": uuid.uuid4().hex}
    call(
        "cloudwatch",
        "PutMetricAlarm",
        AlarmName=ALARM,
        **metric,
        Statistic="Maximum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=threshold,
        ComparisonOperator="GreaterThanThreshold",
    )
    end = threading.Event()

    def put() -> None:
        told = 0
        while not end.wait(_METRIC_SECONDS):
            new = seen.answers[told:]
            told += len(new)
            if new:
                data = [{"MetricName": metric["MetricName"], "Value": max(measured(each) for each in new)}]
                call("cloudwatch", "PutMetricData", Namespace="Shop", MetricData=data)

    putter = threading.Thread(target=put)
    putter.start()
    try:
        yield
    finally:
        end.set()
        putter.join()
        call("cloudwatch", "DeleteAlarms", AlarmNames=[ALARM])


def allow(role: str, *actions: str) -> None:
    """Gives a role these actions, and no others."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    call(
        "iam",
        "PutRolePolicy",
        RoleName=role,
        PolicyName="own",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
