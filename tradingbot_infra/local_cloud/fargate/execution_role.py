"""What ECS does before a container starts is done with the rights of the task's execution role.

The policies of the role and its boundary decide, and what the policy of a secret allows to the role by its ARN. Denials in policies of
resources, and the policies of keys and repositories, are not asked.
Source: ECS Developer Guide, "Amazon ECS task execution IAM role".
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.api.errors import LocalApiError

_WHY = {
    "implicitDeny": "because no identity-based policy allows the {action} action",
    "explicitDeny": "with an explicit deny in an identity-based policy",
}


class DeniedError(Exception):
    """AWS's words for what the execution role may not do."""


@dataclass(frozen=True)
class ExecutionRole:
    """The role that a task is started with."""

    arn: str
    task_id: str
    ask: Ask

    async def check(
        self,
        action: str,
        resource: str,
        context: Mapping[str, str] | None = None,
        granted: Callable[[], Awaitable[bool]] | None = None,
    ) -> None:
        """Raises DeniedError when the role may not do this; `context` are condition keys and their values.

        `granted` says whether the resource's own policy allows it, which is enough within one account.
        """
        decision = await self._decision(action, resource, context or {})
        if decision == "implicitDeny" and granted is not None and await granted():
            return
        if decision != "allowed":
            why = _WHY[decision].format(action=action)
            raise DeniedError(
                f"AccessDeniedException: User: {self._session} is not authorized to perform: {action} on resource: {resource} {why}"
            )

    async def may(self, action: str, resource: str) -> bool:
        """Whether the role may do this."""
        return await self._decision(action, resource, {}) == "allowed"

    async def _decision(self, action: str, resource: str, context: Mapping[str, str]) -> str:
        entries = [{"ContextKeyName": name, "ContextKeyType": "string", "ContextKeyValues": [value]} for name, value in context.items()]
        resources = {} if resource == "*" else {"ResourceArns": [resource]}
        try:
            answer = await self.ask(
                "iam", "SimulatePrincipalPolicy", PolicySourceArn=self.arn, ActionNames=[action], ContextEntries=entries, **resources
            )
        except LocalApiError as error:
            raise DeniedError(
                f"ECS was unable to assume the role '{self.arn}' that was provided for this task. Please verify that the role being"
                " passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role."
            ) from error
        return str(answer["EvaluationResults"][0]["EvalDecision"])

    @property
    def _session(self) -> str:
        account, role = self.arn.split(":")[4], self.arn.rpartition("/")[2]
        return f"arn:aws:sts::{account}:assumed-role/{role}/{self.task_id}"
