"""Synthesized templates as plain data, with references between resources and stacks resolved to names.

Needs no CDK. The lock, compliance, cost and tests read templates through this module.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from tradingbot_infra.config.model import EnvironmentConfig

Template = Mapping[str, Any]


STACK_TYPE = "AWS::CloudFormation::Stack"
"""Type of a stack listed as a resource; region, termination protection and tags are its properties."""

EVERY_TYPE = "*"
"""Stands for every type of the templates, those that nobody expects included, but not for STACK_TYPE."""


@dataclass(frozen=True)
class Resource:
    """One resource of one stack. `properties` has references resolved to names such as `${DataStack.Postgres.Endpoint.Address}`.

    `path` is the construct's path in the CDK application, such as `DataStack/Database/Resource`.
    """

    stack: str
    logical_id: str
    type: str
    path: str
    properties: Mapping[str, Any]
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Assembly:
    """The templates of one environment by stack id, with the cloud assembly's data on each stack.

    `config` are the settings that they should follow; None where only the templates matter.
    """

    templates: Mapping[str, Template]
    stacks: Mapping[str, "Stack"]
    config: EnvironmentConfig | None = field(default=None, kw_only=True)

    @classmethod
    def read(cls, directory: Path, config: EnvironmentConfig | None = None) -> Self:
        """Reads a cloud assembly directory such as cdk.out.

        Raises FileNotFoundError if there is no assembly.
        """
        artifacts = _read(directory / "manifest.json")["artifacts"]
        stacks = {name: artifact for name, artifact in artifacts.items() if artifact["type"] == "aws:cloudformation:stack"}
        return cls(
            templates={name: _read(directory / artifact["properties"]["templateFile"]) for name, artifact in stacks.items()},
            stacks={name: Stack.read(directory, artifact) for name, artifact in stacks.items()},
            config=config,
        )

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """Every resource, in template order."""
        return tuple(self._resources())

    def of_type(self, *types: str) -> tuple[Resource, ...]:
        """Every resource of these types, in template order; STACK_TYPE lists the stacks."""
        if EVERY_TYPE in types:
            return self.resources
        if STACK_TYPE in types:
            return tuple(stack.as_resource(name) for name, stack in self.stacks.items()) + self.of_type(*set(types) - {STACK_TYPE})
        if len(types) == 1:
            return self._by_type.get(types[0], ())
        return tuple(resource for resource in self.resources if resource.type in types)

    def referred(self, value: Any) -> Resource | None:
        """The resource that a resolved property such as `${DataStack.Key.Arn}` refers to; None for any other value."""
        match = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
        return self._by_id.get((match["stack"], match["id"])) if match else None

    def with_resource(self, stack: str, logical_id: str, body: Mapping[str, Any] | None) -> Self:
        """The assembly with another body of one resource, added if there was none; without the resource if `body` is None."""
        declared = {name: value for name, value in self.templates[stack]["Resources"].items() if name != logical_id or body is not None}
        if body is not None:
            declared[logical_id] = body
        template = {**self.templates[stack], "Resources": declared}
        changed = replace(self, templates={**self.templates, stack: template})
        # A reference is resolved to a name, so no other resource can look different now.
        kept = {(each.stack, each.logical_id): each for each in self.resources}
        if body is None:
            del kept[stack, logical_id]
        else:
            kept[stack, logical_id] = changed._resource(stack, logical_id)  # noqa: SLF001 - of this class
        vars(changed)["resources"] = tuple(kept.values())
        return changed

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
                return resolver(stack, argument)
        return {key: self.resolve(stack, item) for key, item in value.items()}

    def _resources(self) -> Iterator[Resource]:
        for stack, template in self.templates.items():
            yield from (self._resource(stack, logical_id) for logical_id in template.get("Resources", {}))

    def _resource(self, stack: str, logical_id: str) -> Resource:
        body = self.templates[stack]["Resources"][logical_id]
        properties = self.resolve(stack, body.get("Properties", {}))
        path = self.stacks[stack].paths.get(logical_id, f"{stack}/{logical_id}")
        return Resource(stack, logical_id, body["Type"], path, properties, body)

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
        return self.resolve(producer, self.templates[producer]["Outputs"][argument["OutputName"]]["Value"])

    @cached_property
    def _stack_ids(self) -> Mapping[str, str]:
        return {stack.deployed_name: name for name, stack in self.stacks.items()}


@dataclass(frozen=True)
class Bootstrap:
    """What a deployment finds in a region that `cdk bootstrap` prepared: at least this version, in this Systems Manager parameter."""

    version: int
    parameter: str

    @property
    def qualifier(self) -> str:
        """What is in the names of its resources: `hnb659fds`, unless the app chooses another."""
        return self.parameter.split("/")[2]


@dataclass(frozen=True)
class Stack:
    """The cloud assembly's data on one stack, without its template. `paths` maps logical ids to construct paths.

    `account` is the number of its account; None where the account is known only when it is deployed.
    """

    deployed_name: str
    template_file: str
    region: str
    termination_protection: bool
    tags: Mapping[str, str]
    paths: Mapping[str, str]
    bootstrap: Bootstrap | None = None
    account: str | None = None

    @classmethod
    def read(cls, directory: Path, artifact: Mapping[str, Any]) -> Self:
        """Reads a stack's artifact of the manifest and its metadata file."""
        properties = artifact["properties"]
        metadata = _read(directory / artifact["additionalMetadataFile"])
        account, _, region = artifact["environment"].removeprefix("aws://").partition("/")
        return cls(
            deployed_name=properties["stackName"],
            template_file=properties["templateFile"],
            region=region,
            account=account if account.isdecimal() else None,
            termination_protection=properties.get("terminationProtection", False),
            tags=properties.get("tags", {}),
            paths={
                entry["data"]: path.removeprefix("/")
                for path, entries in metadata.items()
                for entry in entries
                if entry["type"] == "aws:cdk:logicalId"
            },
            bootstrap=_bootstrap(properties),
        )

    def as_resource(self, name: str) -> Resource:
        """The stack as a resource, for rules that check stacks."""
        properties = {"Region": self.region, "EnableTerminationProtection": self.termination_protection, "Tags": self.tags}
        return Resource(name, name, STACK_TYPE, name, properties, {})


def _bootstrap(properties: Mapping[str, Any]) -> Bootstrap | None:
    parameter = properties.get("bootstrapStackVersionSsmParameter")
    return Bootstrap(properties["requiresBootstrapStackVersion"], parameter) if parameter else None


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


_REFERENCE = re.compile(r"\$\{(?P<stack>\w+)\.(?P<id>\w+)(\.[\w.]+)?\}")

_RESOLVERS = {
    "Ref": "_ref",
    "Fn::GetAtt": "_get_att",
    "Fn::Join": "_join",
    "Fn::Sub": "_sub",
    "Fn::GetStackOutput": "_stack_output",
}
_PLACEHOLDER = re.compile(r"\$\{(?P<name>[\w:.]+)\}")
