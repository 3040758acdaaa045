"""What the local cloud only writes down: resources of these types stand in their stack, and nothing acts on them."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

RECORDED_ONLY: Mapping[str, str] = {
    "AWS::ApplicationAutoScaling::ScalableTarget": "ministack has no Application Auto Scaling; tasks are never added",
    "AWS::ApplicationAutoScaling::ScalingPolicy": "ministack has no Application Auto Scaling; no policy ever acts",
    "AWS::Logs::QueryDefinition": "ministack's Logs has no saved queries; none is listed",
    "AWS::RDS::EventSubscription": "ministack's RDS has no event subscriptions; no event is sent",
    "AWS::WAFv2::LoggingConfiguration": "ministack's WAF logs no requests",
}
"""CloudFormation type -> one line for people: why it is only recorded, and what therefore does not happen."""


def recorded_types(assembly_directory: Path) -> dict[str, int]:
    """How many resources of each recorded type the synthesized templates declare, in the order of RECORDED_ONLY.

    `assembly_directory` is what `cdk synth --output` wrote; nested assemblies count too.
    """
    found: Counter[str] = Counter()
    for template in sorted(assembly_directory.rglob("*.template.json")):
        resources = json.loads(template.read_text(encoding="utf-8")).get("Resources", {})
        found.update(resource["Type"] for resource in resources.values())
    return {name: found[name] for name in RECORDED_ONLY if found[name]}
