"""The templates of one environment, and how a reference is followed to its resource."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.templates import manifest
from tradingbot_infra.templates.stack import STACK_TYPE, Resource, Stack

Template = Mapping[str, Any]


EVERY_TYPE = "*"
"""Stands for every type of the templates, those that nobody expects included, but not for STACK_TYPE."""


@dataclass(frozen=True)
class Assembly:
    """The templates of one environment by stack id, with the cloud assembly's data on each stack.

    `config` are the settings that they should follow; None where only the templates matter. `classes` are the CDK classes of
    constructs by path; None where they are not known. `unread` names what of the cloud assembly nobody reads.
    """

    templates: Mapping[str, Template]
    stacks: Mapping[str, Stack]
    config: EnvironmentConfig | None = field(default=None, kw_only=True)
    classes: Mapping[str, str] | None = field(default=None, kw_only=True)
    unread: tuple[str, ...] = field(default=(), kw_only=True)

    @classmethod
    def read(cls, directory: Path, config: EnvironmentConfig | None = None) -> Self:
        """Reads a cloud assembly directory such as cdk.out.

        Raises FileNotFoundError if there is no assembly.
        """
        found = manifest.read(directory)
        return cls(found.templates, found.stacks, config=config, classes=found.classes, unread=tuple(found.unread))

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """Every resource, in template order."""
        return tuple(self._resources())

    def of_type(self, *types: str) -> tuple[Resource, ...]:
        """Every resource of these types, in template order; STACK_TYPE lists the stacks."""
        if EVERY_TYPE in types and STACK_TYPE not in types:
            return self.resources
        if STACK_TYPE in types:
            return tuple(stack.as_resource(name) for name, stack in self.stacks.items()) + self.of_type(*set(types) - {STACK_TYPE})
        if len(types) == 1:
            return self._by_type.get(types[0], ())
        return tuple(resource for resource in self.resources if resource.type in types)

    def at(self, path: str) -> Resource | None:
        """The resource of the construct at a path; None where there is none."""
        return next((resource for resource in self.resources if resource.path == path), None)

    def referred(self, value: Any) -> Resource | None:
        """The resource that a resolved property such as `${DataStack.Key.Arn}` refers to; None for any other value."""
        match = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
        return self._by_id.get((match["stack"], match["id"])) if match else None

    def reference_to(self, path: str, attribute: str = "") -> str | None:
        """What a resolved reference to the resource at a path reads, or one to an attribute of it; None where there is none."""
        target = self.at(path)
        return "${" + ".".join(part for part in (target.stack, target.logical_id, attribute) if part) + "}" if target else None

    def with_templates(self, templates: Mapping[str, Template]) -> Self:
        """The same stacks with other templates. Of these only resources that differ are resolved anew, which saves most of the time."""
        changed = replace(self, templates=templates)
        # Outputs are resolved where they are used, so that a change there may show in any resource.
        if all(_without_resources(templates[name]) == _without_resources(template) for name, template in self.templates.items()):
            known = {(each.stack, each.logical_id): each for each in self.resources}
            vars(changed)["resources"] = tuple(
                changed._unless_known(known.get((name, each)), name, each)  # noqa: SLF001 - of this class
                for name, template in templates.items()
                for each in _as_object(template.get("Resources"))
            )
        return changed

    @cached_property
    def outputs_read(self) -> frozenset[tuple[str, str]]:
        """Every output that a stack of these reads: the name of the stack that gives it out, and its own."""
        return frozenset(found for template in self.templates.values() for found in _outputs_read(template))

    def only(self, resource_type: str) -> Resource:
        """The only resource of a type.

        Raises LookupError if there is none, or more than one.
        """
        found = self.of_type(resource_type)
        if len(found) != 1:
            raise LookupError(f"expected one {resource_type}, found {[resource.logical_id for resource in found]}")
        return found[0]

    def resolve(self, stack: str, value: Any) -> Any:
        """The value with every reference replaced by the name of its resource, across stacks."""
        if isinstance(value, list):
            return [self.resolve(stack, item) for item in value]
        if not isinstance(value, Mapping):
            return value
        if len(value) == 1:
            function, argument = next(iter(value.items()))
            resolver = getattr(self, _RESOLVERS.get(function, ""), None)
            if resolver:
                # What is no proper use of a function stays as it is: only CloudFormation would know what it means.
                with suppress(TypeError, ValueError, AttributeError, LookupError):
                    return resolver(stack, argument)
                return value
        return {key: self.resolve(stack, item) for key, item in value.items()}

    def _resources(self) -> Iterator[Resource]:
        for stack, template in self.templates.items():
            yield from (self._resource(stack, logical_id) for logical_id in _as_object(template.get("Resources")))

    def _resource(self, stack: str, logical_id: str) -> Resource:
        body = _as_object(self.templates[stack]["Resources"][logical_id])
        properties = _as_object(self.resolve(stack, body.get("Properties")))
        path = self.stacks[stack].paths.get(logical_id, f"{stack}/{logical_id}")
        cdk_class = None if self.classes is None else self.classes.get(path, "")
        return Resource(stack, logical_id, str(body.get("Type", "")), path, properties, body, cdk_class)

    def _unless_known(self, known: Resource | None, stack: str, logical_id: str) -> Resource:
        body = self.templates[stack]["Resources"][logical_id]
        if known is None:
            # No construct declares it, so that nobody can say of what class it is.
            return replace(self._resource(stack, logical_id), cdk_class=None)
        return known if known.body is body or known.body == body else self._resource(stack, logical_id)

    @cached_property
    def _by_type(self) -> Mapping[str, tuple[Resource, ...]]:
        found: dict[str, tuple[Resource, ...]] = {}
        for resource in self.resources:
            found[resource.type] = (*found.get(resource.type, ()), resource)
        return found

    @cached_property
    def _by_id(self) -> Mapping[tuple[str, str], Resource]:
        return {(resource.stack, resource.logical_id): resource for resource in self.resources}

    def _ref(self, stack: str, name: str) -> str:
        return f"${{{name}}}" if name.startswith("AWS::") else f"${{{stack}.{name}}}"

    def _get_att(self, stack: str, argument: list[str] | str) -> str:
        path = argument if isinstance(argument, str) else ".".join(argument)
        return f"${{{stack}.{path}}}"

    def _join(self, stack: str, argument: list[Any]) -> Any:
        separator, parts = argument
        resolved = self.resolve(stack, parts)
        if not isinstance(resolved, list) or any(isinstance(part, Mapping) for part in resolved):
            # Only CloudFormation can resolve a function among the parts, so the join stays a function.
            return {"Fn::Join": [separator, resolved]}
        return str(separator).join(str(part) for part in resolved)

    def _sub(self, stack: str, argument: Any) -> Any:
        if not isinstance(argument, str):
            return {"Fn::Sub": argument}
        literals = _PLACEHOLDER.sub(lambda match: self._ref(stack, match["name"]), argument)
        return literals.replace("${!", "${")

    def _stack_output(self, stack: str, argument: Mapping[str, str]) -> Any:
        producer = self._stack_ids[argument["StackName"]]
        output = self.templates[producer]["Outputs"][argument["OutputName"]]["Value"]
        # An output that passes on another stack's is not followed: a circle of them would never end.
        return {_STACK_OUTPUT: argument} if _STACK_OUTPUT in str(output) else self.resolve(producer, output)

    @cached_property
    def _stack_ids(self) -> Mapping[str, str]:
        return {stack.deployed_name: name for name, stack in self.stacks.items()}


def _as_object(value: Any) -> Mapping[str, Any]:
    """An object of a template; empty where something else stands, which rule `cfn.template` reports."""
    return value if isinstance(value, Mapping) else {}


def _without_resources(template: Template) -> Template:
    return {name: section for name, section in template.items() if name != "Resources"}


def _outputs_read(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        output = value.get(_STACK_OUTPUT)
        if isinstance(output, Mapping):
            yield str(output.get("StackName")), str(output.get("OutputName"))
        for item in value.values():
            yield from _outputs_read(item)
    elif isinstance(value, list):
        for item in value:
            yield from _outputs_read(item)


_STACK_OUTPUT = "Fn::GetStackOutput"
_REFERENCE = re.compile(r"\$\{(?P<stack>\w+)\.(?P<id>\w+)(\.[\w.]+)?\}")

_RESOLVERS = {
    "Ref": "_ref",
    "Fn::GetAtt": "_get_att",
    "Fn::Join": "_join",
    "Fn::Sub": "_sub",
    _STACK_OUTPUT: "_stack_output",
}
_PLACEHOLDER = re.compile(r"\$\{(?P<name>[\w:.]+)\}")
