"""What CloudTrail says of a trail, and what is made of it."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from tests.operations.account_security.answers import NOW, Answer, answering
from tradingbot_infra.operations.account_security import trail
from tradingbot_infra.operations.account_security.control import Seen
from tradingbot_infra.operations.account_security.facts import AccountFacts

NAME = "tradingbot-ai-account-trail"
ARN = f"arn:aws:cloudtrail:ap-southeast-2:111111111111:trail/{NAME}"
GOOD = {
    "Name": NAME,
    "TrailARN": ARN,
    "HomeRegion": "ap-southeast-2",
    "S3BucketName": "audit",
    "IsMultiRegionTrail": True,
    "IncludeGlobalServiceEvents": True,
    "LogFileValidationEnabled": True,
    "KmsKeyId": "arn:aws:kms:ap-southeast-2:111111111111:key/one",
    "CloudWatchLogsLogGroupArn": "arn:aws:logs:ap-southeast-2:111111111111:log-group:trail:*",
}
LOGGING = {"IsLogging": True, "StartLoggingTime": NOW - timedelta(days=9), "LatestDeliveryTime": NOW - timedelta(minutes=7)}
MANAGEMENT = {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}
READS_ONLY = {"FieldSelectors": [*MANAGEMENT["FieldSelectors"], {"Field": "readOnly", "Equals": ["true"]}]}
OBJECTS = {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}, {"Field": "resources.type", "Equals": ["AWS::S3::Object"]}]}

Look = Callable[[AccountFacts], Seen]


def seen(
    look: Look,
    of_trail: Mapping[str, Any] = {},
    of_status: Mapping[str, Any] = {},
    selectors: tuple[Mapping[str, Any], ...] = (MANAGEMENT, OBJECTS),
    insights: Mapping[str, Any] | str | None = None,
) -> Seen:
    """What a control sees of a trail that differs so from a good one."""
    answers: list[Answer] = [
        ("describe_trails", {"trailList": [{**GOOD, **of_trail}]}),
        ("get_event_selectors", {"AdvancedEventSelectors": list(selectors)}),
        ("get_trail_status", {**LOGGING, **of_status}),
    ]
    if insights is not None:
        answers.append(("get_insight_selectors", insights))
    with answering({"cloudtrail": answers}, held={NAME: trail.TYPE}) as facts:
        return look(facts)


@pytest.mark.parametrize("look", [trail.recording, trail.validated, trail.encrypted, trail.delivering, trail.records_objects])
def test_a_good_trail_has_every_control(look: Look) -> None:
    assert seen(look).on is True


@pytest.mark.parametrize(
    ("look", "of_trail", "of_status", "words"),
    [
        (trail.recording, {"IsMultiRegionTrail": False}, {}, "is of one region only"),
        (trail.recording, {"IncludeGlobalServiceEvents": False}, {}, "leaves out global services"),
        (trail.recording, {}, {"IsLogging": False, "StopLoggingTime": NOW}, "is switched off since 2026-11-30 12:00 UTC"),
        (trail.validated, {"LogFileValidationEnabled": False}, {}, "writes no digests"),
        (trail.validated, {}, {"LatestDigestDeliveryError": "AccessDenied"}, "no digest arrives: AccessDenied"),
        (trail.encrypted, {"KmsKeyId": ""}, {}, "under a key of S3's"),
        (trail.delivering, {}, {"LatestDeliveryError": "NoSuchBucket"}, "delivers nothing to audit: NoSuchBucket"),
        (trail.delivering, {}, {"LatestCloudWatchLogsDeliveryError": "AccessDenied"}, "nothing to CloudWatch Logs: AccessDenied"),
        (trail.delivering, {"CloudWatchLogsLogGroupArn": ""}, {}, "writes to no log group"),
        (trail.delivering, {}, {"LatestDeliveryTime": NOW - timedelta(days=2)}, "the last file is only of 2026-11-28 12:00 UTC"),
    ],
)
def test_a_fault_of_a_trail_is_seen(look: Look, of_trail: Mapping[str, Any], of_status: Mapping[str, Any], words: str) -> None:
    found = seen(look, of_trail, of_status)
    assert found.on is False
    assert words in found.words


@pytest.mark.parametrize("selectors", [(OBJECTS,), (READS_ONLY,), ()])
def test_a_trail_that_leaves_out_management_events_is_seen(selectors: tuple[Mapping[str, Any], ...]) -> None:
    assert seen(trail.recording, selectors=selectors).words.endswith("leaves out management events")


def test_a_trail_without_data_events_is_seen() -> None:
    assert seen(trail.records_objects, selectors=(MANAGEMENT,)).on is False


def test_a_trail_that_began_lately_may_have_delivered_nothing() -> None:
    started: dict[str, Any] = {**LOGGING, "StartLoggingTime": NOW - timedelta(minutes=3)}
    del started["LatestDeliveryTime"]
    answers: list[Answer] = [
        ("describe_trails", {"trailList": [GOOD]}),
        ("get_event_selectors", {"AdvancedEventSelectors": [MANAGEMENT]}),
        ("get_trail_status", started),
    ]
    with answering({"cloudtrail": answers}, held={NAME: trail.TYPE}) as facts:
        assert trail.delivering(facts).on is None


def test_insights_that_are_off_are_no_error() -> None:
    assert seen(trail.has_insights, insights="InsightNotEnabledException").on is False
    on = {"InsightSelectors": [{"InsightType": "ApiErrorRateInsight"}, {"InsightType": "ApiCallRateInsight"}]}
    assert seen(trail.has_insights, insights=on) == Seen(True, "ApiCallRateInsight, ApiErrorRateInsight")


def test_without_a_trail_every_control_is_off() -> None:
    with answering({"cloudtrail": [("describe_trails", {"trailList": []})]}) as facts:
        assert trail.recording(facts).on is trail.delivering(facts).on is False
