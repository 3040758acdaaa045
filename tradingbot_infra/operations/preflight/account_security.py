"""Checks: the account has nothing that AccountSecurityStack would collide with, and has what the settings say that it has.

AWS takes one recorder, one delivery channel, one detector, one hub, one transaction search and one analyzer of a kind a region: a
second one fails, after minutes, and with it the stack.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from tradingbot_infra.operations.account_security.traces import TRANSACTION_SEARCH
from tradingbot_infra.operations.failures import Unread, code_of, results
from tradingbot_infra.operations.preflight.plan import Plan
from tradingbot_infra.operations.printed_commands import OwnCommand, sentence
from tradingbot_infra.operations.session import Session
from tradingbot_infra.operations.verdict import Finding, failed, not_assessed, passed
from tradingbot_infra.templates import Resource

STACK = "AccountSecurityStack"

MOST_TRAILS = 5
"""Trails a region, those of other regions and of an organization that record it included (CloudTrail User Guide, "Quotas in AWS
CloudTrail"); the quota cannot be raised."""

_TRAIL = "AWS::CloudTrail::Trail"


@dataclass(frozen=True)
class Single:
    """Something of which AWS takes one a region. `existing` lists the ids of those that are there; `setting` leaves them alone."""

    title: str
    type: str
    setting: str
    existing: Callable[[Session], Iterator[str]]
    declares: Callable[[Resource], bool] = lambda _: True


def _recorders(session: Session) -> Iterator[str]:
    for each in session.config.describe_configuration_recorders()["ConfigurationRecorders"]:
        if not each.get("servicePrincipal"):  # AWS services have recorders of their own beside the account's one
            yield each.get("name", "")


def _channels(session: Session) -> Iterator[str]:
    yield from (each.get("name", "") for each in session.config.describe_delivery_channels()["DeliveryChannels"])


def _detectors(session: Session) -> Iterator[str]:
    yield from session.guardduty.list_detectors()["DetectorIds"]


def _hubs(session: Session) -> Iterator[str]:
    try:
        yield session.securityhub.describe_hub()["HubArn"]
    except Exception as error:
        # "Account ... is not subscribed to AWS Security Hub" (Security Hub API, DescribeHub).
        if code_of(error) not in ("InvalidAccessException", "ResourceNotFoundException"):
            raise


def _searches(session: Session) -> Iterator[str]:
    """By the account's number, which CloudFormation calls it by."""
    if session.xray.get_trace_segment_destination().get("Destination") == TRANSACTION_SEARCH:
        yield session.account


def _analyzers(kind: str, session: Session) -> Iterator[str]:
    for page in session.accessanalyzer.get_paginator("list_analyzers").paginate():
        yield from (each["arn"] for each in page["analyzers"] if each["type"] == kind)


def _of_kind(kind: str, analyzer: Resource) -> bool:
    return analyzer.properties.get("Type") == kind


SINGLES = (
    Single("recorder of AWS Config", "AWS::Config::ConfigurationRecorder", "config_recorder", _recorders),
    Single("delivery channel of AWS Config", "AWS::Config::DeliveryChannel", "config_recorder", _channels),
    Single("GuardDuty detector", "AWS::GuardDuty::Detector", "guardduty", _detectors),
    Single("Security Hub", "AWS::SecurityHub::Hub", "security_hub", _hubs),
    Single(
        "analyzer of external access",
        "AWS::AccessAnalyzer::Analyzer",
        "access_analyzer",
        partial(_analyzers, "ACCOUNT"),
        partial(_of_kind, "ACCOUNT"),
    ),
    Single("X-Ray transaction search", "AWS::XRay::TransactionSearchConfig", "transaction_search", _searches),
)
"""IAM User Guide, "IAM Access Analyzer quotas", for the analyzer: one with an account as its zone of trust."""


def room(plan: Plan) -> Iterator[Finding]:
    """A finding for each thing in the way, and for each that the settings say is there and is not; else one for all.

    What the stack itself has is in nobody's way, so a stack that is deployed passes.
    """
    placed = next((stack for stack in plan.config.stacks if stack.id == STACK), None)
    if placed is None:
        yield passed("this environment does not deploy them")
        return
    found = tuple(_everything(plan, placed.region))
    yield from found or (passed("nothing is in the way"),)


def _everything(plan: Plan, region: str) -> Iterator[Finding]:
    """A service that cannot be asked leaves the others to be asked."""
    for single in SINGLES:
        yield from results(partial(_single, plan, single, region), otherwise=_unread)
    yield from results(partial(_trails, plan, region), otherwise=_unread)


def _single(plan: Plan, single: Single, region: str) -> Iterator[Finding]:
    declared = any(single.declares(each) for each in plan.declared(single.type, region))
    says_existing = getattr(plan.config.account, single.setting) == "existing"
    if not declared and not says_existing:
        return
    others = sorted({*single.existing(plan.session.in_region(region))} - plan.owned(single.type, region))
    names = ", ".join(each.rpartition("/")[2] if each.startswith("arn:") else each for each in others)
    if declared and others:
        yield failed(f"{region} already has: {single.title} {names}", _leave(single.setting))
    elif says_existing and not others:
        wrong = f"{single.setting}=existing, and {region} has no {single.title} of somebody else's"
        yield failed(wrong, OwnCommand(f"deploy -c {single.setting}=ours"))


def _trails(plan: Plan, region: str) -> Iterator[Finding]:
    declared = {str(each.properties.get("TrailName")) for each in plan.declared(_TRAIL, region)}
    if not declared:
        return
    trails = plan.session.in_region(region).cloudtrail.describe_trails(includeShadowTrails=True)["trailList"]
    others = [each for each in trails if each.get("Name", "") not in plan.owned(_TRAIL, region)]
    for each in others:
        if each.get("Name") in declared:
            delete = f"give up that one (`aws cloudtrail delete-trail --name {each.get('Name')}`: its files stay), or keep it with "
            yield failed(f"{region} has a trail {each.get('Name')} that is not the stack's", sentence(delete, _PROVIDED))
    if len(others) + len(declared) > MOST_TRAILS:
        names = ", ".join(sorted(each.get("Name", "") for each in others))
        wrong = f"{region} has {len(others)} trails ({names}), and CloudTrail takes {MOST_TRAILS}"
        yield failed(wrong, sentence("delete one, or ", _PROVIDED))


_PROVIDED = "account_security=provided-by:TEXT, if they do what ours would"


def _leave(setting: str) -> OwnCommand:
    return OwnCommand(f"deploy -c {setting}=existing")


def _unread(fact: Unread) -> Finding:
    return not_assessed(fact.why, fact.fix)
