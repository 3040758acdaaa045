"""Checks: the two roles of a task may do what the service stack says, and nothing else."""

from collections.abc import Collection, Iterator, Mapping

from tradingbot_infra.operations.live.roles import Role, allowed_in_simulation
from tradingbot_infra.operations.verification.check import Finding, Look, failed, passed
from tradingbot_infra.operations.verification.facts import Facts
from tradingbot_infra.operations.verification.next_steps import NextSteps
from tradingbot_infra.operations.verification.tasks import absent

FAR_OUTSIDE: Mapping[str, str] = {
    "iam:CreateUser": "arn:aws:iam::{account}:user/somebody",
    "s3:ListAllMyBuckets": "*",
    "secretsmanager:GetSecretValue": "arn:aws:secretsmanager:{region}:{account}:secret:somebody-else/secret-AbCdEf",
}
"""Actions that no task needs, and on what: each stands for a kind of harm, a new identity, a look around, another's secret."""


Roles = Mapping[str, Role | None]
"""The two roles by what they are, as in `task role`."""


def policies(roles: Roles, declared: Collection[str], steps: NextSteps) -> Iterator[Finding]:
    """Whether the roles have the policies of the stack, each of them, and no others."""
    standing = {kind: role for kind, role in roles.items() if role}
    for kind in (kind for kind in roles if kind not in standing):
        yield failed(f"there is no {kind}", steps.revert("service"))
    drift = [finding for kind, role in standing.items() for finding in _foreign(kind, role, declared)]
    yield from drift
    detached = sorted(set(declared) - {policy for role in standing.values() for policy in role.attached})
    for policy in detached:
        yield failed(f"{policy.rpartition('/')[2]} is attached to neither role", steps.revert("service"))
    if len(standing) == len(roles) and not drift and not detached:
        yield passed(f"{' and '.join(roles)} have {len(declared)} policies of the stack, and no others")


def _foreign(kind: str, role: Role, declared: Collection[str]) -> Iterator[Finding]:
    for policy in role.attached:
        if policy not in declared:
            yield failed(f"the {kind} also has {policy}", f"aws iam detach-role-policy --role-name {role.name} --policy-arn {policy}")
    for policy in role.inline:
        yield failed(
            f"the {kind} also has the inline policy {policy}",
            f"aws iam delete-role-policy --role-name {role.name} --policy-name {policy}",
        )


def narrow(roles: Roles, steps: NextSteps) -> Iterator[Finding]:
    """Whether policies name every action whole."""
    standing = {kind: role for kind, role in roles.items() if role}
    wide = [f"the {kind} allows {action}" for kind, role in standing.items() for action in role.actions if "*" in action or "?" in action]
    for each in wide:
        yield failed(each, steps.revert("service"))
    if standing and not wide:
        yield passed(f"{sum(len(role.actions) for role in standing.values())} actions, each named whole")


def held(allowed: Mapping[str, Collection[str]], steps: NextSteps) -> Iterator[Finding]:
    """Whether a simulation denies each role what is far outside of its task. `allowed` is what it lets through, by role."""
    for kind, actions in allowed.items():
        if actions:
            yield failed(f"the {kind} may do {', '.join(actions)}", steps.revert("service"))
    if allowed and not any(allowed.values()):
        yield passed(f"denied to both: {', '.join(FAR_OUTSIDE)}")


def _policies(facts: Facts) -> Iterator[Finding]:
    if facts.service is None:
        yield absent(facts)
    else:
        declared = frozenset(resource.physical_id for resource in facts.declared("AWS::IAM::ManagedPolicy", "service"))
        yield from policies(facts.roles, declared, facts.steps)


def _narrow(facts: Facts) -> Iterator[Finding]:
    return narrow(facts.roles, facts.steps)


def _held(facts: Facts) -> Iterator[Finding]:
    return held({kind: _let_through(facts, role) for kind, role in facts.roles.items() if role}, facts.steps)


def _let_through(facts: Facts, role: Role) -> list[str]:
    place = {"account": facts.session.account, "region": facts.session.region}
    return [
        action
        for action, resource in FAR_OUTSIDE.items()
        if allowed_in_simulation(facts.session, role.arn, action, resource.format(**place))
    ]


LOOKS = (
    Look("IAM, policies of the task's two roles", _policies),
    Look("IAM, actions that those policies allow", _narrow),
    Look("IAM policy simulator, what is far outside", _held),
)
