"""Service-linked roles: whether those that the templates need exist, and how missing ones are created.

A service creates its role at its first use, and may use it before IAM has it everywhere: ECS then refuses the account's first cluster
with "Unable to assume the service linked role" (aws-cloudformation/cloudformation-coverage-roadmap issue 818). A role that exists
before the deployment avoids this.
"""

from collections.abc import Iterator

from tradingbot_infra.design.service_linked_roles import ROLES, ServiceLinkedRole
from tradingbot_infra.operations.failures import code_of, is_missing
from tradingbot_infra.operations.preflight.plan import Plan
from tradingbot_infra.operations.printed_commands import OwnCommand
from tradingbot_infra.operations.session import Session
from tradingbot_infra.operations.verdict import Finding, failed, passed


def missing(plan: Plan) -> tuple[ServiceLinkedRole, ...]:
    """The roles that the templates need and the account does not have."""
    return tuple(role for role in ROLES if plan.assembly.of_type(role.type) and not _exists(plan.session, role))


def exist(plan: Plan) -> Iterator[Finding]:
    """Whether every role that the templates need exists."""
    lacking = missing(plan)
    if lacking:
        yield failed(f"missing: {', '.join(role.name for role in lacking)}", OwnCommand("preflight --create-service-linked-roles"))
    else:
        yield passed("all of the services that the templates use")


def create_missing(plan: Plan) -> tuple[str, ...]:
    """Creates the missing roles, and returns their names. A role that somebody else created meanwhile is none of them.

    A role grants its service only, and costs nothing. Raises botocore's ClientError, where these credentials may not create it.
    """
    return tuple(role.name for role in missing(plan) if _created(plan.session, role))


def _exists(session: Session, role: ServiceLinkedRole) -> bool:
    try:
        session.iam.get_role(RoleName=role.name)
    except Exception as error:
        if not is_missing(error):
            raise
        return False
    return True


def _created(session: Session, role: ServiceLinkedRole) -> bool:
    try:
        session.iam.create_service_linked_role(AWSServiceName=role.principal)
    except Exception as error:
        # "Service role name ... has been taken in this account" (IAM API, CreateServiceLinkedRole).
        if code_of(error) != "InvalidInput" or "has been taken" not in str(error):
            raise
        return False
    return True
