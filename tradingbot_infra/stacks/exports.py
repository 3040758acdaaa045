"""What stacks export to the stacks after them, looked up by type."""

from typing import TypeVar

Exported = TypeVar("Exported")


class Exports:
    """The exports of the stacks built so far: `exports[NetworkExports]` is what NetworkStack exports."""

    def __init__(self) -> None:
        self._by_type: dict[type, object] = {}

    def add(self, exports: object | None) -> None:
        """Adds what a stack exports, which may be nothing."""
        if exports is not None:
            self._by_type[type(exports)] = exports

    def __getitem__(self, kind: type[Exported]) -> Exported:
        """Raises LookupError when no stack before this one exports such a thing."""
        found = self._by_type.get(kind)
        if isinstance(found, kind):
            return found
        raise LookupError(f"no stack before this one exports {kind.__name__}; order the rows of design/stacks.py by what they need")
