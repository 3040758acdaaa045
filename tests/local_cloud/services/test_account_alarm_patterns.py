"""Each pattern of the account's alarms matches an event of its own kind, and none of another's."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tradingbot_infra.design.account_alarms import ACCOUNT_ALARMS
from tradingbot_infra.local_cloud.services.filter_patterns import matcher

USER = {"userIdentity": {"type": "IAMUser"}, "eventType": "AwsApiCall", "sourceIPAddress": "203.0.113.1"}
SIGN_IN = {"eventName": "ConsoleLogin", "eventSource": "signin.amazonaws.com", "eventType": "AwsConsoleSignIn"}
SUCCESS = {"responseElements": {"ConsoleLogin": "Success"}}

EVENTS: Mapping[str, dict[str, Any]] = {
    "4.1": {"eventName": "RunInstances", "errorCode": "Client.UnauthorizedOperation"},
    "4.2": {**SIGN_IN, **SUCCESS, "additionalEventData": {"MFAUsed": "No"}},
    "4.3": {"eventName": "ListBuckets", "userIdentity": {"type": "Root"}},
    "4.4": {"eventName": "AttachRolePolicy", "eventSource": "iam.amazonaws.com"},
    "4.5": {"eventName": "StopLogging", "eventSource": "cloudtrail.amazonaws.com"},
    "4.6": {**SIGN_IN, "errorMessage": "Failed authentication", "responseElements": {"ConsoleLogin": "Failure"}},
    "4.7": {"eventName": "ScheduleKeyDeletion", "eventSource": "kms.amazonaws.com"},
    "4.8": {"eventName": "PutBucketPolicy", "eventSource": "s3.amazonaws.com"},
    "4.9": {"eventName": "StopConfigurationRecorder", "eventSource": "config.amazonaws.com"},
    "4.10": {"eventName": "RevokeSecurityGroupEgress", "eventSource": "ec2.amazonaws.com"},
    "4.11": {"eventName": "ReplaceNetworkAclEntry", "eventSource": "ec2.amazonaws.com"},
    "4.12": {"eventName": "DetachInternetGateway", "eventSource": "ec2.amazonaws.com"},
    "4.13": {"eventName": "ReplaceRoute", "eventSource": "ec2.amazonaws.com"},
    "4.14": {"eventName": "DeleteVpc", "eventSource": "ec2.amazonaws.com"},
    "4.15": {"eventName": "MoveAccount", "eventSource": "organizations.amazonaws.com"},
}
"""An event for each control."""

QUIET = [
    {"eventName": "DescribeInstances", "eventSource": "ec2.amazonaws.com"},
    {**SIGN_IN, **SUCCESS, "additionalEventData": {"MFAUsed": "Yes"}},
    {"eventName": "HeadBucket", "errorCode": "AccessDenied"},
    {"eventName": "PutObject", "errorCode": "AccessDenied", "sourceIPAddress": "delivery.logs.amazonaws.com"},
    {"eventName": "Describe", "userIdentity": {"type": "Root", "invokedBy": "support.amazonaws.com"}},
    {"eventName": "Rotate", "userIdentity": {"type": "Root"}, "eventType": "AwsServiceEvent"},
    {"eventName": "DisableKey", "eventSource": "other.amazonaws.com"},
]


def matching(event: Mapping[str, Any]) -> list[str]:
    """The controls whose patterns match an event."""
    message = json.dumps({**USER, **event})
    return [row.control for row in ACCOUNT_ALARMS if matcher(row.pattern)(message)]


@pytest.mark.parametrize("control", [row.control for row in ACCOUNT_ALARMS])
def test_an_event_matches_the_pattern_of_its_control_only(control: str) -> None:
    assert matching(EVENTS[control]) == [control]


@pytest.mark.parametrize("event", QUIET, ids=lambda event: event["eventName"])
def test_what_is_usual_matches_none(event: dict[str, Any]) -> None:
    assert matching(event) == []
