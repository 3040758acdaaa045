"""The policies of an IAM user or role, under the names that the policy simulator reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.services.operation import Call


@dataclass(frozen=True)
class Identity:
    """The policies of a user or role."""

    policies: Mapping[str, str]
    """Name -> document: inline policies as `role_NAME_POLICY`, managed ones by their own names."""
    boundary: str | None
    """The document of the permissions boundary, if there is one."""


async def identity_of(call: Call, arn: str) -> Identity:
    """The user or role of this ARN, with the policies of a user's groups.

    Raises:
        LocalApiError: NoSuchEntity, or InvalidInput for what is neither user nor role.
    """
    kind, _, path = arn.rpartition(":")[2].partition("/")
    name = path.rpartition("/")[2]
    if kind not in ("user", "role") or not name:
        raise LocalApiError("InvalidInput", f"The local cloud simulates users and roles only, not {arn}")
    word = kind.capitalize()
    described = (await call.ask("iam", f"Get{word}", **{f"{word}Name": name}))[word]
    policies = await _policies(call, word, name)
    if word == "User":
        for group in (await call.ask("iam", "ListGroupsForUser", UserName=name))["Groups"]:
            policies |= await _policies(call, "Group", group["GroupName"])
    boundary = described.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
    return Identity(policies, None if boundary is None else await _managed(call, boundary))


async def _policies(call: Call, word: str, name: str) -> dict[str, str]:
    whose: dict[str, Any] = {f"{word}Name": name}
    found = {}
    for policy in (await call.ask("iam", f"List{word}Policies", **whose))["PolicyNames"]:
        answer = await call.ask("iam", f"Get{word}Policy", **whose, PolicyName=policy)
        # botocore's clients decode documents in an event handler, which our client does not have.
        found[f"{word.lower()}_{name}_{policy}"] = unquote(answer["PolicyDocument"])
    for attached in (await call.ask("iam", f"ListAttached{word}Policies", **whose))["AttachedPolicies"]:
        found[attached["PolicyName"]] = await _managed(call, attached["PolicyArn"])
    return found


async def _managed(call: Call, arn: str) -> str:
    version = (await call.ask("iam", "GetPolicy", PolicyArn=arn))["Policy"]["DefaultVersionId"]
    answer = await call.ask("iam", "GetPolicyVersion", PolicyArn=arn, VersionId=version)
    return unquote(answer["PolicyVersion"]["Document"])
