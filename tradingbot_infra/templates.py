"""Synthesized templates as plain data: what is in them, with references between resources and stacks resolved to names.

Nothing here needs the CDK: whoever judges templates (lock, lint, tests) reads them through this module.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

Template = Mapping[str, Any]


@dataclass(frozen=True)
class Resource:
    """One resource of one stack. `properties` has references resolved to names such as `${DataStack.Postgres.Endpoint.Address}`."""

    stack: str
    logical_id: str
    type: str
    properties: Mapping[str, Any]
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Assembly:
    """The templates of one environment, by stack id, and the names that the stacks are deployed under."""

    templates: Mapping[str, Template]
    deployed_names: Mapping[str, str]

    @classmethod
    def read(cls, directory: Path) -> Self:
        """What a cloud assembly directory such as cdk.out holds.

        Raises FileNotFoundError when there is no assembly.
        """
        artifacts = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))["artifacts"]
        stacks = {name: artifact["properties"] for name, artifact in artifacts.items() if artifact["type"] == "aws:cloudformation:stack"}
        return cls(
            templates={name: json.loads((directory / stack["templateFile"]).read_text(encoding="utf-8")) for name, stack in stacks.items()},
            deployed_names={name: stack["stackName"] for name, stack in stacks.items()},
        )

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """Every resource, in template order."""
        return tuple(self._resources())

    def of_type(self, *types: str) -> tuple[Resource, ...]:
        """Every resource of these types."""
        return tuple(resource for resource in self.resources if resource.type in types)

    def only(self, resource_type: str) -> Resource:
        """The one resource of a type.

        Raises LookupError when there is none, or more than one.
        """
        found = self.of_type(resource_type)
        if len(found) != 1:
            raise LookupError(f"expected one {resource_type}, found {[resource.logical_id for resource in found]}")
        return found[0]

    def resolve(self, stack: str, value: Any) -> Any:
        """The value with every reference followed to the resource that it names, across stacks."""
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
            for logical_id, body in template.get("Resources", {}).items():
                properties = self.resolve(stack, body.get("Properties", {}))
                yield Resource(stack, logical_id, body["Type"], properties, body)

    def _ref(self, stack: str, name: str) -> str:
        return f"${{{name}}}" if name.startswith("AWS::") else f"${{{stack}.{name}}}"

    def _get_att(self, stack: str, argument: list[str] | str) -> str:
        path = argument if isinstance(argument, str) else ".".join(argument)
        return f"${{{stack}.{path}}}"

    def _join(self, stack: str, argument: list[Any]) -> Any:
        separator, parts = argument
        resolved = self.resolve(stack, parts)
        return str(separator).join(str(part) for part in resolved)

    def _stack_output(self, stack: str, argument: Mapping[str, str]) -> Any:
        producer = self._stack_ids[argument["StackName"]]
        return self.resolve(producer, self.templates[producer]["Outputs"][argument["OutputName"]]["Value"])

    @cached_property
    def _stack_ids(self) -> Mapping[str, str]:
        return {name: stack for stack, name in self.deployed_names.items()}


_RESOLVERS = {"Ref": "_ref", "Fn::GetAtt": "_get_att", "Fn::Join": "_join", "Fn::GetStackOutput": "_stack_output"}
