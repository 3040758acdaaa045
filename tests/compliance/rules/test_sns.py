"""Rules for SNS, each on what complies and what does not."""

import pytest

from tests.compliance.builders import Body, assembly_of, judge, resource
from tradingbot_infra.compliance.rules import sns
from tradingbot_infra.compliance.status import Status

KEY = resource("AWS::KMS::Key")
TLS_ONLY = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "sns:Publish",
    "Resource": {"Ref": "Topic"},
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


def topic(**properties: object) -> Body:
    return resource("AWS::SNS::Topic", properties)


def topic_policy(*statements: object) -> Body:
    return resource("AWS::SNS::TopicPolicy", {"Topics": [{"Ref": "Topic"}], "PolicyDocument": {"Statement": list(statements)}})


@pytest.mark.parametrize(
    ("key", "status"),
    [
        ({"Fn::GetAtt": ["Key", "Arn"]}, Status.PASS),
        ("arn:aws:kms:ap-southeast-2:111122223333:key/1234abcd", Status.PASS),
        ("alias/aws/sns", Status.FAIL),
        (None, Status.FAIL),
        ({"Fn::ImportValue": "somewhere"}, Status.NOT_ASSESSED),
        ({"Ref": "KeyParameter"}, Status.NOT_ASSESSED),
    ],
)
def test_a_topic_is_under_a_customer_managed_key(key: object, status: Status) -> None:
    assembly = assembly_of({"Key": KEY, "Topic": topic(**({"KmsMasterKeyId": key} if key else {}))})
    assert judge(sns.kms, assembly) == {"Topic": status}


def test_a_topic_whose_policy_denies_plain_http_passes() -> None:
    assert judge(sns.tls, assembly_of({"Topic": topic(), "Policy": topic_policy(TLS_ONLY)})) == {"Topic": Status.PASS}


@pytest.mark.parametrize(
    "policies", [{}, {"Policy": topic_policy()}, {"Policy": topic_policy({**TLS_ONLY, "Effect": "Allow"})}], ids=["none", "empty", "allow"]
)
def test_a_topic_that_accepts_plain_http_fails(policies: dict[str, Body]) -> None:
    assert judge(sns.tls, assembly_of({"Topic": topic(), **policies})) == {"Topic": Status.FAIL}


def test_the_policy_of_another_topic_does_not_count() -> None:
    other = resource("AWS::SNS::TopicPolicy", {"Topics": [{"Ref": "Other"}], "PolicyDocument": {"Statement": [TLS_ONLY]}})
    assert judge(sns.tls, assembly_of({"Topic": topic(), "Other": topic(), "Policy": other})) == {
        "Topic": Status.FAIL,
        "Other": Status.PASS,
    }


@pytest.mark.parametrize(
    ("statement", "status"),
    [
        ({"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/alarms"}, "Action": "sns:Publish"}, Status.PASS),
        ({"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999988887777:root"}, "Action": "sns:Subscribe"}, Status.FAIL),
        ({"Effect": "Allow", "Principal": {"Service": "cloudwatch.amazonaws.com"}, "Action": "sns:Publish"}, Status.FAIL),
        (
            {
                "Effect": "Allow",
                "Principal": {"Service": "cloudwatch.amazonaws.com"},
                "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:ap-southeast-2:111122223333:alarm:*"}},
            },
            Status.PASS,
        ),
        ({"Effect": "Allow", "Principal": "*", "Condition": {"StringEquals": {"aws:SourceAccount": "999988887777"}}}, Status.FAIL),
        ({"Effect": "Allow", "Principal": "*", "Condition": {"StringEquals": {"aws:SourceOwner": ["111122223333", "9"]}}}, Status.FAIL),
        ({"Effect": "Allow", "Principal": "*", "Condition": {"StringEquals": {"AWS:SourceAccount": "111122223333"}}}, Status.PASS),
        ({"Effect": "Allow", "Principal": "*", "Action": "sns:Publish"}, Status.FAIL),
        ({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sns:Publish"}, Status.FAIL),
        ({"Effect": "Allow", "NotPrincipal": {"AWS": "111122223333"}, "Action": "sns:Publish"}, Status.FAIL),
        ({"Effect": "Allow", "Principal": "*", "Condition": {"StringNotEquals": {"aws:SourceAccount": "111122223333"}}}, Status.FAIL),
    ],
)
def test_only_named_principals_or_this_account_may_publish(statement: object, status: Status) -> None:
    assert judge(sns.private, assembly_of({"Topic": topic(), "Policy": topic_policy(statement)})) == {"Policy": status}


@pytest.mark.parametrize(("protocol", "status"), [("email", Status.PASS), ("https", Status.PASS), ("http", Status.FAIL)])
def test_no_subscription_is_in_plain_http(protocol: str, status: Status) -> None:
    assert judge(sns.private, assembly_of({"Subscription": resource("AWS::SNS::Subscription", {"Protocol": protocol})})) == {
        "Subscription": status
    }
