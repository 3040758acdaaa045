"""GuardDuty and Security Hub: what looks for threats in the account, and what judges it by standards."""

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_guardduty as guardduty
from aws_cdk import aws_securityhub as securityhub
from constructs import Construct

from tradingbot_infra.design.threat_detection import FINDING_FREQUENCY, GUARDDUTY_FEATURES, RUNTIME_AGENTS, RUNTIME_MONITORING, STANDARDS

_Feature = guardduty.CfnDetector.CFNFeatureConfigurationProperty
_Agent = guardduty.CfnDetector.CFNFeatureAdditionalConfigurationProperty


class ThreatDetector(guardduty.CfnDetector):
    """The region's one detector of GuardDuty. Each feature is named, because AWS switches on what a template leaves out.

    With `runtime_monitoring` AWS makes an endpoint and a security group in the VPC that belong to no stack: `destroy` removes them.
    """

    def __init__(self, scope: Construct, construct_id: str, *, runtime_monitoring: bool) -> None:
        agents = [_Agent(name=name, status=_status(on)) for name, on in RUNTIME_AGENTS.items()] if runtime_monitoring else None
        runtime = _Feature(name=RUNTIME_MONITORING, status=_status(runtime_monitoring), additional_configuration=agents)
        super().__init__(
            scope,
            construct_id,
            enable=True,
            finding_publishing_frequency=FINDING_FREQUENCY,
            features=[*(_Feature(name=name, status=_status(on)) for name, on in GUARDDUTY_FEATURES.items()), runtime],
        )


class SecurityHub(Construct):
    """Security Hub CSPM, and the standards by which it judges; each check counts once, whatever the number of standards that ask for it.

    AWS's own choice of standards is off, because it would add others than these. Checks read what AWS Config records, so the hub waits
    for `recorder`; None where the account has its own.
    """

    def __init__(self, scope: Construct, construct_id: str, *, standards: Sequence[str], recorder: cdk.CfnResource | None) -> None:
        super().__init__(scope, construct_id)
        hub = securityhub.CfnHub(
            self, "Hub", enable_default_standards=False, auto_enable_controls=True, control_finding_generator="SECURITY_CONTROL"
        )
        if recorder:
            hub.add_resource_dependency(recorder)
        stack = cdk.Stack.of(self)
        for name in standards:
            arn = stack.format_arn(service="securityhub", account="", resource=STANDARDS[name], arn_format=cdk.ArnFormat.NO_RESOURCE_NAME)
            standard = securityhub.CfnStandard(self, _ID[name], standards_arn=arn)
            standard.add_resource_dependency(hub)


_ID: Mapping[str, str] = {"fsbp": "Fsbp", "cis": "Cis", "pci-dss": "PciDss"}


def _status(on: bool) -> str:
    return "ENABLED" if on else "DISABLED"
