"""Rotation schedules, identity providers and web ACL associations of stacks."""

import uuid
from typing import Any

import pytest

from tests.local_cloud.handlers.resources import create, delete, update
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call


def new_secret() -> str:
    made: str = call("secretsmanager", "CreateSecret", Name=uuid.uuid4().hex, SecretString="s")["ARN"]
    return made


def secret_description(secret: str) -> dict[str, Any]:
    return call("secretsmanager", "DescribeSecret", SecretId=secret)


def test_a_secret_rotates_on_its_schedule_until_the_schedule_is_deleted() -> None:
    secret = new_secret()
    old = {
        "SecretId": secret,
        "RotationLambdaARN": "arn:aws:lambda:us-east-1:000000000000:function:rotate",
        "RotationRules": {"AutomaticallyAfterDays": "30"},
    }
    schedule, attributes = create("AWS::SecretsManager::RotationSchedule", old)
    assert schedule == attributes["Id"] == secret
    assert secret_description(secret)["RotationEnabled"] is True
    assert secret_description(secret)["RotationRules"] == {"AutomaticallyAfterDays": 30}
    new = {**old, "RotationRules": {"AutomaticallyAfterDays": 7}}
    assert update("AWS::SecretsManager::RotationSchedule", schedule, old, new) == secret
    assert secret_description(secret)["RotationRules"] == {"AutomaticallyAfterDays": 7}
    for _ in range(2):
        delete("AWS::SecretsManager::RotationSchedule", schedule, new)
        assert secret_description(secret)["RotationEnabled"] is False


def test_the_schedule_of_a_missing_secret_deletes_quietly() -> None:
    delete("AWS::SecretsManager::RotationSchedule", "arn:aws:secretsmanager:us-east-1:000000000000:secret:no-AAAAAA", {})


def test_an_identity_provider_is_one_for_its_address_and_keeps_its_arn() -> None:
    host = f"{uuid.uuid4().hex}.example.com"
    old = {"Url": f"https://{host}", "ClientIdList": ["sts.amazonaws.com"], "Tags": [{"Key": "Project", "Value": "tradingbot"}]}
    provider, attributes = create("AWS::IAM::OIDCProvider", old)
    assert provider == attributes["Arn"] == f"arn:aws:iam::000000000000:oidc-provider/{host}"
    with pytest.raises(LocalApiError) as refused:
        create("AWS::IAM::OIDCProvider", old)
    assert refused.value.code.startswith("EntityAlreadyExists")
    new = {**old, "ClientIdList": ["sts.amazonaws.com", "other"]}
    assert update("AWS::IAM::OIDCProvider", provider, old, new) == provider
    assert call("iam", "GetOpenIDConnectProvider", OpenIDConnectProviderArn=provider)["ClientIDList"] == ["sts.amazonaws.com", "other"]
    for _ in range(2):
        delete("AWS::IAM::OIDCProvider", provider, new)
    with pytest.raises(LocalApiError):
        call("iam", "GetOpenIDConnectProvider", OpenIDConnectProviderArn=provider)


def new_web_acl() -> str:
    made: str = call(
        "wafv2",
        "CreateWebACL",
        Name=uuid.uuid4().hex,
        Scope="REGIONAL",
        DefaultAction={"Allow": {}},
        VisibilityConfig={"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "m"},
    )["Summary"]["ARN"]
    return made


def web_acl_of(resource: str) -> str | None:
    try:
        arn: str = call("wafv2", "GetWebACLForResource", ResourceArn=resource)["WebACL"]["ARN"]
    except LocalApiError:
        return None
    return arn


def test_a_web_acl_association_is_replaced_without_a_gap_and_deleted() -> None:
    balancer = f"arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/{uuid.uuid4().hex}/50dc6c495c0c9188"
    first, second = new_web_acl(), new_web_acl()
    old, new = ({"ResourceArn": balancer, "WebACLArn": found} for found in (first, second))
    association, _ = create("AWS::WAFv2::WebACLAssociation", old)
    assert association == f"{balancer}|{first}"
    assert web_acl_of(balancer) == first
    replacement = update("AWS::WAFv2::WebACLAssociation", association, old, new)
    assert web_acl_of(balancer) == second
    for _ in range(2):
        delete("AWS::WAFv2::WebACLAssociation", replacement, new)
        assert web_acl_of(balancer) is None
