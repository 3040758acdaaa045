"""The state of an account between the deployments of two stacks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tradingbot_infra.lifecycle.physical import Physical, Place
from tradingbot_infra.templates import Assembly, Template

Output = tuple[str, str]
"""The deployed name of a stack, and the name of an output."""


@dataclass(frozen=True)
class World:
    """What exists: resources of stacks by their place, resources `left` behind in no stack, and each stack's template and outputs.

    `reads` are the outputs of other stacks as each stack read them when it was last created or updated (CloudFormation Template
    Reference, "Fn::GetStackOutput": a weak reference).
    """

    live: Mapping[Place, Physical] = field(default_factory=dict)
    left: tuple[Physical, ...] = ()
    templates: Mapping[str, Template] = field(default_factory=dict)
    outputs: Mapping[Output, str] = field(default_factory=dict)
    reads: Mapping[str, Mapping[Output, str | None]] = field(default_factory=dict)

    def of_stack(self, stack: str) -> tuple[Physical, ...]:
        """The resources of one stack."""
        return tuple(physical for (owner, _), physical in self.live.items() if owner == stack)

    @property
    def existing(self) -> tuple[Physical, ...]:
        """Everything in the account."""
        return (*self.live.values(), *self.left)

    @cached_property
    def by_stack(self) -> Mapping[str, tuple[Physical, ...]]:
        """The resources of every stack."""
        return {stack: self.of_stack(stack) for stack in self.templates}

    def is_stale(self, stack: str) -> bool:
        """Whether an output has another value than when the stack read it."""
        return any(self.outputs.get(output) != value for output, value in self.reads.get(stack, {}).items())


def outputs_read(value: Any) -> Iterator[Output]:
    """The outputs of other stacks that a template reads."""
    if isinstance(value, Mapping):
        if "Fn::GetStackOutput" in value:
            yield _output(value["Fn::GetStackOutput"])
        for item in value.values():
            yield from outputs_read(item)
    elif isinstance(value, list):
        for item in value:
            yield from outputs_read(item)


def with_outputs(value: Any, outputs: Mapping[Output, str]) -> Any:
    """A template's value in which each output that it reads is replaced by the output's value."""
    if isinstance(value, Mapping):
        if "Fn::GetStackOutput" in value:
            output = _output(value["Fn::GetStackOutput"])
            return outputs.get(output, f"(no output {'.'.join(output)})")
        return {key: with_outputs(item, outputs) for key, item in value.items()}
    return [with_outputs(item, outputs) for item in value] if isinstance(value, list) else value


def only(assembly: Assembly, stack: str, outputs: Mapping[Output, str]) -> Assembly:
    """One stack of an assembly as CloudFormation sees it: alone, with what it reads of others."""
    return Assembly(templates={stack: with_outputs(assembly.templates[stack], outputs)}, stacks={stack: assembly.stacks[stack]})


def _output(argument: Mapping[str, str]) -> Output:
    return argument["StackName"], argument["OutputName"]
