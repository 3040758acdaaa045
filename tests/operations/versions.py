"""Versions of the service that somebody else would not have deployed, on the deployed production; each is taken back for good."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from tests.deployed import Deployed
from tradingbot_infra.operations.live.load_balancer import targets
from tradingbot_infra.operations.live.service import read_service

_PATIENCE_SECONDS = 60.0
ENDLESS: Mapping[str, Any] = {
    "minimumHealthyPercent": 0,
    "maximumPercent": 200,
    "deploymentCircuitBreaker": {"enable": False, "rollback": False},
}
"""A deployment that stops every old task at once and never ends, so that what is wrong with the new ones stays to be seen."""
_SERVER = """
import http.server, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(int(sys.argv[2]))
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *words): pass
http.server.ThreadingHTTPServer(("", int(sys.argv[1])), Answer).serve_forever()
"""


def answering(status: int) -> Sequence[str]:
    """The command of a container that answers every request with this status."""
    return ("python3", "-c", _SERVER, "8001", str(status))


_DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)" + _SERVER
DEAF: Sequence[str] = ("python3", "-c", _DEAF, "8001", "200")
"""The command of a container that is healthy and ignores SIGTERM."""
SILENT: Sequence[str] = ("python3", "-c", "import time; time.sleep(1000)")
"""The command of a container that listens on no port."""


@contextmanager
def version(
    deployed: Deployed,
    *,
    image: str | None = None,
    command: Sequence[str] | None = None,
    variables: Mapping[str, str] | None = None,
    deployment: Mapping[str, Any] | None = None,
    without_container_check: bool = False,
    grace_seconds: int | None = None,
) -> Iterator[None]:
    """The service with another image, command or further variables.

    `deployment` is how they come, the service's own by default; `grace_seconds` how long they may fail health checks.
    """
    ecs, names = deployed.session.ecs, deployed.names
    before = ecs.describe_services(cluster=names.cluster, services=[names.service])["services"][0]
    changed = _registered(deployed, before["taskDefinition"], image, command, variables, checked=not (command or without_container_check))
    away: dict[str, Any] = {"deploymentConfiguration": deployment, "healthCheckGracePeriodSeconds": 100_000} if deployment else {}
    away |= {} if grace_seconds is None else {"healthCheckGracePeriodSeconds": grace_seconds}
    ecs.update_service(cluster=names.cluster, service=names.service, taskDefinition=changed, **away)
    try:
        yield
    finally:
        ecs.update_service(
            cluster=names.cluster,
            service=names.service,
            taskDefinition=before["taskDefinition"],
            deploymentConfiguration=before["deploymentConfiguration"],
            healthCheckGracePeriodSeconds=before.get("healthCheckGracePeriodSeconds", 0),
            forceNewDeployment=True,
        )
        ecs.deregister_task_definition(taskDefinition=changed)
        settle(deployed)


def settle(deployed: Deployed) -> None:
    """Waits until as many tasks as are wanted run the newest version, each a healthy target, and nothing else is one."""

    def settled() -> bool:
        service = read_service(deployed.session, deployed.names)
        return service.rollout == "COMPLETED" and service.running == service.desired and serving(deployed) == ["healthy"] * service.desired

    until(settled)


def serving(deployed: Deployed) -> list[str]:
    """The states of the targets that do not drain."""
    group = read_service(deployed.session, deployed.names).target_group_arn
    return [target.state for target in targets(deployed.session, group) if target.state != "draining"]


def until(holds: Callable[[], bool]) -> None:
    """Waits until something holds."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.05)


def given_again(client: Any, operation: str, described: Any) -> Any:
    """What an operation takes, of what was described."""
    settable = client.meta.service_model.operation_model(operation).input_shape.members
    return {key: value for key, value in described.items() if key in settable}


def _registered(
    deployed: Deployed,
    arn: str,
    image: str | None,
    command: Sequence[str] | None,
    variables: Mapping[str, str] | None,
    *,
    checked: bool,
) -> str:
    ecs = deployed.session.ecs
    given = given_again(ecs, "RegisterTaskDefinition", ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"])
    container = dict(given["containerDefinitions"][0])
    container["environment"] = [*container["environment"], *({"name": name, "value": value} for name, value in (variables or {}).items())]
    if image:
        container["image"] = image
    if command:
        container["command"] = list(command)
    if not checked:
        container.pop("healthCheck", None)
    made = ecs.register_task_definition(**{**given, "containerDefinitions": [container]})
    return str(made["taskDefinition"]["taskDefinitionArn"])
