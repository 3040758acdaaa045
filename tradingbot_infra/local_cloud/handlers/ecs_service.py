"""AWS::ECS::Service through the ECS API: CloudFormation waits until the service is steady, or fails with its deployment."""

import time
from collections.abc import Mapping
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.api.models import parameters_of
from tradingbot_infra.local_cloud.clock import scaled
from tradingbot_infra.local_cloud.handlers.resource import Created, Handler, Properties, Resource, camel_case, changed, ignoring
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.ministack.creation import MadeButFailedError

_LONGEST_SECONDS = 3 * 60 * 60.0
"""CloudFormation gives up a service that does not become steady after three hours (AWS re:Post, "ECS service failed to stabilize")."""
_LONGEST_SHIFT_SECONDS = 36 * 60 * 60.0
"""And a deployment that shifts traffic after 36 ("Amazon ECS blue/green service deployments workflow", ECS Developer Guide)."""
_POLL_SECONDS = 0.1

_REPLACES = frozenset({"Cluster", "DeploymentController", "LaunchType", "Role", "SchedulingStrategy", "ServiceName"})
"""Properties whose change needs a new service (CloudFormation Template Reference, AWS::ECS::Service)."""
_FAILED = ("ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED", "STOPPED")


class ServiceFailedError(Exception):
    """The service did not become steady; the message is CloudFormation's."""


def in_full(_handler: Handler) -> Handler:
    """A handler in place of ministack's, which ignores settings and waits for nothing. It needs a thread of its own."""
    return {**Resource(create=_create, delete=_delete).handler(), "update": _update}


def _create(properties: Properties, name: str) -> Created:
    wanted = {"serviceName": name, **camel_case(properties)}
    known = {parameter: wanted[parameter] for parameter in parameters_of("ecs", "CreateService") if parameter in wanted}
    service = call("ecs", "CreateService", **known)["service"]
    arn: str = service["serviceArn"]
    try:
        _await_shift(service["clusterArn"], arn, since="")
        _await_steady(service["clusterArn"], arn)
    except ServiceFailedError as error:
        raise MadeButFailedError(arn, str(error)) from error
    return arn, {"ServiceArn": arn, "Name": service["serviceName"]}


def _update(arn: str, old: Properties, new: Properties, stack_name: str, logical_id: str | None = None) -> Created:
    if changed(old, new) & _REPLACES:
        # A service of the same name cannot be created beside it, so AWS refuses this too.
        return _create(new, f"{stack_name}-{logical_id}")
    wanted = camel_case({name: new[name] for name in changed(old, new) if name in new})
    known = {parameter: wanted[parameter] for parameter in parameters_of("ecs", "UpdateService") if parameter in wanted}
    if known:
        cluster, definition = new["Cluster"], known.get("taskDefinition")
        since = _newest_deployment(cluster, arn)
        call("ecs", "UpdateService", cluster=cluster, service=arn, **known)
        _await_shift(cluster, arn, since=since)
        _await_steady(cluster, arn, definition)
    return arn, {"ServiceArn": arn, "Name": arn.rpartition("/")[2]}


def _delete(arn: str, properties: Properties) -> None:
    cluster = properties["Cluster"]
    with ignoring("ClusterNotFoundException", "ServiceNotFoundException", "ServiceNotActiveException"):
        call("ecs", "DeleteService", cluster=cluster, service=arn, force=True)
    with ignoring("ClusterNotFoundException"):
        while (_service(cluster, arn) or {}).get("status") == "DRAINING":
            time.sleep(_POLL_SECONDS)


def _await_shift(cluster: str, arn: str, *, since: str) -> None:
    """Waits for the end of the newest service deployment, if it shifts traffic and is another than `since`.

    Raises:
        ServiceFailedError: it was rolled back or stopped, or takes too long. What CloudFormation says of others than the circuit breaker
            is documented nowhere; here it is the deployment's own reason.
    """
    deadline = time.monotonic() + scaled(_LONGEST_SHIFT_SECONDS)
    while time.monotonic() < deadline:
        newest = _newest_deployment(cluster, arn)
        (found,) = call("ecs", "DescribeServiceDeployments", serviceDeploymentArns=[newest])["serviceDeployments"]
        is_rolling = found["deploymentConfiguration"].get("strategy", "ROLLING") == "ROLLING"
        if is_rolling or newest == since or found["status"] == "SUCCESSFUL":
            return
        if found["status"] in _FAILED:
            is_broken = found["deploymentCircuitBreaker"]["status"] == "TRIGGERED"
            words = "ECS Deployment Circuit Breaker was triggered" if is_broken else found["statusReason"]
            raise ServiceFailedError(f"Error occurred during operation '{words}'.")
        time.sleep(_POLL_SECONDS)
    raise ServiceFailedError(f"Resource handler returned message: Exceeded attempts to wait: {arn} did not stabilize")


def _newest_deployment(cluster: str, arn: str) -> str:
    newest: str = call("ecs", "ListServiceDeployments", cluster=cluster, service=arn)["serviceDeployments"][0]["serviceDeploymentArn"]
    return newest


def _await_steady(cluster: str, arn: str, definition: str | None = None) -> None:
    """Waits until one deployment is left, has completed, and is of this task definition.

    Raises:
        ServiceFailedError: the deployment failed, ECS has brought another task definition back, or it takes too long.
    """
    deadline = time.monotonic() + scaled(_LONGEST_SECONDS)
    while time.monotonic() < deadline:
        service = _service(cluster, arn)
        if service is None:
            raise LocalApiError("ServiceNotFoundException", "Service not found.")
        is_steady = _is_steady(service)
        if service["deployments"][0]["rolloutState"] == "FAILED" or (is_steady and definition not in (None, service["taskDefinition"])):
            raise ServiceFailedError("Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'.")
        if is_steady:
            return
        time.sleep(_POLL_SECONDS)
    raise ServiceFailedError(f"Resource handler returned message: Exceeded attempts to wait: {arn} did not stabilize")


def _is_steady(service: Mapping[str, Any]) -> bool:
    (primary, *others) = service["deployments"]
    return not others and primary["rolloutState"] == "COMPLETED" and service["runningCount"] == service["desiredCount"]


def _service(cluster: str, arn: str) -> dict[str, Any] | None:
    found = call("ecs", "DescribeServices", cluster=cluster, services=[arn])["services"]
    return dict(found[0]) if found else None
