"""What the local cloud only writes down: it stands in its stack, and nothing acts on it."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

RECORDED_ONLY: Mapping[str, str] = {
    "AWS::ApplicationAutoScaling::ScalableTarget.ScheduledActions": "kept and described, but no clock is watched; none ever acts",
    "AWS::ApplicationAutoScaling::ScalingPolicy": "kept and described, but no metric is watched; none ever acts",
    "AWS::Logs::QueryDefinition": "ministack's Logs has no saved queries; none is listed",
    "AWS::RDS::EventSubscription": "ministack's RDS has no event subscriptions; no event is sent",
    "AWS::WAFv2::LoggingConfiguration": "ministack's WAF logs no requests",
}
"""CloudFormation type, or one of its properties after a dot -> one line for people: what therefore does not happen."""


def recorded_types(assembly_directory: Path) -> dict[str, int]:
    """How many resources of each recorded kind the synthesized templates declare, in the order of RECORDED_ONLY.

    `assembly_directory` is what `cdk synth --output` wrote; nested assemblies count too.
    """
    found: Counter[str] = Counter()
    for template in sorted(assembly_directory.rglob("*.template.json")):
        resources = json.loads(template.read_text(encoding="utf-8")).get("Resources", {})
        for resource in resources.values():
            found.update(_kinds(resource))
    return {name: found[name] for name in RECORDED_ONLY if found[name]}


def _kinds(resource: Mapping[str, Any]) -> Iterator[str]:
    yield resource["Type"]
    yield from (f"{resource['Type']}.{name}" for name, value in resource.get("Properties", {}).items() if value)
