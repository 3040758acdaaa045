"""The image of a task: one that the settings name, or one that deployments choose."""

from dataclasses import dataclass

import aws_cdk as cdk
from constructs import Construct

from tradingbot_infra.design.image_choice import NO_IMAGE, PARAMETER, RUNS_PLACEHOLDER, TAG_PATTERN
from tradingbot_infra.design.placeholder import PLACEHOLDER_IMAGE


@dataclass(frozen=True, kw_only=True)
class ContainerImage:
    """An image, and the command that replaces its own; None where its own runs."""

    reference: str
    command: list[str] | None


def named_image(scope: Construct, repository_name: str, tag: str) -> ContainerImage:
    """The image that the settings name, with its own command."""
    return ContainerImage(reference=_reference(scope, repository_name, tag), command=None)


class ImageChoice(Construct):
    """The placeholder until the first image is deployed, then the image whose tag the stack's parameter holds."""

    def __init__(self, scope: Construct, construct_id: str, *, repository_name: str, placeholder_command: list[str]) -> None:
        super().__init__(scope, construct_id)
        tag = cdk.CfnParameter(
            self,
            "Tag",
            type="String",
            default=NO_IMAGE,
            allowed_pattern=TAG_PATTERN,
            constraint_description="a tag of the repository other than latest, or none",
            description="Tag of the image that runs. A deployment that does not give it keeps it",
        )
        tag.override_logical_id(PARAMETER)
        none = cdk.CfnCondition(self, "None", expression=cdk.Fn.condition_equals(tag.value_as_string, NO_IMAGE))
        none.override_logical_id(RUNS_PLACEHOLDER)
        reference = _reference(self, repository_name, tag.value_as_string)
        self.image = ContainerImage(
            reference=cdk.Fn.condition_if(RUNS_PLACEHOLDER, PLACEHOLDER_IMAGE, reference).to_string(),
            command=cdk.Token.as_list(cdk.Fn.condition_if(RUNS_PLACEHOLDER, placeholder_command, cdk.Aws.NO_VALUE)),
        )


def _reference(scope: Construct, repository_name: str, tag: str) -> str:
    # By its fixed name, not by reference: a new tag then changes ServiceStack only.
    stack = cdk.Stack.of(scope)
    return f"{stack.account}.dkr.ecr.{stack.region}.{stack.url_suffix}/{repository_name}:{tag}"
