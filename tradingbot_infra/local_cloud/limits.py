"""Resources that the local cloud stores in their stack but does not act on."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

RECORDED_ONLY: Mapping[str, str] = {
    "AWS::AccessAnalyzer::Analyzer": "kept and described, but no policy is analyzed, so none finds anything",
    "AWS::ApplicationAutoScaling::ScalableTarget.ScheduledActions": "stored and described, but no clock is watched, so none runs",
    "AWS::ApplicationAutoScaling::ScalingPolicy": "stored and described, but no metric is watched, so none scales",
    "AWS::Budgets::Budget": "kept and described, but the local cloud has no bill, so no budget is watched and no e-mail is sent",
    "AWS::Chatbot::SlackChannelConfiguration": "the local cloud has no Slack, so no message reaches a channel",
    "AWS::Config::ConfigRule": "kept and described, but never evaluated, so each has insufficient data",
    "AWS::Config::ConfigurationRecorder": "runs, but records nothing, so the bucket gets no history",
    "AWS::EC2::SnapshotBlockPublicAccess": "kept and described, but no snapshot is refused for its sake",
    "AWS::Grafana::Workspace": "no Grafana runs, so its address leads nowhere",
    "AWS::GuardDuty::Detector": "kept and described, but watches nothing, so only samples are found",
    "AWS::Logs::QueryDefinition": "the local cloud has no saved queries, so none is listed",
    "AWS::RDS::EventSubscription": "the local cloud has no event subscriptions, so no event is sent",
    "AWS::SecurityHub::Standard": "kept and described, but no control is checked",
    "AWS::StepFunctions::StateMachine.LoggingConfiguration": "stored, but nothing is logged; what fails is in the log of the server",
    "AWS::WAFv2::LoggingConfiguration": "the local cloud logs no requests to the web ACL",
}
"""CloudFormation type, or one of its properties after a dot -> what does not happen, one line for people."""


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
