"""Why a container did not start."""


class CannotStartError(Exception):
    """A container that did not start; `reason` is what ECS writes into a task's stopped reason or its container's reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
