"""Roles and managed policies."""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.operations.compliance.readers.reader import Live, One, Reader


def _role(one: One) -> Live:
    iam, name = one.session.iam, one.physical_id
    role = iam.get_role(RoleName=name)["Role"]
    attached = [
        each["PolicyArn"]
        for page in iam.get_paginator("list_attached_role_policies").paginate(RoleName=name)
        for each in page["AttachedPolicies"]
    ]
    inline = [each for page in iam.get_paginator("list_role_policies").paginate(RoleName=name) for each in page["PolicyNames"]]
    boundary = role.get("PermissionsBoundary", {})
    return Live(
        properties={
            "AssumeRolePolicyDocument": role["AssumeRolePolicyDocument"],
            "ManagedPolicyArns": [*_not_self_attached(one, attached)],
            "Policies": [
                {"PolicyName": each, "PolicyDocument": iam.get_role_policy(RoleName=name, PolicyName=each)["PolicyDocument"]}
                for each in inline
            ],
            "PermissionsBoundary": boundary.get("PermissionsBoundaryArn"),
        }
    )


def _not_self_attached(one: One, attached: list[str]) -> list[str]:
    """The attached policies without those that attach themselves: a managed policy of a template may name its roles."""
    naming = {
        one.ids.of(policy.stack, policy.logical_id)
        for policy in one.assembly.of_type("AWS::IAM::ManagedPolicy")
        if one.resource in [one.assembly.referred(role) for role in policy.properties.get("Roles", [])]
    }
    return [arn for arn in attached if arn not in naming]


def _managed_policy(one: One) -> Live:
    iam, arn = one.session.iam, one.physical_id
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    document: Any = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    return Live(properties={"PolicyDocument": document})


READERS: Mapping[str, Reader] = {"AWS::IAM::Role": _role, "AWS::IAM::ManagedPolicy": _managed_policy}
