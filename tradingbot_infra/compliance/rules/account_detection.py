"""Rules for what looks for threats and weak spots in the account: GuardDuty, Security Hub, Access Analyzer, Inspector, Macie."""

from collections.abc import Iterator, Mapping
from typing import Any

from tradingbot_infra.compliance.observe import at, is_true, listed, observe, seen
from tradingbot_infra.compliance.reading.account_stack import account_rule, in_stack
from tradingbot_infra.compliance.rule import Observation
from tradingbot_infra.templates import Assembly, Resource

DETECTOR = "AWS::GuardDuty::Detector"
HUB = "AWS::SecurityHub::Hub"
STANDARD = "AWS::SecurityHub::Standard"
ANALYZER = "AWS::AccessAnalyzer::Analyzer"
INSPECTOR = "Custom::InspectorEnable"
MACIE = "AWS::Macie::Session"

_FEATURES = ("S3_DATA_EVENTS", "RDS_LOGIN_EVENTS", "LAMBDA_NETWORK_LOGS")
_RUNTIME = "RUNTIME_MONITORING"
_AGENT = "ECS_FARGATE_AGENT_MANAGEMENT"

STANDARDS = (
    "aws-foundational-security-best-practices/v/1.0.0",
    "cis-aws-foundations-benchmark/v/5.0.0",
    "pci-dss/v/4.0.1",
)
"""Of the standards' ARNs, what follows `:standards/` (Security Hub User Guide, "Standards reference")."""

_EXTERNAL = ("ACCOUNT", "ORGANIZATION")
_UNUSED = ("ACCOUNT_UNUSED_ACCESS", "ORGANIZATION_UNUSED_ACCESS")


@account_rule(
    "acct.guardduty",
    DETECTOR,
    setting="guardduty",
    title="GuardDuty watches API calls, network, objects of S3, logins to RDS and the network of Lambda functions",
    fix="Set `guardduty=ours`, and enable these features of the detector.",
)
def guardduty(detector: Resource, _: Assembly) -> Iterator[Observation]:
    yield observe(detector, "Enable", is_true, "true")
    statuses = _features(detector)
    for name in _FEATURES:
        yield seen(f"Properties.Features[{name}]", statuses.get(name), statuses.get(name) == "ENABLED", "ENABLED")


@account_rule(
    "acct.guardduty_runtime",
    DETECTOR,
    setting="guardduty_runtime_monitoring",
    title="GuardDuty watches the processes of Fargate tasks",
    fix="Set `guardduty_runtime_monitoring`.",
)
def runtime(detector: Resource, _: Assembly) -> Iterator[Observation]:
    found: Mapping[str, Any] = next((each for each in listed(detector.properties.get("Features")) if at(each, "Name") == _RUNTIME), {})
    agents = {at(each, "Name"): at(each, "Status") for each in listed(at(found, "AdditionalConfiguration"))}
    yield seen(f"Properties.Features[{_RUNTIME}]", at(found, "Status"), at(found, "Status") == "ENABLED", "ENABLED")
    yield seen(f"Properties.Features[{_RUNTIME}].{_AGENT}", agents.get(_AGENT), agents.get(_AGENT) == "ENABLED", "ENABLED")


@account_rule(
    "acct.securityhub",
    HUB,
    setting="security_hub",
    title="Security Hub has the standards FSBP, CIS 5.0 and PCI DSS 4.0.1 enabled, each as a whole",
    fix="Set `security_hub=ours`, and all three in `security_hub_standards`.",
)
def securityhub(hub: Resource, assembly: Assembly) -> Iterator[Observation]:
    standards = {str(each.properties.get("StandardsArn")): each for each in in_stack(assembly, STANDARD)}
    region = assembly.stacks[hub.stack].region
    for name in STANDARDS:
        arns = [f"arn:{partition}:securityhub:{region}::standards/{name}" for partition in ("aws", "${AWS::Partition}")]
        found = next((standards[arn] for arn in arns if arn in standards), None)
        yield seen(f"{STANDARD} {name}", found and found.logical_id, found is not None, arns[0])
        off = found.properties.get("DisabledStandardsControls") if found else None
        yield seen(f"{STANDARD} {name}.DisabledStandardsControls", off, not off, "none: every control of the standard is judged")


@account_rule(
    "acct.access_analyzer",
    ANALYZER,
    setting="access_analyzer",
    together=True,
    title="IAM Access Analyzer looks for access from outside in the region of these stacks",
    fix="Set `access_analyzer=ours`: an analyzer of type ACCOUNT without rules that archive what it finds.",
)
def access_analyzer(_: Resource, assembly: Assembly) -> Iterator[Observation]:
    analyzers = in_stack(assembly, ANALYZER)
    kinds = [each.properties.get("Type") for each in analyzers]
    yield seen("Properties.Type", kinds, any(kind in _EXTERNAL for kind in kinds), "one of type ACCOUNT or ORGANIZATION")
    archived = [each.logical_id for each in analyzers if each.properties.get("ArchiveRules")]
    yield seen("Properties.ArchiveRules", archived, not archived, "none: no finding is archived before somebody has read it")


@account_rule(
    "acct.unused_access",
    ANALYZER,
    setting="unused_access_days",
    together=True,
    title="IAM Access Analyzer reports roles, users, keys and permissions that nobody uses",
    fix="Set `unused_access_days`.",
)
def unused_access(_: Resource, assembly: Assembly) -> Iterator[Observation]:
    kinds = [each.properties.get("Type") for each in in_stack(assembly, ANALYZER)]
    yield seen("Properties.Type", kinds, any(kind in _UNUSED for kind in kinds), f"one of type {_UNUSED[0]}")


@account_rule(
    "acct.inspector",
    INSPECTOR,
    setting="inspector_images",
    title="Inspector scans images when they are pushed, and again when a vulnerability becomes known",
    fix="Set `inspector_images`.",
)
def inspector(enabled: Resource, _: Assembly) -> Iterator[Observation]:
    types = listed(enabled.properties.get("ResourceTypes"))
    yield seen("Properties.ResourceTypes", types, "ECR" in types, "ECR among them")


@account_rule(
    "acct.macie",
    MACIE,
    title="Macie discovers and classifies data in buckets",
    fix="Nothing here enables it: the buckets of these stacks have logs only.",
)
def macie(session: Resource, _: Assembly) -> Iterator[Observation]:
    yield observe(session, "Status", lambda status: status == "ENABLED", "ENABLED", default="ENABLED")


def _features(detector: Resource) -> dict[str, object]:
    return {str(at(each, "Name")): at(each, "Status") for each in listed(detector.properties.get("Features"))}
