"""What ministack's CloudFormation does around its resource handlers."""

from collections.abc import Callable

from ministack.services.cloudformation.provisioners import _delete_predecessor


def delete_after_update(delete: Callable[..., None], *arguments: object) -> None:
    """Calls `delete(*arguments)` in the cleanup phase of a stack update, so that a rollback still finds the old resource."""
    _delete_predecessor(delete, *arguments)
