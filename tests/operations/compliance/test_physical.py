"""Ids and ARNs of an account against references of templates."""

from typing import Any

import pytest

from tradingbot_infra.operations.compliance.physical import PhysicalIds, Place
from tradingbot_infra.operations.live.stacks import StackResource

PLACE = Place(account="111122223333", region="ap-southeast-2", partition="aws")
LOGS = "arn:aws:logs:ap-southeast-2:111122223333:log-group:/ecs/tradingbot:*"
KEY = "arn:aws:kms:ap-southeast-2:111122223333:key/1234-abcd"
TOPIC = "arn:aws:sns:ap-southeast-2:111122223333:alarms"

IDS = PhysicalIds(
    {
        ("DataStack", "Key"): StackResource("Key", "1234-abcd", "AWS::KMS::Key"),
        ("DataStack", "Bucket"): StackResource("Bucket", "logs-of-somebody", "AWS::S3::Bucket"),
        ("DataStack", "Repository"): StackResource("Repository", "tradingbot", "AWS::ECR::Repository"),
        ("MonitoringStack", "Dashboard"): StackResource("Dashboard", "tradingbot", "AWS::CloudWatch::Dashboard"),
        ("ServiceStack", "Logs"): StackResource("Logs", "/ecs/tradingbot", "AWS::Logs::LogGroup"),
        ("MonitoringStack", "Topic"): StackResource("Topic", TOPIC, "AWS::SNS::Topic"),
    },
    PLACE,
    {"${DataStack.Database.MasterUserSecret.SecretArn}": "arn:aws:secretsmanager:ap-southeast-2:111122223333:secret:rds!db-1"},
)


@pytest.mark.parametrize(
    ("declared", "live"),
    [
        ("${DataStack.Key.Arn}", KEY),
        ("${DataStack.Key}", "1234-abcd"),
        ("${DataStack.Bucket.Arn}/*", "arn:aws:s3:::logs-of-somebody/*"),
        ("${DataStack.Repository.Arn}", "arn:aws:ecr:ap-southeast-2:111122223333:repository/tradingbot"),
        ("${ServiceStack.Logs.Arn}", LOGS),
        ("${MonitoringStack.Topic}", TOPIC),
        ("${DataStack.Database.MasterUserSecret.SecretArn}", "arn:aws:secretsmanager:ap-southeast-2:111122223333:secret:rds!db-1"),
        ("arn:${AWS::Partition}:iam::${AWS::AccountId}:root", "arn:aws:iam::111122223333:root"),
        (80, 80.0),
        ("80", 80),
        ("true", True),
        (None, []),
        (["b", "a"], ["a", "b"]),
        (["logs:PutLogEvents"], "logs:PutLogEvents"),
        ({"Status": "Enabled"}, {"Status": "Enabled", "MFADelete": ""}),
    ],
)
def test_the_same_said_in_two_ways_is_no_difference(declared: Any, live: Any) -> None:
    assert IDS.same(declared, live)


@pytest.mark.parametrize(
    ("declared", "live"),
    [
        ("${DataStack.Key.Arn}", "arn:aws:kms:ap-southeast-2:111122223333:key/9999-abcd"),
        ("${DataStack.Bucket.Arn}/*", "arn:aws:s3:::logs-of-somebody-else/*"),
        ("${MonitoringStack.Topic}", "arn:aws:sns:ap-southeast-2:999999999999:alerts"),
        ("arn:${AWS::Partition}:iam::${AWS::AccountId}:root", "arn:aws:iam::999999999999:root"),
        (80, 81),
        (True, False),
        (None, False),
        (None, "https"),
        (["a"], ["a", "b"]),
        ({"Status": "Enabled"}, {"Status": "Suspended"}),
    ],
)
def test_another_value_is_a_difference(declared: Any, live: Any) -> None:
    assert not IDS.same(declared, live)


def test_ids_and_arns_become_references_that_rules_follow() -> None:
    live = {"Resource": [KEY, "arn:aws:s3:::logs-of-somebody/*", LOGS], "Owner": "arn:aws:iam::111122223333:root", "Other": "tradingbot"}
    assert IDS.referring(live) == {
        "Resource": ["${DataStack.Key.Arn}", "${DataStack.Bucket.Arn}/*", "${ServiceStack.Logs.Arn}"],
        "Owner": "arn:aws:iam::${AWS::AccountId}:root",
        "Other": "tradingbot",  # two resources have this name
    }


def test_of_policies_and_lists_only_what_differs_is_shown() -> None:
    shared, added = {"Effect": "Deny"}, {"Effect": "Allow"}
    assert IDS.apart({"Statement": [shared]}, {"Statement": [added, shared]}) == ([], [added])
    assert IDS.apart(["${DataStack.Key.Arn}", "x"], [KEY]) == (["x"], [])
    assert IDS.apart(7, 1) == (7, 1)
