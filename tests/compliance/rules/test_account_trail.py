"""Rules for the account's trail, each on a sound stack and on one with a fault."""

from typing import Any

import pytest

from tests.compliance.account_stack import account_stack, part
from tests.compliance.builders import assembly_of, judge, resource
from tradingbot_infra.compliance.reading.account_stack import STACK
from tradingbot_infra.compliance.rule import Rule
from tradingbot_infra.compliance.rules import account_trail
from tradingbot_infra.compliance.status import Status

RULES = [value for value in vars(account_trail).values() if isinstance(value, Rule)]
MANAGEMENT = {"Field": "eventCategory", "Equals": ["Management"]}
OBJECTS = [{"Field": "eventCategory", "Equals": ["Data"]}, {"Field": "resources.type", "Equals": ["AWS::S3::Object"]}]


def selecting(*selectors: list[Any]) -> dict[str, Any]:
    return {"AdvancedEventSelectors": [{"FieldSelectors": fields} for fields in selectors]}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_sound_stack_passes(rule: Rule) -> None:
    assert judge(rule, account_stack()) == {STACK: Status.PASS}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_stack_without_a_trail_fails(rule: Rule) -> None:
    assert judge(rule, account_stack(Trail=None)) == {STACK: Status.FAIL}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_trail_of_another_stack_is_not_the_account_s(rule: Rule) -> None:
    assert judge(rule, assembly_of({"Trail": resource("AWS::CloudTrail::Trail")})) == {}


@pytest.mark.parametrize(
    "change",
    [
        {"IsMultiRegionTrail": False},
        {"IncludeGlobalServiceEvents": None},
        {"IsLogging": False},
        {"S3BucketName": None},
        selecting(OBJECTS),
        selecting([MANAGEMENT, {"Field": "readOnly", "Equals": ["false"]}]),
        selecting([MANAGEMENT, {"Field": "eventSource", "NotEquals": ["kms.amazonaws.com"]}]),
        selecting([MANAGEMENT, {"Field": "eventSource", "NotEquals": ["rdsdata.amazonaws.com"]}]),
        selecting([MANAGEMENT, {"Field": "eventName", "NotStartsWith": ["Describe"]}]),
        selecting([MANAGEMENT, {"Field": "userIdentity.arn", "NotEndsWith": ["anybody"]}]),
        {"AdvancedEventSelectors": None, "EventSelectors": [{"ReadWriteType": "WriteOnly"}]},
        {"AdvancedEventSelectors": None, "EventSelectors": [{"IncludeManagementEvents": False}]},
        {"AdvancedEventSelectors": None, "EventSelectors": [{"ExcludeManagementEventSources": ["kms.amazonaws.com"]}]},
        {"AdvancedEventSelectors": []},
        {"AdvancedEventSelectors": [{"FieldSelectors": []}]},
    ],
    ids=str,
)
def test_a_trail_that_misses_calls_fails(change: dict[str, Any]) -> None:
    assert judge(account_trail.trail, account_stack(Trail=part("Trail", **change))) == {STACK: Status.FAIL}


@pytest.mark.parametrize(
    "change",
    [
        {"AdvancedEventSelectors": None},
        {"AdvancedEventSelectors": None, "EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True}]},
        selecting([MANAGEMENT, {"Field": "readOnly", "Equals": ["false"]}], [MANAGEMENT, {"Field": "readOnly", "Equals": ["true"]}]),
    ],
    ids=str,
)
def test_selectors_of_another_form_may_record_all_calls(change: dict[str, Any]) -> None:
    assert judge(account_trail.trail, account_stack(Trail=part("Trail", **change))) == {STACK: Status.PASS}


def test_a_selector_that_only_cloudformation_knows_is_not_assessed() -> None:
    unknown = selecting([MANAGEMENT, {"Field": "eventSource", "NotEquals": [{"Fn::ImportValue": "somewhere"}]}])
    assert judge(account_trail.trail, account_stack(Trail=part("Trail", **unknown))) == {STACK: Status.NOT_ASSESSED}


def test_log_files_that_cannot_be_validated_fail() -> None:
    stack = account_stack(Trail=part("Trail", EnableLogFileValidation=False))
    assert judge(account_trail.validation, stack) == {STACK: Status.FAIL}


@pytest.mark.parametrize(
    "condition",
    [
        None,
        {"StringEquals": {"aws:SourceArn": "arn:aws:cloudtrail:ap-southeast-2:999988887777:trail/theirs"}},
        {"StringNotEquals": {"aws:SourceArn": "arn:aws:cloudtrail:ap-southeast-2:999988887777:trail/theirs"}},
        {"StringLike": {"aws:SourceArn": "*"}},
    ],
    ids=str,
)
def test_a_key_that_admits_trails_of_others_fails(condition: object) -> None:
    statement = {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "kms:GenerateDataKey", "Resource": "*"}
    policy = {"Statement": [{**statement, **({"Condition": condition} if condition else {})}]}
    assert judge(account_trail.kms, account_stack(Key=part("Key", KeyPolicy=policy))) == {STACK: Status.FAIL}


@pytest.mark.parametrize("policy", [None, {"Statement": []}], ids=str)
def test_a_key_that_does_not_admit_the_trail_fails(policy: object) -> None:
    assert judge(account_trail.kms, account_stack(Key=part("Key", KeyPolicy=policy))) == {STACK: Status.FAIL}


def test_a_trail_without_a_key_of_ours_fails() -> None:
    assert judge(account_trail.kms, account_stack(Trail=part("Trail", KMSKeyId=None))) == {STACK: Status.FAIL}
    assert judge(account_trail.kms, account_stack(Trail=part("Trail", KMSKeyId="alias/aws/s3"))) == {STACK: Status.FAIL}


@pytest.mark.parametrize("name", ["CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn"])
def test_a_trail_that_reaches_no_log_group_fails(name: str) -> None:
    assert judge(account_trail.log_group, account_stack(Trail=part("Trail", **{name: None}))) == {STACK: Status.FAIL}
    other = {name: {"Ref": "Audit"}}
    assert judge(account_trail.log_group, account_stack(Trail=part("Trail", **other))) == {STACK: Status.FAIL}


@pytest.mark.parametrize(
    "change",
    [
        {"LoggingConfiguration": None},
        {"LoggingConfiguration": {"DestinationBucketName": {"Ref": "Audit"}}},
        {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True, "BlockPublicPolicy": True, "IgnorePublicAcls": True}},
        {"VersioningConfiguration": {"Status": "Suspended"}},
        {"ObjectLockEnabled": False},
    ],
    ids=str,
)
def test_a_bucket_that_protects_nothing_fails(change: dict[str, Any]) -> None:
    assert judge(account_trail.bucket_protected, account_stack(Audit=part("Audit", **change))) == {STACK: Status.FAIL}


@pytest.mark.parametrize(
    "statement",
    [
        {"Effect": "Deny", "Principal": "*", "Action": "s3:DeleteObject", "Resource": "*"},
        {"Effect": "Deny", "Principal": {"AWS": "arn:aws:iam::111122223333:role/one"}, "Action": "s3:Delete*", "Resource": "*"},
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:Delete*",
            "Resource": "*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    ],
    ids=str,
)
def test_a_bucket_whose_log_files_can_be_deleted_fails(statement: object) -> None:
    policy = part("AuditPolicy", PolicyDocument={"Statement": [statement]})
    assert judge(account_trail.bucket_protected, account_stack(AuditPolicy=policy)) == {STACK: Status.FAIL}


def test_a_bucket_elsewhere_is_not_judged_as_protected() -> None:
    assert judge(account_trail.bucket_protected, account_stack(Trail=part("Trail", S3BucketName="theirs"))) == {STACK: Status.FAIL}


@pytest.mark.parametrize(
    ("selector", "writes", "reads"),
    [
        ([*OBJECTS], Status.PASS, Status.PASS),
        ([*OBJECTS, {"Field": "readOnly", "Equals": ["false"]}], Status.PASS, Status.FAIL),
        ([*OBJECTS, {"Field": "readOnly", "Equals": ["true"]}], Status.FAIL, Status.PASS),
        ([*OBJECTS, {"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::test-"]}], Status.PASS, Status.PASS),
        ([*OBJECTS, {"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::other-"]}], Status.FAIL, Status.FAIL),
        ([*OBJECTS, {"Field": "eventName", "NotEquals": ["DeleteObject"]}], Status.FAIL, Status.PASS),
        ([*OBJECTS, {"Field": "eventName", "NotEquals": ["GetObject"]}], Status.PASS, Status.FAIL),
        ([OBJECTS[0], {"Field": "resources.type", "Equals": ["AWS::Lambda::Function"]}], Status.FAIL, Status.FAIL),
    ],
    ids=str,
)
def test_objects_of_every_bucket_are_recorded(selector: list[Any], writes: Status, reads: Status) -> None:
    stack = account_stack(Trail=part("Trail", **selecting([MANAGEMENT], selector)))
    assert judge(account_trail.object_writes, stack) == {STACK: writes}
    assert judge(account_trail.object_reads, stack) == {STACK: reads}


def test_what_the_trail_itself_writes_need_not_be_recorded() -> None:
    own = {"Fn::Join": ["", [{"Fn::GetAtt": ["Audit", "Arn"]}, "/"]]}
    others = [*OBJECTS, {"Field": "resources.ARN", "NotStartsWith": [own]}]
    deletions = [*OBJECTS, {"Field": "resources.ARN", "StartsWith": [own]}, {"Field": "eventName", "StartsWith": ["Delete", "Get", "Head"]}]
    retention = [*OBJECTS, {"Field": "resources.ARN", "StartsWith": [own]}, {"Field": "eventName", "NotEquals": ["PutObject"]}]
    stack = account_stack(Trail=part("Trail", **selecting([MANAGEMENT], others, retention)))
    assert judge(account_trail.object_writes, stack) == {STACK: Status.PASS}
    assert judge(account_trail.object_reads, stack) == {STACK: Status.PASS}
    forgets = account_stack(Trail=part("Trail", **selecting([MANAGEMENT], others, deletions)))
    assert judge(account_trail.object_writes, forgets) == {STACK: Status.FAIL}


@pytest.mark.parametrize("selectors", [None, [], [{"InsightType": "ApiCallRateInsight"}]], ids=str)
def test_a_trail_without_both_insights_fails(selectors: object) -> None:
    assert judge(account_trail.insights, account_stack(Trail=part("Trail", InsightSelectors=selectors))) == {STACK: Status.FAIL}
