"""Service deployments of ECS: how far one is, what it waits for, and why one was rolled back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tradingbot_infra.design.names import Names
from tradingbot_infra.operations.session import Session

if TYPE_CHECKING:
    from types_boto3_ecs.literals import DeploymentLifecycleHookActionType, ServiceDeploymentStatusType
    from types_boto3_ecs.type_defs import ListServiceDeploymentsRequestTypeDef, ServiceDeploymentBriefTypeDef, ServiceDeploymentTypeDef

GOES_ON: "tuple[ServiceDeploymentStatusType, ...]" = (
    "PENDING",
    "IN_PROGRESS",
    "STOP_REQUESTED",
    "ROLLBACK_REQUESTED",
    "ROLLBACK_IN_PROGRESS",
)
"""States of a deployment that has not ended (ECS Developer Guide, "View service history using Amazon ECS service deployments")."""

_STOPPABLE = ("PENDING", "IN_PROGRESS")
"""States in which it can still be told to go back (the same guide, "Stopping Amazon ECS service deployments")."""

LONGEST = timedelta(hours=36)
"""For how long CloudFormation waits for a deployment (CloudFormation Template Reference, "AWS::ECS::Service CanaryConfiguration")."""

_ENDED_WELL = "SUCCESSFUL"

_DESCRIBED_A_CALL = 20
"""Service deployments that one DescribeServiceDeployments takes (ECS API)."""


@dataclass(frozen=True)
class Gate:
    """A pause hook that waits for an answer. Without one in time ECS does `otherwise`, CONTINUE or ROLLBACK."""

    hook_id: str
    until: datetime | None
    otherwise: str


@dataclass(frozen=True)
class ServiceDeployment:
    """One service deployment. `stage` is ECS's lifecycle stage, empty before the first and where tasks are replaced.

    `production_percent` and `test_percent` are how much of each kind of traffic ECS asked for on the new version; None where ECS moves
    no traffic. `reason` is why it was rolled back or has ended as it did.
    """

    arn: str
    status: str
    reason: str
    stage: str
    created_at: datetime | None
    ended_at: datetime | None
    gate: Gate | None
    production_percent: float | None = None
    test_percent: float | None = None
    alarms: tuple[str, ...] = ()
    """Alarms that went to ALARM during it."""

    @property
    def id(self) -> str:
        """The last part of the ARN."""
        return self.arn.rpartition("/")[2]

    @property
    def goes_on(self) -> bool:
        """Whether it has not ended."""
        return self.status in GOES_ON

    @property
    def stoppable(self) -> bool:
        """Whether it can be told to go back: not once it does."""
        return self.status in _STOPPABLE

    @property
    def failed(self) -> bool:
        """Whether it ended, and not well."""
        return not self.goes_on and self.status != _ENDED_WELL


def running_deployment(session: Session, names: Names) -> ServiceDeployment | None:
    """The newest service deployment that has not ended.

    Raises botocore's ServiceNotFoundException or ClusterNotFoundException when the service does not exist.
    """
    return next(_described(session, _listed(session, {"cluster": names.cluster, "service": names.service, "status": GOES_ON})), None)


def deployments_since(session: Session, names: Names, since: datetime) -> tuple[ServiceDeployment, ...]:
    """The service deployments that went on or ended after a moment, the one that began last first. ECS keeps them for 90 days.

    Raises as `running_deployment` does.
    """
    listed = _listed(session, {"cluster": names.cluster, "service": names.service, "createdAt": {"after": since - LONGEST}})
    return tuple(each for each in _described(session, listed) if each.ended_at is None or each.ended_at >= since)


def answer(session: Session, deployment: ServiceDeployment, gate: Gate, action: "DeploymentLifecycleHookActionType") -> None:
    """Answers a pause hook."""
    session.ecs.continue_service_deployment(serviceDeploymentArn=deployment.arn, hookId=gate.hook_id, action=action)


def roll_back(session: Session, deployment: ServiceDeployment) -> None:
    """Has ECS bring the version before back, whatever the deployment is doing."""
    if deployment.gate:
        # A paused deployment is answered: AWS documents ROLLBACK as an answer, and says nothing of stopping one that waits.
        answer(session, deployment, deployment.gate, "ROLLBACK")
    else:
        session.ecs.stop_service_deployment(serviceDeploymentArn=deployment.arn, stopType="ROLLBACK")


def _listed(session: Session, asked: "ListServiceDeploymentsRequestTypeDef") -> list[str]:
    """ARNs, newest first. ListServiceDeployments says nothing of its order."""
    found: list[ServiceDeploymentBriefTypeDef] = []
    while True:
        page = session.ecs.list_service_deployments(**asked)
        found += page["serviceDeployments"]
        if not page.get("nextToken"):
            break
        asked = {**asked, "nextToken": page["nextToken"]}
    return [each["serviceDeploymentArn"] for each in sorted(found, key=lambda each: each["createdAt"], reverse=True)]


def _described(session: Session, arns: Sequence[str]) -> Iterator[ServiceDeployment]:
    for start in range(0, len(arns), _DESCRIBED_A_CALL):
        few = arns[start : start + _DESCRIBED_A_CALL]
        found = session.ecs.describe_service_deployments(serviceDeploymentArns=few)["serviceDeployments"]
        made = {each.get("serviceDeploymentArn", ""): _service_deployment(each) for each in found}
        yield from (made[arn] for arn in few if arn in made)


def _service_deployment(found: "ServiceDeploymentTypeDef") -> ServiceDeployment:
    target = found.get("targetServiceRevision", {})
    return ServiceDeployment(
        arn=found.get("serviceDeploymentArn", ""),
        status=found.get("status", ""),
        reason=found.get("rollback", {}).get("reason", "") or found.get("statusReason", ""),
        stage=found.get("lifecycleStage", ""),
        created_at=found.get("createdAt"),
        ended_at=found.get("finishedAt") or found.get("stoppedAt"),
        gate=_gate(found),
        production_percent=target.get("requestedProductionTrafficWeight"),
        test_percent=target.get("requestedTestTrafficWeight"),
        alarms=tuple(found.get("alarms", {}).get("triggeredAlarmNames", ())),
    )


def _gate(found: "ServiceDeploymentTypeDef") -> Gate | None:
    for hook in found.get("lifecycleHookDetails", []):
        if hook.get("targetType") == "PAUSE" and hook.get("status") == "AWAITING_ACTION":
            return Gate(hook.get("hookId", ""), hook.get("expiresAt"), hook.get("timeoutAction", ""))
    return None
