"""Rules for what holds the resources: stacks, templates, and whatever could hide a value from the other rules."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tradingbot_infra.compliance.allowed.outputs import not_allowed as output_not_allowed
from tradingbot_infra.compliance.observe import not_assessed, seen
from tradingbot_infra.compliance.public_packs import class_of
from tradingbot_infra.compliance.reading.functions import not_readable
from tradingbot_infra.compliance.rule import Observation, rule
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.image_choice import NO_IMAGE, PARAMETER, RUNS_PLACEHOLDER, TAG_PATTERN
from tradingbot_infra.templates import EVERY_TYPE, STACK_TYPE, Assembly, Resource

_SECTIONS = ("AWSTemplateFormatVersion", "Conditions", "Description", "Resources", "Outputs", "Parameters", "Rules")
_RUNS_PLACEHOLDER = {"Fn::Equals": [{"Ref": PARAMETER}, NO_IMAGE]}
_IMAGES = "/aws/service/ami-amazon-linux-latest/"
"""Where AWS publishes the images of Amazon Linux (Reference the latest AMIs using Systems Manager public parameters)."""

_BARE = {
    ("AWS::IAM::Role", "NetworkStack/Custom::VpcRestrictDefaultSGCustomResourceProvider/Role"),
    ("AWS::Lambda::Function", "NetworkStack/Custom::VpcRestrictDefaultSGCustomResourceProvider/Handler"),
}
"""What the CDK itself declares without a class of its own: its function that empties the default security group, and the role of it."""


@rule(
    "cfn.stack",
    STACK_TYPE,
    title="Stacks are those of the design, each with its name, in its region, in the account that deploys it",
    fix="Give the stack a row in design/stacks.py, and let application.py build it.",
)
def stack(found: Resource, assembly: Assembly) -> Iterator[Observation]:
    if assembly.config is None:
        return
    places = {place.id: place for place in assembly.config.stacks}
    place = places.get(found.stack)
    if place is None:
        yield seen("StackId", found.stack, False, f"a stack of design/stacks.py: {', '.join(places)}")
    else:
        yield seen("StackName", found.properties["StackName"], found.properties["StackName"] == place.name, place.name)
        yield seen("Region", found.properties["Region"], found.properties["Region"] == place.region, place.region)
    account = found.properties["Account"]
    yield seen("Account", account, account is None, "the account whose credentials deploy it")
    if found.stack == next(iter(assembly.stacks)):
        yield from _whole(assembly, assembly.config)


def _whole(assembly: Assembly, config: EnvironmentConfig) -> Iterator[Observation]:
    """What no single stack shows; reported at the first."""
    missing = [place.id for place in config.stacks if place.id not in assembly.stacks]
    yield seen("Missing stacks", missing or "none", not missing, "none")
    for artifact in assembly.unread:
        yield not_assessed("Cloud assembly", artifact, "stacks, and the files of their templates")


@rule(
    "cfn.publication",
    STACK_TYPE,
    title="Stacks are deployed by the roles, and through the bucket, that `cdk bootstrap` made in the same account",
    fix="Use the default synthesizer of the CDK, and no Docker assets.",
)
def publication(found: Resource, assembly: Assembly) -> Iterator[Observation]:
    place = assembly.stacks[found.stack]
    if place.publication is None:
        return
    qualifier = place.bootstrap.qualifier if place.bootstrap else "none"
    ending = rf"\$\{{AWS::AccountId\}}-{place.region}"
    role = re.compile(rf"arn:\$\{{AWS::Partition\}}:iam::\$\{{AWS::AccountId\}}:role/cdk-{qualifier}-[a-z-]+-role-{ending}")
    bucket = re.compile(rf"cdk-{qualifier}-assets-{ending}")
    for each in place.publication.roles:
        yield seen("Role", each, bool(role.fullmatch(each)), "a role of cdk bootstrap in the same account and region")
    for each in place.publication.buckets:
        yield seen("Bucket", each, bool(bucket.fullmatch(each)), "the bucket of cdk bootstrap in the same account and region")
    for each in place.publication.images:
        yield seen("Docker image", each, False, "no image that a deployment builds")


@rule(
    "cfn.template",
    STACK_TYPE,
    title="Templates hold resources and outputs, and nothing that CloudFormation changes later but the image",
    fix="Decide in Python, from a setting, what the template should hold.",
)
def template(found: Resource, assembly: Assembly) -> Iterator[Observation]:
    content = assembly.templates[found.stack]
    strange = [name for name in content if name not in _SECTIONS]
    yield seen("Sections", strange or "none strange", not strange, f"only {', '.join(_SECTIONS)}")
    for name, value in _objects(content.get("Parameters")):
        yield seen(f"Parameters.{name}", value, _is_known_parameter(name, value, assembly), "none but the versions of bootstrap and image")
    for name, value in _objects(content.get("Conditions")):
        known = name == RUNS_PLACEHOLDER and value == _RUNS_PLACEHOLDER and PARAMETER in content.get("Parameters", {})
        yield seen(f"Conditions.{name}", value, known, "none but that of the placeholder")
    for name, value in _objects(content.get("Rules")):
        yield seen(f"Rules.{name}", value, name == "CheckBootstrapVersion", "CheckBootstrapVersion")
    for name, body in _objects(content.get("Resources")):
        if not _is_resource(body):
            yield seen(f"Resources.{name}", body, False, "an object with the text Type and the object Properties")


@rule(
    "cfn.outputs",
    STACK_TYPE,
    title="Stacks give out what the design lets them give out",
    fix="Remove the output. If the design needs it, add it to compliance/allowed/outputs.py.",
)
def outputs(found: Resource, assembly: Assembly) -> Iterator[Observation]:
    if assembly.config is None:
        return
    unknown = [
        each
        for name, body in _objects(assembly.templates[found.stack].get("Outputs"))
        for each in output_not_allowed(found, name, body, assembly)
    ]
    yield from unknown
    if not unknown:
        yield seen("Outputs", "those of the design", True, "outputs that compliance/allowed names")


@rule(
    "cfn.functions",
    EVERY_TYPE,
    title="Templates show every value: no function, parameter or dynamic reference hides one",
    fix="Put the value, or a reference to a resource, into the template.",
)
def functions(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    hidden = tuple(not_readable(resource, assembly))
    yield from hidden
    if not hidden:
        yield seen("Functions", "references", True, "references to resources of these stacks")


@rule(
    "cfn.typed",
    EVERY_TYPE,
    title="Resources are declared by the CDK's class for their type, because the public packs look at no other",
    fix="Declare it by the class of its type instead of CfnResource, and override no Type.",
)
def typed(resource: Resource, _: Assembly) -> Iterator[Observation]:
    if resource.cdk_class is None or not resource.type.startswith("AWS::"):
        return
    expected = class_of(resource.type)
    is_known = resource.cdk_class == "" and (resource.type, resource.path) in _BARE
    yield seen("Class", resource.cdk_class or "CfnResource", is_known or resource.cdk_class == expected, expected)


def _objects(section: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(section, Mapping):
        yield from section.items()
    elif section is not None:
        yield "all", section


def _is_known_parameter(name: str, value: Any, assembly: Assembly) -> bool:
    if name == PARAMETER:
        return _chooses_image(value) and bool(assembly.config and assembly.config.task.image_tag is None)
    if not isinstance(value, Mapping) or not set(value) <= {"Type", "Default", "Description"}:
        return False
    default = str(value.get("Default"))
    if name == "BootstrapVersion":
        return value.get("Type") == "AWS::SSM::Parameter::Value<String>" and default.startswith("/cdk-bootstrap/")
    is_image = value.get("Type") == "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>" and default.startswith(_IMAGES)
    return is_image and bool(assembly.of_type("AWS::EC2::Instance"))


def _chooses_image(value: Any) -> bool:
    """Whether a parameter is the tag of the image: without one the placeholder runs, and no value is `latest`."""
    if not isinstance(value, Mapping) or not set(value) <= {"Type", "Default", "AllowedPattern", "ConstraintDescription", "Description"}:
        return False
    return (value.get("Type"), value.get("Default"), value.get("AllowedPattern")) == ("String", NO_IMAGE, TAG_PATTERN)


def _is_resource(body: Any) -> bool:
    return isinstance(body, Mapping) and isinstance(body.get("Type"), str) and isinstance(body.get("Properties", {}), Mapping)
