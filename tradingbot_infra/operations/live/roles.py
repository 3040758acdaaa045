"""IAM roles: attached policies, the actions that those allow, and what a simulation allows."""

from dataclasses import dataclass
from typing import Any

from tradingbot_infra.operations.session import Session


@dataclass(frozen=True)
class Role:
    """One role. `attached` are ARNs of managed policies, `inline` names of its own ones, `actions` what all of them allow.

    An Allow statement with NotAction counts as the action `*`: it allows all but a few.
    """

    arn: str
    name: str
    attached: tuple[str, ...]
    inline: tuple[str, ...]
    actions: tuple[str, ...]


def read_role(session: Session, arn: str) -> Role | None:
    """The role of an ARN; None when there is none."""
    name = arn.rpartition("/")[2]
    try:
        attached = _attached(session, name)
    except session.iam.exceptions.NoSuchEntityException:
        return None
    inline = [each for page in session.iam.get_paginator("list_role_policies").paginate(RoleName=name) for each in page["PolicyNames"]]
    documents = [_document(session, policy) for policy in attached]
    documents += [session.iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"] for policy in inline]
    actions = dict.fromkeys(action for document in documents for action in allowed_actions(document))
    return Role(arn, name, tuple(attached), tuple(inline), tuple(actions))


def allowed_actions(document: Any) -> list[str]:
    """Every action that a policy's Allow statements name."""
    actions: list[str] = []
    for statement in _listed(document["Statement"]):
        if statement["Effect"] == "Allow":
            actions += ["*"] if "NotAction" in statement else _listed(statement["Action"])
    return actions


def allowed_in_simulation(session: Session, role_arn: str, action: str, resource: str) -> bool:
    """Whether IAM's policy simulator lets the role do this on the resource."""
    answer = session.iam.simulate_principal_policy(PolicySourceArn=role_arn, ActionNames=[action], ResourceArns=[resource])
    return any(result["EvalDecision"] == "allowed" for result in answer["EvaluationResults"])


def _attached(session: Session, name: str) -> list[str]:
    pages = session.iam.get_paginator("list_attached_role_policies").paginate(RoleName=name)
    return [policy["PolicyArn"] for page in pages for policy in page["AttachedPolicies"]]


def _document(session: Session, policy: str) -> Any:
    version = session.iam.get_policy(PolicyArn=policy)["Policy"]["DefaultVersionId"]
    return session.iam.get_policy_version(PolicyArn=policy, VersionId=version)["PolicyVersion"]["Document"]


def _listed(value: Any) -> list[Any]:
    """Policy documents write a list of one as the thing itself."""
    return value if isinstance(value, list) else [value]
