"""What prevents ECS from starting a task with its execution role: permissions, secrets and keys together."""

from tradingbot_infra.operations.live.service import TaskDefinition
from tradingbot_infra.operations.permissions.findings import Denial, Permissions
from tradingbot_infra.operations.permissions.keys import look_at_key
from tradingbot_infra.operations.permissions.needs import needs_of_execution_role, secrets_of
from tradingbot_infra.operations.permissions.secrets import look_at_secret, unreadable
from tradingbot_infra.operations.permissions.simulation import denials
from tradingbot_infra.operations.printed_commands import revert
from tradingbot_infra.operations.session import Session


def execution_role(session: Session, task_definition: TaskDefinition) -> Permissions:
    """Everything that would fail before the task's container runs. No value of a secret is asked for."""
    fix = revert("service")
    role = task_definition.execution_role_arn
    if not role:
        return Permissions((Denial("no_role", "sts:AssumeRole", (), "", f"{task_definition.arn} has no execution role", fix),))
    secrets = [look_at_secret(session, role, secret) for secret in secrets_of(task_definition)]
    keys = {key: look_at_key(session, role, key) for key in dict.fromkeys(look.key for look in secrets if look.key)}
    granted = {look.secret for look in secrets if look.granted} | {look.arn for look in keys.values() if look.granted}
    needs = needs_of_execution_role(
        task_definition, region=session.region, keys={look.secret: keys[look.key].arn for look in secrets if look.key}
    )
    permissions = denials(session, role, [need for need in needs if need.resource not in granted], fix=fix)
    permissions += unreadable(secrets)
    for look in (*(secret.not_assessed for secret in secrets), *(key.found for key in keys.values())):
        permissions += look
    return permissions
