"""What CloudFormation refuses and ministack's handlers do: names that exist, and deletions that AWS protects from.

Sources: the handlers' contract (CloudFormation CLI User Guide, "Resource type handler contract": a create handler fails with
AlreadyExists if the resource existed before), and for deletions `services.protections`.
"""

from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.handlers.resource import Created, Handler, Properties
from tradingbot_infra.local_cloud.ministack.fixed_names import FIXED_NAMES, FixedName, owner, secret_is_deleted
from tradingbot_infra.local_cloud.services.protections import REFUSALS, Refusal

_SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 - a type, not a secret


def strict(resource_type: str, handler: Handler) -> Handler:
    """A handler that refuses as AWS does; it may be the same handler."""
    fixed, refusal = FIXED_NAMES.get(resource_type), REFUSALS.get(resource_type)
    handler = _only_new_names(resource_type, handler, fixed) if fixed else handler
    return _with_refusal(handler, refusal) if refusal else handler


def _only_new_names(resource_type: str, handler: Handler, fixed: FixedName) -> Handler:
    def create(logical_id: str, properties: Properties, stack_name: str) -> Created:
        name = properties.get(fixed.property)
        if name and fixed.is_taken(name, properties):
            raise _exists(resource_type, name)
        created: Created = handler["create"](logical_id, properties, stack_name)
        return created

    def update(_physical_id: str, _old: Properties, new: Properties, stack_name: str, logical_id: str) -> Created:
        # ministack updates types without an update handler by their creation.
        created: Created = handler["create"](logical_id, new, stack_name)
        return created

    def adopt(identifier: Properties) -> Created:
        raise LocalApiError("UnsupportedOperation", f"The local cloud cannot import {resource_type} ({identifier})")

    own: Handler = {"update": update, "update_with_logical_id": True} if "update" not in handler else {}
    adopting: Handler = {"import": adopt} if fixed.identifies and "import" not in handler else {}
    return {**handler, **own, **adopting, "create": create}


def _exists(resource_type: str, name: str) -> LocalApiError:
    stack = owner(resource_type, name)
    if stack:
        return LocalApiError("AlreadyExists", f"{name} already exists in stack {stack}")
    if resource_type == _SECRET and secret_is_deleted(name):
        words = "You can't create this secret because a secret with this name is already scheduled for deletion."
        return LocalApiError("InvalidRequestException", words)
    if resource_type == _SECRET:
        return LocalApiError("ResourceExistsException", f"The operation failed because the secret {name} already exists.")
    return LocalApiError("AlreadyExists", f"Resource of type '{resource_type}' with identifier '{name}' already exists.")


def _with_refusal(handler: Handler, refusal: Refusal) -> Handler:
    def refusing(name: str) -> dict[str, Any]:
        def called(physical_id: str, properties: Properties) -> None:
            refusal(physical_id)
            handler[name](physical_id, properties)

        return {name: called} if name in handler else {}

    return {**handler, **refusing("delete"), **refusing("snapshot")}
