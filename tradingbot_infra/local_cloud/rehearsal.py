"""Deploys an environment to the local cloud and destroys it: what `make up` and `make down` do. The command line prints."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tradingbot_infra.cdk_cli.audience import Audience
from tradingbot_infra.cdk_cli.lines import BOOTSTRAP_STACK
from tradingbot_infra.cdk_cli.program import CdkResult
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.stacks import PlacedStack
from tradingbot_infra.local_cloud.cdk_cli import CdkCli
from tradingbot_infra.local_cloud.fargate import images
from tradingbot_infra.local_cloud.fargate.images import Entry
from tradingbot_infra.local_cloud.limits import recorded_types
from tradingbot_infra.local_cloud.lock import alone_in
from tradingbot_infra.local_cloud.place import deploy_log, images_file
from tradingbot_infra.local_cloud.server import LocalCloud, LocalCloudError, client, find, prepare, regions, start, stop

_FIRST_CHECKS_SECONDS = 15.0
_POLL_SECONDS = 0.1

Announce = Callable[[str], None]
"""Tells the person who waits what happens next."""
Lift = Callable[[LocalCloud, PlacedStack], None]
"""Lifts what keeps a stack from being deleted."""
_Description = Mapping[str, Any]
"""A stack as DescribeStacks shows it."""


@dataclass(frozen=True)
class DeployedStack:
    """One stack in the local cloud."""

    name: str
    region: str
    status: str
    resources: int
    outputs: dict[str, str]


@dataclass(frozen=True)
class Deployment:
    """The result of a deployment."""

    local_cloud: LocalCloud
    stacks: tuple[DeployedStack, ...]
    """In deployment order."""
    recorded: dict[str, int]
    """Number of resources by type that the local cloud stores but does not act on (limits.RECORDED_ONLY)."""


@dataclass(frozen=True)
class Destruction:
    """The result of a destruction."""

    existed: bool
    """Whether there was a stack to destroy."""
    kept: dict[str, int]
    """Number of resources by type that their deletion policy keeps; a real account would still have them."""
    others: tuple[str, ...]
    """Names of other stacks, of another environment or of the account, for which the local cloud keeps running."""


class Rehearsal:
    """One environment on the local cloud of a state directory, by the real CDK CLI.

    Its stacks are those of design/stacks.py, in whatever regions. Those of the account are among them only if the
    environment deploys them (setting account_stacks).
    """

    def __init__(
        self, project_root: Path, state_directory: Path, config: EnvironmentConfig, announce: Announce, audience: Audience
    ) -> None:
        self._project_root = project_root
        self._state_directory = state_directory
        self._config = config
        self._announce = announce
        self._audience = audience

    def deploy(
        self,
        arguments: Sequence[str] = (),
        *,
        port: int | None = None,
        time_scale: float | None = None,
        data_stores: bool = False,
        stand_ins: Mapping[str, Entry] | None = None,
    ) -> Deployment:
        """Starts the local cloud if it does not run, bootstraps the regions of the stacks, and deploys every stack.

        `stand_ins` run for images, by tag, beside those of earlier deployments.
        Raises LocalCloudError when the server does not start or the CDK CLI fails.
        """
        prepare(self._state_directory)
        with alone_in(self._state_directory):
            self._announce("Starting the local cloud")
            if stand_ins:
                images.add(images_file(self._state_directory), stand_ins)
            region = self._config.network.region
            cloud = start(self._state_directory, port, region, time_scale=time_scale, data_stores=data_stores)
            return self._deployed_to(cloud, arguments)

    def _deployed_to(self, cloud: LocalCloud, arguments: Sequence[str]) -> Deployment:
        cdk = self._cdk(cloud)
        self._announce(f"Bootstrapping {cloud.endpoint}")
        self._require(cdk.bootstrap(), "cdk bootstrap")
        self._announce(f"Deploying {self._config.environment} with cdk deploy --all")
        self._require(cdk.deploy(self._config.environment, arguments), "cdk deploy")
        _await_first_checks(cloud, self._config.network.region)
        stacks = tuple(_deployed(cloud, placed, found) for placed, found in self._existing(cloud))
        return Deployment(cloud, stacks, recorded_types(self._assembly))

    def destroy(self, arguments: Sequence[str] = (), *, lift: Lift) -> Destruction | None:
        """Destroys every stack, after `lift`, and stops the local cloud; None when no local cloud runs.

        Keeps the local cloud running while it has other stacks, which stopping would lose.
        Raises LocalCloudError when the CDK CLI fails; the local cloud then keeps running too, for inspection.
        """
        cloud = find(self._state_directory)
        if cloud is None:
            return None
        with alone_in(self._state_directory):
            return self._destroyed_on(cloud, arguments, lift)

    def _destroyed_on(self, cloud: LocalCloud, arguments: Sequence[str], lift: Lift) -> Destruction:
        existing = list(self._existing(cloud))
        protected = [placed.name for placed, found in existing if found["EnableTerminationProtection"]]
        if protected:
            self._announce(f"Lifting the termination protection of {', '.join(protected)}")
        for placed, _ in existing:
            lift(cloud, placed)
        self._announce(f"Destroying {self._config.environment} with cdk destroy --all")
        self._require(self._cdk(cloud).destroy(self._config.environment, arguments), "cdk destroy")
        kept = _kept(cloud, existing)
        others = tuple(sorted(stack["StackName"] for region in regions() for stack in _stacks(cloud, region)))
        if not others:
            self._announce("Stopping the local cloud")
            stop(self._state_directory)
        return Destruction(bool(existing), kept, others)

    @property
    def _assembly(self) -> Path:
        return self._state_directory / "cdk.out"

    def _cdk(self, cloud: LocalCloud) -> CdkCli:
        used = dict.fromkeys([self._config.network.region, *(placed.region for placed in self._config.stacks)])
        return CdkCli(self._project_root, cloud, tuple(used), self._assembly, self._audience)

    def _require(self, result: CdkResult, command: str) -> None:
        if result.returncode:
            log = deploy_log(self._state_directory)
            raise LocalCloudError(f"{command} ended with exit code {result.returncode}; its whole output is in {log}")

    def _existing(self, cloud: LocalCloud) -> Iterator[tuple[PlacedStack, _Description]]:
        """Those stacks of the environment that exist, in deployment order."""
        placed = self._config.stacks
        found = {(region, stack["StackName"]): stack for region in {one.region for one in placed} for stack in _stacks(cloud, region)}
        return ((one, found[one.region, one.name]) for one in placed if (one.region, one.name) in found)


def _await_first_checks(cloud: LocalCloud, region: str) -> None:
    """Waits until the first health checks of every target are over: the tasks that scaling adds start when the stacks are complete.

    On AWS the stacks that follow take longer than this.
    """
    elbv2 = client(cloud.endpoint, region, "elbv2")
    groups = [group["TargetGroupArn"] for group in elbv2.describe_target_groups()["TargetGroups"]]
    deadline = time.monotonic() + _FIRST_CHECKS_SECONDS
    while time.monotonic() < deadline and any(_is_new(target) for group in groups for target in _targets(elbv2, group)):
        time.sleep(_POLL_SECONDS)


def _targets(elbv2: Any, group: str) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    return found


def _is_new(target: Mapping[str, Any]) -> bool:
    return bool(target["TargetHealth"]["State"] == "initial")


def _stacks(cloud: LocalCloud, region: str) -> Iterator[_Description]:
    """Every stack of a region except the one that `cdk bootstrap` created."""
    pages = client(cloud.endpoint, region, "cloudformation").get_paginator("describe_stacks").paginate()
    return (stack for stack in pages.search("Stacks[]") if stack["StackName"] != BOOTSTRAP_STACK)


def _deployed(cloud: LocalCloud, placed: PlacedStack, found: _Description) -> DeployedStack:
    pages = client(cloud.endpoint, placed.region, "cloudformation").get_paginator("list_stack_resources").paginate(StackName=placed.name)
    # Outputs without a description are only for other stacks.
    outputs = {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", []) if output.get("Description")}
    return DeployedStack(placed.name, placed.region, found["StackStatus"], len(list(pages.search("StackResourceSummaries[]"))), outputs)


def _kept(cloud: LocalCloud, destroyed: Iterable[tuple[PlacedStack, _Description]]) -> dict[str, int]:
    kept: Counter[str] = Counter()
    for placed, found in destroyed:
        pages = client(cloud.endpoint, placed.region, "cloudformation").get_paginator("describe_stack_events")
        events = pages.paginate(StackName=found["StackId"]).search("StackEvents[?ResourceStatus=='DELETE_SKIPPED']")
        kept.update({event["LogicalResourceId"]: event["ResourceType"] for event in events}.values())
    return dict(sorted(kept.items()))
