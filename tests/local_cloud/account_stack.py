"""AccountSecurityStack of production on a local cloud, without the CDK CLI."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tradingbot_infra.local_cloud.server import LocalCloud, client

REGION = "ap-southeast-2"
STACK = "AccountSecurityStack"

_BUCKET = "templates"
_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class AccountStack:
    """The stack of a template on a local cloud."""

    cloud: LocalCloud
    template: Mapping[str, Any]

    def aws(self, service: str, region: str = REGION) -> Any:
        return client(self.cloud.endpoint, region, service)

    def upload(self) -> None:
        """Puts the template where CloudFormation reads it, without what the CDK CLI looks for in an account that is bootstrapped."""
        self.aws("s3").create_bucket(Bucket=_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        self.aws("s3").put_object(Bucket=_BUCKET, Key="stack.json", Body=json.dumps({**self.template, "Parameters": {}, "Rules": {}}))

    def deploy(self, *, import_existing: bool = False) -> str:
        """Creates the stack by a change set, as the CDK CLI does, and returns the status that it ends with."""
        cloudformation = self.aws("cloudformation")
        made = cloudformation.create_change_set(
            StackName=STACK,
            ChangeSetName="all",
            ChangeSetType="CREATE",
            TemplateURL=f"https://s3.{REGION}.amazonaws.com/{_BUCKET}/stack.json",
            Capabilities=["CAPABILITY_NAMED_IAM"],
            ImportExistingResources=import_existing,
        )
        until(lambda: not cloudformation.describe_change_set(ChangeSetName=made["Id"])["Status"].endswith("PROGRESS"))
        cloudformation.execute_change_set(ChangeSetName=made["Id"])
        return self._ended(made["StackId"])

    def delete(self) -> str:
        """Deletes the stack, and returns the status that it ends with."""
        stack: str = self._described(STACK)["StackId"]
        self.aws("cloudformation").delete_stack(StackName=STACK)
        return self._ended(stack)

    @property
    def outputs(self) -> dict[str, str]:
        return {one["OutputKey"]: one["OutputValue"] for one in self._described(STACK)["Outputs"]}

    def failures(self) -> list[tuple[str, str]]:
        """Each resource that failed, and why."""
        events = self.aws("cloudformation").describe_stack_events(StackName=STACK)["StackEvents"]
        return [
            (one["LogicalResourceId"], one.get("ResourceStatusReason", "")) for one in events if one["ResourceStatus"].endswith("FAILED")
        ]

    def _ended(self, stack: str) -> str:
        until(lambda: not self._described(stack)["StackStatus"].endswith("PROGRESS"))
        return str(self._described(stack)["StackStatus"])

    def _described(self, stack: str) -> dict[str, Any]:
        (found,) = self.aws("cloudformation").describe_stacks(StackName=stack)["Stacks"]
        return dict(found)


def until(holds: Callable[[], object]) -> None:
    """Waits until something holds."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "never"
        time.sleep(0.1)
