"""A whole deployment and its end, on the local cloud: what `make up` and `make down` do. Printing is the command line's."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.local_cloud.cdk_cli import BOOTSTRAP_STACK, CdkCli, CdkResult
from tradingbot_infra.local_cloud.limits import recorded_types
from tradingbot_infra.local_cloud.server import LocalCloud, LocalCloudError, client, find, start, stop

Tell = Callable[[str], None]
"""Says what happens next, for the person who waits."""


@dataclass(frozen=True)
class DeployedStack:
    """One stack as it stands in the local cloud."""

    name: str
    status: str
    resources: int
    outputs: dict[str, str]


@dataclass(frozen=True)
class Deployment:
    """What a deployment left standing."""

    local_cloud: LocalCloud
    stacks: tuple[DeployedStack, ...]
    recorded: dict[str, int]
    """Resources by type that are only written down (limits.RECORDED_ONLY)."""


@dataclass(frozen=True)
class Destruction:
    """What a destruction found and left behind."""

    stood: bool
    kept: dict[str, int]
    """Resources by type that policy keeps; a real account would still hold them."""
    others: tuple[str, ...]
    """Stacks of other environments, for which the local cloud stays up."""


class Rehearsal:
    """The real CDK CLI against the local cloud of a state directory, for one environment."""

    def __init__(self, project_root: Path, state_directory: Path, config: EnvironmentConfig, tell: Tell) -> None:
        self._project_root = project_root
        self._state_directory = state_directory
        self._config = config
        self._tell = tell

    def deploy(self, arguments: Sequence[str] = (), *, port: int | None = None) -> Deployment:
        """Starts the local cloud if none runs, bootstraps it, and deploys every stack.

        Raises LocalCloudError when the server does not start or the CDK CLI fails.
        """
        region = self._config.network.region
        self._tell("Starting the local cloud")
        cloud = start(self._state_directory, port, region)
        cdk = self._cdk(cloud)
        self._tell(f"Bootstrapping {cloud.endpoint}")
        _require(cdk.bootstrap(), "cdk bootstrap")
        self._tell(f"Deploying {self._config.environment} with cdk deploy --all")
        _require(cdk.deploy(self._config.environment, arguments), "cdk deploy")
        return Deployment(cloud, self._stacks(cloud), recorded_types(self._assembly))

    def destroy(self, arguments: Sequence[str] = ()) -> Destruction | None:
        """Destroys every stack and stops the local cloud; None when none runs.

        The local cloud honours the termination protection of stacks, so that is lifted first, by one call a stack. It ignores the
        deletion protection of what is in them. In a real account both are lifted by hand (docs/operations.md, "Destroying").
        It stays up while stacks of another environment stand in it, because stopping would lose them.
        Raises LocalCloudError when the CDK CLI fails; the local cloud then stays up too, to be looked at.
        """
        cloud = find(self._state_directory)
        if cloud is None:
            return None
        cdk = self._cdk(cloud)
        standing = [stack["StackId"] for stack in self._described(cloud)]
        self._lift_protection(cloud)
        self._tell(f"Destroying {self._config.environment} with cdk destroy --all")
        _require(cdk.destroy(self._config.environment, arguments), "cdk destroy")
        kept = self._kept(cloud, standing)
        others = tuple(sorted(stack["StackName"] for stack in self._all_stacks(cloud) if stack["StackName"] != BOOTSTRAP_STACK))
        if not others:
            self._tell("Stopping the local cloud")
            stop(self._state_directory)
        return Destruction(bool(standing), kept, others)

    @property
    def _assembly(self) -> Path:
        return self._state_directory / "cdk.out"

    def _cdk(self, cloud: LocalCloud) -> CdkCli:
        return CdkCli(self._project_root, cloud, self._config.network.region, self._assembly)

    def _stacks(self, cloud: LocalCloud) -> tuple[DeployedStack, ...]:
        cloudformation = self._cloudformation(cloud)
        found = []
        for stack in self._described(cloud):
            resources = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack["StackName"])
            count = sum(len(page["StackResourceSummaries"]) for page in resources)
            # Outputs without a description are for other stacks only.
            outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", []) if output.get("Description")}
            found.append(DeployedStack(stack["StackName"], stack["StackStatus"], count, outputs))
        order = [self._config.names.stack(part) for part in ("network", "data", "service", "monitoring")]
        return tuple(sorted(found, key=lambda stack: order.index(stack.name)))

    def _lift_protection(self, cloud: LocalCloud) -> None:
        protected = [stack["StackName"] for stack in self._described(cloud) if stack["EnableTerminationProtection"]]
        if protected:
            self._tell(f"Lifting the termination protection of {', '.join(protected)}")
        for name in protected:
            self._cloudformation(cloud).update_termination_protection(StackName=name, EnableTerminationProtection=False)

    def _kept(self, cloud: LocalCloud, stack_ids: Sequence[str]) -> dict[str, int]:
        events_of = self._cloudformation(cloud).get_paginator("describe_stack_events")
        kept: Counter[str] = Counter()
        for stack_id in stack_ids:
            events = events_of.paginate(StackName=stack_id).search("StackEvents[]")
            skipped = {event["LogicalResourceId"]: event["ResourceType"] for event in events if event["ResourceStatus"] == "DELETE_SKIPPED"}
            kept.update(skipped.values())
        return dict(sorted(kept.items()))

    def _described(self, cloud: LocalCloud) -> list[dict[str, Any]]:
        return [stack for stack in self._all_stacks(cloud) if stack["StackName"].startswith(f"{self._config.names.prefix}-")]

    def _all_stacks(self, cloud: LocalCloud) -> list[dict[str, Any]]:
        return list(self._cloudformation(cloud).get_paginator("describe_stacks").paginate().search("Stacks[]"))

    def _cloudformation(self, cloud: LocalCloud) -> Any:
        return client(cloud.endpoint, self._config.network.region, "cloudformation")


def _require(result: CdkResult, what: str) -> None:
    if result.returncode != 0:
        raise LocalCloudError(f"{what} ended with exit code {result.returncode}; its own words stand above")
