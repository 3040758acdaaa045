"""Rotation of secrets, identity providers, and the web ACLs of load balancers."""

from collections.abc import Mapping

from tradingbot_infra.local_cloud.handlers.resource import Created, Properties, Resource, given, ignoring
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.ministack import records

_NO_WEB_ACL = "WAFNonexistentItemException"
_NO_ENTITY = "NoSuchEntity"


def _rotate(properties: Properties, _name: str) -> Created:
    wanted = {"RotationRules": {}, **given(properties, "SecretId", "RotationLambdaARN", "RotationRules")}
    secret: str = call("secretsmanager", "RotateSecret", **wanted)["ARN"]
    return secret, {"Id": secret}


def _stop_rotation(secret: str, _properties: Properties) -> None:
    records.cancel_secret_rotation(secret)


def _trust_provider(properties: Properties, _name: str) -> Created:
    clients = {"ClientIDList": properties["ClientIdList"]} if properties.get("ClientIdList") else {}
    wanted = {**given(properties, "Url", "ThumbprintList", "Tags"), **clients}
    arn: str = call("iam", "CreateOpenIDConnectProvider", **wanted)["OpenIDConnectProviderArn"]
    return arn, {"Arn": arn}


def _change_provider(arn: str, old: Properties, new: Properties) -> Created:
    """Its ARN is its address, so it is the same one afterwards."""
    _distrust_provider(arn, old)
    return _trust_provider(new, "")


def _distrust_provider(arn: str, _properties: Properties) -> None:
    with ignoring(_NO_ENTITY):
        call("iam", "DeleteOpenIDConnectProvider", OpenIDConnectProviderArn=arn)


def _associate(properties: Properties, _name: str) -> Created:
    resource, web_acl = properties["ResourceArn"], properties["WebACLArn"]
    call("wafv2", "AssociateWebACL", ResourceArn=resource, WebACLArn=web_acl)
    return f"{resource}|{web_acl}", {}


def _disassociate(_physical_id: str, properties: Properties) -> None:
    with ignoring(_NO_WEB_ACL):
        current = call("wafv2", "GetWebACLForResource", ResourceArn=properties["ResourceArn"])["WebACL"]
        # When the association is replaced, the new one exists before this one is deleted.
        if current["ARN"] == properties["WebACLArn"]:
            call("wafv2", "DisassociateWebACL", ResourceArn=properties["ResourceArn"])


RESOURCES: Mapping[str, Resource] = {
    "AWS::IAM::OIDCProvider": Resource(
        create=_trust_provider,
        change=_change_provider,
        in_place=frozenset({"ClientIdList", "Tags", "ThumbprintList"}),
        delete=_distrust_provider,
    ),
    "AWS::SecretsManager::RotationSchedule": Resource(
        create=_rotate,
        in_place=frozenset({"RotationRules", "RotationLambdaARN", "HostedRotationLambda", "RotateImmediatelyOnUpdate"}),
        delete=_stop_rotation,
    ),
    "AWS::WAFv2::WebACLAssociation": Resource(create=_associate, delete=_disassociate),
}
