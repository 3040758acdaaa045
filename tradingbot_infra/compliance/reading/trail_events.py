"""Which events a trail records, by its selectors (CloudTrail API Reference, "AdvancedFieldSelector" and "EventSelector")."""

from collections.abc import Callable, Mapping
from typing import Any

from tradingbot_infra.compliance.observe import at, is_true, is_unknown, listed
from tradingbot_infra.compliance.tristate import TriState, any_of
from tradingbot_infra.templates import Assembly, Resource

Event = Mapping[str, str]
"""The fields of an event that selectors ask for."""

_OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "Equals": lambda value, wanted: value == wanted,
    "StartsWith": lambda value, wanted: value.startswith(wanted),
    "EndsWith": lambda value, wanted: value.endswith(wanted),
}

_CALLS = (
    ("ec2.amazonaws.com", "DescribeInstances", "true"),
    ("ec2.amazonaws.com", "AuthorizeSecurityGroupIngress", "false"),
    ("iam.amazonaws.com", "ListUsers", "true"),
    ("iam.amazonaws.com", "CreateAccessKey", "false"),
    ("kms.amazonaws.com", "Decrypt", "true"),
    ("kms.amazonaws.com", "ScheduleKeyDeletion", "false"),
    ("rdsdata.amazonaws.com", "ExecuteStatement", "false"),
    ("secretsmanager.amazonaws.com", "GetSecretValue", "true"),
    ("signin.amazonaws.com", "ConsoleLogin", "false"),
    ("sts.amazonaws.com", "AssumeRole", "true"),
)

MANAGEMENT: tuple[Event, ...] = tuple(
    {
        "eventCategory": "Management",
        "eventSource": source,
        "eventName": name,
        "readOnly": is_read,
        "eventType": "AwsApiCall",
        "sessionCredentialFromConsole": "true",
        "userIdentity.arn": "arn:aws:iam::111122223333:role/anybody",
    }
    for source, name, is_read in _CALLS
)
"""Samples of calls that a trail of everything records, those of the services included that CloudTrail lets a trail leave out."""


def of_object(bucket_arn: str, name: str, *, reads: bool) -> Event:
    """The call of one operation on an object of a bucket."""
    return {
        "eventCategory": "Data",
        "eventSource": "s3.amazonaws.com",
        "eventName": name,
        "readOnly": str(reads).lower(),
        "eventType": "AwsApiCall",
        "resources.type": "AWS::S3::Object",
        "resources.ARN": f"{bucket_arn}/AWSLogs/1",
        "sessionCredentialFromConsole": "true",
        "userIdentity.arn": "arn:aws:iam::111122223333:role/anybody",
    }


def bucket_arn(bucket: Resource, assembly: Assembly) -> str:
    """The ARN of a bucket; CloudFormation makes a name of the stack's name and the logical id (CloudFormation User Guide, "Name type")."""
    place = assembly.stacks[bucket.stack]
    made = f"{place.deployed_name}-{bucket.logical_id}-0123456789ab".lower()
    return f"arn:aws:s3:::{bucket.properties.get('BucketName', made)}"


def records(trail: Resource, event: Event, assembly: Assembly) -> TriState:
    """Whether a trail records an event; None where only CloudFormation knows."""
    advanced, basic = (trail.properties.get(name) for name in ("AdvancedEventSelectors", "EventSelectors"))
    if advanced is not None:
        return any_of(_selects(each, event, assembly) for each in listed(advanced))
    if basic is not None:
        return any_of(_selects_basic(each, event, assembly) for each in listed(basic))
    return event["eventCategory"] == "Management"


def _selects(selector: Any, event: Event, assembly: Assembly) -> TriState:
    fields = listed(at(selector, "FieldSelectors"))
    answers = [_matches(field, event, assembly) for field in fields]
    return False if not fields or False in answers else None if None in answers else True


def _matches(field: Any, event: Event, assembly: Assembly) -> TriState:
    value = event.get(str(at(field, "Field")), "")
    for operator, holds in _OPERATORS.items():
        wanted = [_named(each, assembly) for each in listed(at(field, operator))]
        refused = [_named(each, assembly) for each in listed(at(field, f"Not{operator}"))]
        if is_unknown([*wanted, *refused]):
            return None
        if (wanted and not any(holds(value, each) for each in wanted)) or any(holds(value, each) for each in refused):
            return False
    return True


def _selects_basic(selector: Any, event: Event, assembly: Assembly) -> TriState:
    kinds = {"All": ("true", "false"), "ReadOnly": ("true",), "WriteOnly": ("false",)}
    if is_unknown(selector) and event["eventCategory"] == "Management":
        return None
    if event["readOnly"] not in kinds.get(str(at(selector, "ReadWriteType", "All")), ()):
        return False
    if event["eventCategory"] == "Management":
        excluded = listed(at(selector, "ExcludeManagementEventSources"))
        return is_true(at(selector, "IncludeManagementEvents", True)) and event["eventSource"] not in excluded
    values = [value for each in listed(at(selector, "DataResources")) if each.get("Type") == "AWS::S3::Object" for value in each["Values"]]
    named = [_named(value, assembly) for value in values]
    return True if any(event["resources.ARN"].startswith(each) for each in named) else None if is_unknown(named) else False


def _named(value: Any, assembly: Assembly) -> Any:
    """A value with each reference to a bucket replaced by the bucket's ARN."""
    if not isinstance(value, str):
        return value
    for bucket in assembly.of_type("AWS::S3::Bucket"):
        reference = f"{bucket.stack}.{bucket.logical_id}"
        arn = bucket_arn(bucket, assembly)
        value = value.replace(f"arn:aws:s3:::${{{reference}}}", arn).replace(f"${{{reference}.Arn}}", arn)
    return value.replace("${AWS::Partition}", "aws")
