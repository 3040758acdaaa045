"""Small templates, written by hand."""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.lifecycle.finding import Finding
from tradingbot_infra.lifecycle.order import plan
from tradingbot_infra.lifecycle.replay import world_of
from tradingbot_infra.templates import Assembly, Stack, Template

Resources = Mapping[str, Mapping[str, Any]]


def resource(kind: str, /, *, after: tuple[str, ...] = (), keep: str = "Delete", **properties: Any) -> dict[str, Any]:
    """One resource that waits for others, and that its deletion and replacement keep or not."""
    policies = {"DeletionPolicy": keep, "UpdateReplacePolicy": keep}
    return {"Type": f"AWS::{kind}", "Properties": properties, "DependsOn": list(after), **policies}


def stack(resources: Resources, outputs: Mapping[str, Any] | None = None) -> Template:
    """A template whose outputs other stacks read by `of`."""
    return {"Resources": resources, "Outputs": {name: {"Value": value} for name, value in (outputs or {}).items()}}


def of(stack_id: str, output: str) -> dict[str, Any]:
    """An output of another stack."""
    return {"Fn::GetStackOutput": {"StackName": stack_id, "OutputName": output}}


def att(logical_id: str, attribute: str) -> dict[str, Any]:
    """An attribute of a resource of the same template."""
    return {"Fn::GetAtt": [logical_id, attribute]}


def assembly(**templates: Template) -> Assembly:
    """Stacks in their order."""
    return Assembly(templates=templates, stacks={name: Stack(name, "", "ap-southeast-2", False, {}, {}) for name in templates})


def update(before: Resources, after: Resources, *further: Resources) -> tuple[Finding, ...]:
    """What the last of several updates of one stack does."""
    world = world_of(assembly(Only=stack(before)))
    *middle, last = (after, *further)
    for resources in middle:
        world = plan(world, assembly(Only=stack(resources))).world
    return plan(world, assembly(Only=stack(last))).findings


def shown(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    """Kind and place of each finding."""
    return [(str(finding.kind), f"{finding.stack}.{finding.logical_id}") for finding in findings]
