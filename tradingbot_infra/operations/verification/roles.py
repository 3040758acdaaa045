"""Checks: the roles of the service stack, a task's two among them, have its policies, and no others."""

from collections.abc import Collection, Iterator, Mapping

from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.roles import Role, allowed_in_simulation, read_role
from tradingbot_infra.operations.printed_commands import AwsCli, revert
from tradingbot_infra.operations.verdict import Finding, failed, passed
from tradingbot_infra.operations.verification.check import Look

FAR_OUTSIDE: Mapping[str, str] = {
    "iam:CreateUser": "arn:aws:iam::{account}:user/somebody",
    "s3:ListAllMyBuckets": "*",
    "secretsmanager:GetSecretValue": "arn:aws:secretsmanager:{region}:{account}:secret:somebody-else/secret-AbCdEf",
}
"""Actions that no role needs, and on what, one for each kind of harm: a new identity, a look around, a foreign secret."""


Roles = Mapping[str, Role | None]
"""Roles by what they are, as in `task role`."""


def policies(roles: Roles, declared: Collection[str]) -> Iterator[Finding]:
    """Whether the roles have the policies of the stack, each of them, and no others."""
    existing = {kind: role for kind, role in roles.items() if role}
    for kind in (kind for kind in roles if kind not in existing):
        yield failed(f"there is no {kind}", revert("service"))
    drift = [finding for kind, role in existing.items() for finding in _foreign(kind, role, declared)]
    yield from drift
    detached = sorted(set(declared) - {policy for role in existing.values() for policy in role.attached})
    for policy in detached:
        yield failed(f"{policy.rpartition('/')[2]} is attached to no role", revert("service"))
    if len(existing) == len(roles) and not drift and not detached:
        yield passed(f"{len(roles)} roles have {len(declared)} policies of the stack, and no others")


def _foreign(kind: str, role: Role, declared: Collection[str]) -> Iterator[Finding]:
    for policy in role.attached:
        if policy not in declared:
            yield failed(f"the {kind} also has {policy}", AwsCli(f"iam detach-role-policy --role-name {role.name} --policy-arn {policy}"))
    for policy in role.inline:
        yield failed(
            f"the {kind} also has the inline policy {policy}",
            AwsCli(f"iam delete-role-policy --role-name {role.name} --policy-name {policy}"),
        )


def narrow(roles: Roles) -> Iterator[Finding]:
    """Whether policies name every action without a wildcard."""
    existing = {kind: role for kind, role in roles.items() if role}
    wide = [f"the {kind} allows {action}" for kind, role in existing.items() for action in role.actions if "*" in action or "?" in action]
    for each in wide:
        yield failed(each, revert("service"))
    if existing and not wide:
        yield passed(f"{sum(len(role.actions) for role in existing.values())} actions, none with a wildcard")


def nothing_else_allowed(allowed: Mapping[str, Collection[str]]) -> Iterator[Finding]:
    """Whether a simulation denies each role actions that none needs. `allowed` are those that it allows, by role."""
    for kind, actions in allowed.items():
        if actions:
            yield failed(f"the {kind} may do {', '.join(actions)}", revert("service"))
    if allowed and not any(allowed.values()):
        yield passed(f"denied to all: {', '.join(FAR_OUTSIDE)}")


def _policies(facts: Facts) -> Iterator[Finding]:
    declared = frozenset(resource.physical_id for resource in facts.declared("AWS::IAM::ManagedPolicy", "ServiceStack"))
    return policies(_roles(facts), declared)


def _roles(facts: Facts) -> Roles:
    """The two roles of a task, and the others that the stack declares."""
    of_tasks = facts.roles
    known = {role.name for role in of_tasks.values() if role}
    declared = (resource for resource in facts.declared("AWS::IAM::Role", "ServiceStack") if resource.physical_id not in known)
    arn = f"arn:aws:iam::{facts.session.account}:role/"
    return {**of_tasks, **{each.logical_id: read_role(facts.session, f"{arn}{each.physical_id}") for each in declared}}


def _let_through(facts: Facts, role: Role) -> list[str]:
    place = {"account": facts.session.account, "region": facts.session.region}
    return [
        action
        for action, resource in FAR_OUTSIDE.items()
        if allowed_in_simulation(facts.session, role.arn, action, resource.format(**place))
    ]


LOOKS = (
    Look("IAM, policies of the roles of the service stack", _policies),
    Look("IAM, actions that those policies allow", lambda facts: narrow(_roles(facts))),
    Look(
        "IAM policy simulator, what is far outside",
        lambda facts: nothing_else_allowed({kind: _let_through(facts, role) for kind, role in _roles(facts).items() if role}),
    ),
)
