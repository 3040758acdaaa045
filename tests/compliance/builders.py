"""Assemblies made by hand, for rules that are judged without the CDK."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tradingbot_infra.compliance.rule import Judgement, Rule
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.templates import Assembly, Stack

Body = Mapping[str, Any]

ACCOUNT = "111122223333"
"""The account of every assembly made by hand."""

SHOWN: dict[str, set[Status]] = {}
"""The statuses that `judge` has given in this process, by rule."""


def resource(resource_type: str, /, properties: Mapping[str, Any] | None = None, **attributes: object) -> dict[str, Any]:
    """A resource as it is in a template. `attributes` are its siblings of Properties, such as DeletionPolicy."""
    return {"Type": resource_type, "Properties": dict(properties or {}), **attributes}


def assembly_of(
    resources: Mapping[str, Body] | None = None,
    *,
    region: str = "ap-southeast-2",
    termination_protection: bool = True,
    tags: Mapping[str, str] | None = None,
    **stacks: Mapping[str, Body],
) -> Assembly:
    """An assembly with `resources` in a stack named Stack, or with several stacks by name."""
    contents = stacks or {"Stack": resources or {}}
    return Assembly(
        templates={name: {"Resources": dict(content)} for name, content in contents.items()},
        stacks={
            name: Stack(
                deployed_name=f"test-{name}",
                template_file=f"{name}.template.json",
                region=region,
                account=ACCOUNT,
                termination_protection=termination_protection,
                tags=tags or {},
                paths={logical_id: f"{name}/{logical_id}/Resource" for logical_id in content},
            )
            for name, content in contents.items()
        },
    )


Templates = dict[str, dict[str, Any]]


def changed(assembly: Assembly, change: Callable[[Templates], None]) -> Assembly:
    """An assembly whose templates somebody changed after their synthesis."""
    templates: Templates = {name: copy.deepcopy(dict(template)) for name, template in assembly.templates.items()}
    change(templates)
    return replace(assembly, templates=templates)


def judge(rule: Rule, assembly: Assembly) -> dict[str, Status]:
    """The rule's status for each resource that it examined, by logical id."""
    judgements = (Judgement(rule, each, rule.judge(each, assembly)) for each in assembly.of_type(*rule.types))
    found = {judgement.resource.logical_id: judgement.status for judgement in judgements if judgement.observations}
    SHOWN.setdefault(rule.id, set()).update(found.values())
    return found
