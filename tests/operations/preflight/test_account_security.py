"""What an account has already, against what AccountSecurityStack would make and what the settings say of it."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

import pytest

from tests.compliance.builders import resource
from tests.operations.preflight.conftest import plan_of, templates
from tests.operations.rendering import plain
from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.operations.live.stacks import StackResource
from tradingbot_infra.operations.preflight.account_security import room
from tradingbot_infra.operations.preflight.plan import Plan
from tradingbot_infra.operations.session import Session
from tradingbot_infra.operations.verdict import Finding, Outcome
from tradingbot_infra.templates import Assembly

HUB = "arn:aws:securityhub:ap-southeast-2:111111111111:hub/default"
ANALYZER = "arn:aws:access-analyzer:ap-southeast-2:111111111111:analyzer/somebody"
TRAIL = "tradingbot-ai-account-trail"

EMPTY: Mapping[str, tuple[str, Any]] = {
    "describe_configuration_recorders": ("config", {"ConfigurationRecorders": []}),
    "describe_delivery_channels": ("config", {"DeliveryChannels": []}),
    "list_detectors": ("guardduty", {"DetectorIds": []}),
    "describe_hub": ("securityhub", "InvalidAccessException"),
    "list_analyzers": ("accessanalyzer", {"analyzers": []}),
    "get_trace_segment_destination": ("xray", {"Destination": "XRay", "Status": "ACTIVE"}),
    "describe_trails": ("cloudtrail", {"trailList": []}),
}
"""What is asked, in its order, and what an account answers that has nothing."""

OCCUPIED: Mapping[str, tuple[str, Any]] = {
    "describe_configuration_recorders": ("config", {"ConfigurationRecorders": [{"name": "default"}]}),
    "describe_delivery_channels": ("config", {"DeliveryChannels": [{"name": "default"}]}),
    "list_detectors": ("guardduty", {"DetectorIds": ["12abc"]}),
    "describe_hub": ("securityhub", {"HubArn": HUB}),
    "list_analyzers": (
        "accessanalyzer",
        {"analyzers": [{"arn": ANALYZER, "name": "somebody", "type": "ACCOUNT", "createdAt": 0, "status": "ACTIVE"}]},
    ),
    "get_trace_segment_destination": ("xray", {"Destination": "CloudWatchLogs", "Status": "ACTIVE"}),
    "describe_trails": ("cloudtrail", {"trailList": [{"Name": TRAIL}]}),
}
"""One of each, of somebody else."""

OWNED = (
    ("AWS::Config::ConfigurationRecorder", "default"),
    ("AWS::Config::DeliveryChannel", "default"),
    ("AWS::GuardDuty::Detector", "12abc"),
    ("AWS::SecurityHub::Hub", HUB),
    ("AWS::AccessAnalyzer::Analyzer", ANALYZER),
    ("AWS::XRay::TransactionSearchConfig", "111111111111"),
    ("AWS::CloudTrail::Trail", TRAIL),
)
"""The same, as the stack's own."""


def everything() -> Assembly:
    """Templates that declare one of each."""
    return templates(
        Recorder=resource("AWS::Config::ConfigurationRecorder"),
        Channel=resource("AWS::Config::DeliveryChannel"),
        Detector=resource("AWS::GuardDuty::Detector"),
        Hub=resource("AWS::SecurityHub::Hub"),
        Analyzer=resource("AWS::AccessAnalyzer::Analyzer", {"Type": "ACCOUNT"}),
        Search=resource("AWS::XRay::TransactionSearchConfig"),
        Trail=resource("AWS::CloudTrail::Trail", {"TrailName": TRAIL}),
    )


def found(
    answers: Mapping[str, tuple[str, Any]], assembly: Assembly, owned: Sequence[tuple[str, str]] = (), **settings: str
) -> tuple[Finding, ...]:
    """The findings in an account that gives these answers, and where the stack has these resources."""
    with ExitStack() as entered, pytest.MonkeyPatch.context() as patched:
        clients: dict[str, Any] = {}
        stubs: dict[str, Any] = {}
        for operation, (service, answer) in answers.items():
            if service not in clients:
                clients[service], stubs[service] = entered.enter_context(boto3_client(service))
            if isinstance(answer, str):
                stubs[service].add_client_error(operation, service_error_code=answer)
            else:
                stubs[service].add_response(operation, answer)
        has = [StackResource(f"Id{number}", name, kind) for number, (kind, name) in enumerate(owned)]
        patched.setattr(Plan, "_resources", lambda _, __: iter(has))
        patched.setattr(Session, "account", "111111111111")
        return tuple(room(plan_of(session_over(**clients), assembly, account_security="ours", **settings)))


def test_an_account_that_has_nothing_is_free() -> None:
    assert found(EMPTY, everything()) == (Finding(Outcome.PASS, "nothing is in the way", ""),)


def test_each_thing_of_somebody_else_is_one_line_with_the_setting_that_leaves_it_alone() -> None:
    findings = found(OCCUPIED, everything())
    assert [each.found for each in findings] == [
        "ap-southeast-2 already has: recorder of AWS Config default",
        "ap-southeast-2 already has: delivery channel of AWS Config default",
        "ap-southeast-2 already has: GuardDuty detector 12abc",
        "ap-southeast-2 already has: Security Hub default",
        "ap-southeast-2 already has: analyzer of external access somebody",
        "ap-southeast-2 already has: X-Ray transaction search 111111111111",
        "ap-southeast-2 has a trail tradingbot-ai-account-trail that is not the stack's",
    ]
    assert {each.outcome for each in findings} == {Outcome.FAIL}
    settings = ("config_recorder", "config_recorder", "guardduty", "security_hub", "access_analyzer", "transaction_search")
    assert [plain(each.next_step) for each in findings[:6]] == [
        f"tradingbot deploy -c {setting}=existing --env production" for setting in settings
    ]


def test_what_the_stack_itself_has_is_in_nobody_s_way() -> None:
    assert found(OCCUPIED, everything(), OWNED) == (Finding(Outcome.PASS, "nothing is in the way", ""),)


@pytest.mark.parametrize(
    ("setting", "operation", "title"),
    [
        ("guardduty", "list_detectors", "GuardDuty detector"),
        ("security_hub", "describe_hub", "Security Hub"),
        ("access_analyzer", "list_analyzers", "analyzer of external access"),
        ("transaction_search", "get_trace_segment_destination", "X-Ray transaction search"),
    ],
)
def test_what_the_settings_say_exists_must_exist(setting: str, operation: str, title: str) -> None:
    nothing = templates()
    (finding,) = found({operation: EMPTY[operation]}, nothing, (), **{setting: "existing"})
    assert (finding.outcome, finding.found) == (Outcome.FAIL, f"{setting}=existing, and ap-southeast-2 has no {title} of somebody else's")
    assert plain(finding.next_step) == f"tradingbot deploy -c {setting}=ours --env production"
    (finding,) = found({operation: OCCUPIED[operation]}, nothing, (), **{setting: "existing"})
    assert finding.outcome is Outcome.PASS


def test_what_the_stack_would_give_up_does_not_count_as_existing() -> None:
    (finding,) = found({"list_detectors": OCCUPIED["list_detectors"]}, templates(), OWNED, guardduty="existing")
    assert finding.outcome is Outcome.FAIL


def test_a_sixth_trail_is_refused_before_it_is_made() -> None:
    trails = {"trailList": [{"Name": f"trail-{number}"} for number in range(5)]}
    assembly = templates(Trail=resource("AWS::CloudTrail::Trail", {"TrailName": TRAIL}))
    (finding,) = found({"describe_trails": ("cloudtrail", trails)}, assembly)
    assert finding.found.startswith("ap-southeast-2 has 5 trails (trail-0, ")
    fewer = {"trailList": trails["trailList"][1:]}
    (finding,) = found({"describe_trails": ("cloudtrail", fewer)}, assembly)
    assert finding.outcome is Outcome.PASS


def test_a_service_that_may_not_be_asked_leaves_the_others_to_be_asked() -> None:
    findings = found({**OCCUPIED, "list_detectors": ("guardduty", "AccessDeniedException")}, everything())
    assert [each.outcome for each in findings].count(Outcome.NOT_ASSESSED) == 1
    assert len(findings) == len(OCCUPIED)


def test_an_environment_that_does_not_deploy_the_stack_asks_nothing() -> None:
    (finding,) = found({}, everything(), account_stacks="false")
    assert finding == Finding(Outcome.PASS, "this environment does not deploy them", "")
