"""Functions and dynamic references in a template, as it is written: those that show their value, and all others."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tradingbot_infra.compliance.observe import seen
from tradingbot_infra.compliance.rule import Observation
from tradingbot_infra.design.image_choice import RUNS_PLACEHOLDER
from tradingbot_infra.templates import Assembly, Resource

_PSEUDO_PARAMETERS = frozenset({"AWS::AccountId", "AWS::Partition", "AWS::Region", "AWS::URLSuffix"})
_REFERENCES = re.compile(r"\$\{(?P<name>[\w:]+)[\w.]*\}")
_FORGED = re.compile(r"\$\{(?P<stack>\w+)\.")
_PARTS = ("Fn::Join", "Fn::Select", "Fn::Split", "Fn::Base64")
"""Functions of what they hold, which is looked at by itself."""

_DYNAMIC = {
    ("AWS::RDS::DBInstance", "Properties.MasterUserPassword"),
    ("AWS::ElastiCache::ReplicationGroup", "Properties.AuthToken"),
}
"""Where a dynamic reference stands: passwords that CloudFormation fetches, so that no template holds them."""

_SECRET = re.compile(r"\{\{resolve:secretsmanager:[^{}]*(\$\{[\w.]+\})?[^{}]*:SecretString:[^{}]*\}\}")
_EXPECTED = "a value, or a reference to a resource of these stacks"
_NO_DYNAMIC = "no dynamic reference; those of Secrets Manager are for passwords of data stores"
_CHOOSING = ("AWS::ECS::TaskDefinition", "Properties.ContainerDefinitions")
_SHOWN = frozenset({"Type", "Properties", "DependsOn"})


def not_readable(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    """An observation of each property and attribute of a resource that the template does not show."""
    for where, value in _parts(resource):
        for found in hidden(_without_choice(value) if (resource.type, where) == _CHOOSING else value, resource.stack, assembly):
            yield seen(where, found, False, _EXPECTED)
    # Seldom is there any, and looking for it in all of a resource at once takes no time.
    if "{{" in str(resource.properties):
        yield from (seen(where, text, False, _NO_DYNAMIC) for where, text in _dynamic(resource))


def hidden(value: Any, stack: str, assembly: Assembly) -> Iterator[Any]:
    """Each function that is no reference to a resource, an output or the deployment's own account and region.

    A text that reads like a resolved reference is one of them: rules would take it for a reference.
    """
    if isinstance(value, Mapping):
        for name, item in value.items():
            if name in _PARTS or not (name == "Ref" or name.startswith("Fn::")):
                yield from hidden(item, stack, assembly)
            elif len(value) != 1 or not _is_reference(name, item, stack, assembly):
                yield value
    elif isinstance(value, list):
        for item in value:
            yield from hidden(item, stack, assembly)
    elif isinstance(value, str) and "${" in value and any(match["stack"] in assembly.stacks for match in _FORGED.finditer(value)):
        yield value


def _without_choice(containers: Any) -> Any:
    """The containers without image and command where the condition of the design chooses them: `cfn.allowed` compares both as a whole."""
    if not isinstance(containers, list):
        return containers
    return [
        {name: value for name, value in container.items() if not (name in ("Image", "Command") and _is_choice(value))}
        if isinstance(container, Mapping)
        else container
        for container in containers
    ]


def _is_choice(value: Any) -> bool:
    argument = value.get("Fn::If") if isinstance(value, Mapping) and len(value) == 1 else None
    return isinstance(argument, list) and len(argument) == 3 and argument[0] == RUNS_PLACEHOLDER


def _parts(resource: Resource) -> Iterator[tuple[str, Any]]:
    properties = resource.body.get("Properties", {})
    if isinstance(properties, Mapping) and not any(name.startswith("Fn::") for name in properties):
        yield from ((f"Properties.{name}", value) for name, value in properties.items())
    else:
        yield "Properties", properties
    yield from ((name, value) for name, value in resource.body.items() if name not in _SHOWN)


def _dynamic(resource: Resource) -> Iterator[tuple[str, str]]:
    for name, value in resource.properties.items():
        where = f"Properties.{name}"
        for text in _texts(value):
            if "{{" in text and not ((resource.type, where) in _DYNAMIC and _SECRET.fullmatch(text)):
                yield where, text


def _is_reference(function: str, argument: Any, stack: str, assembly: Assembly) -> bool:
    if function == "Ref":
        return str(argument) in _PSEUDO_PARAMETERS or _is_declared(argument, stack, assembly, "Resources", "Parameters")
    if function == "Fn::GetAtt":
        name = argument.partition(".")[0] if isinstance(argument, str) else argument[0] if isinstance(argument, list) and argument else None
        return _is_declared(name, stack, assembly, "Resources")
    if function == "Fn::Sub":
        names = [match["name"] for match in _REFERENCES.finditer(argument)] if isinstance(argument, str) else [None]
        return all(name in _PSEUDO_PARAMETERS or _is_declared(name, stack, assembly, "Resources") for name in names)
    return function == "Fn::GetStackOutput" and _is_output(argument, assembly)


def _is_declared(name: Any, stack: str, assembly: Assembly, *sections: str) -> bool:
    template = assembly.templates[stack]
    return isinstance(name, str) and any(name in template.get(section, {}) for section in sections)


def _is_output(argument: Any, assembly: Assembly) -> bool:
    if not isinstance(argument, Mapping) or not set(argument) <= {"StackName", "OutputName", "Region"}:
        return False
    return any(
        stack.deployed_name == argument.get("StackName")
        and argument.get("Region", stack.region) == stack.region
        and argument.get("OutputName") in assembly.templates[name].get("Outputs", {})
        for name, stack in assembly.stacks.items()
    )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value
