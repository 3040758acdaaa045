"""What a running deployment is doing, in words."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tradingbot_infra.operations.live.service_deployments import Gate, ServiceDeployment


def progress(deployment: "ServiceDeployment") -> str:
    """How far it is: `IN_PROGRESS, stage BAKE_TIME, the new version has 100 % of the traffic`."""
    stage = f", stage {deployment.stage}" if deployment.stage else ""
    percent = deployment.production_percent
    traffic = "" if percent is None else f", the new version has {percent:g} % of the traffic"
    reason = f": {' '.join(deployment.reason.split())}" if deployment.reason else ""
    return f"{deployment.status}{stage}{traffic}{reason}"


def waiting(gate: "Gate") -> str:
    """Until when a gate waits, and what happens then."""
    until = f" until {gate.until.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if gate.until else ""
    then = {"ROLLBACK": ", then ECS rolls back", "CONTINUE": ", then it goes on"}.get(gate.otherwise, "")
    return f"waits for an answer{until}{then}"


def iso(moment: datetime | None) -> str | None:
    """A moment for programs."""
    return moment.isoformat() if moment else None
