"""Paths of input transformers into lists, `$.detail.findings[0].Title`, which ministack takes for the name of a field.

Source: EventBridge User Guide, "Amazon EventBridge input transformation".
"""

import re
from collections.abc import Mapping
from typing import Any

from ministack.services import eventbridge

_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")


class _WithPaths(dict[str, Any]):
    """An event, in which whole paths can be looked up too, without being part of it."""

    def __init__(self, event: Mapping[str, Any], paths: Mapping[str, Any]) -> None:
        super().__init__(event)
        self._paths = paths

    def __missing__(self, key: str) -> Any:
        return self._paths[key]


class _View:
    """ministack's view of an event with `_WithPaths` in it."""

    def __init__(self, view: Any, paths: Mapping[str, Any]) -> None:
        self._view, self._paths = view, paths

    def event_with_detail(self) -> dict[str, Any]:
        return _WithPaths(self._view.event_with_detail(), self._paths)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._view, name)


def read_lists() -> None:
    """Makes input transformers read items of lists; a path that leads nowhere is empty, as on AWS."""
    apply = eventbridge._apply_input_transformer  # noqa: SLF001 - it has no hook for this

    def applied(transformer: Mapping[str, Any], rule: Any, view: Any) -> Any:
        paths = transformer.get("InputPathsMap", {})
        into_lists = {name: path for name, path in paths.items() if "[" in path}
        event = view.event_with_detail()
        found = {f"path-{name}": _at(event, path) for name, path in into_lists.items()}
        renamed = {name: f"$.path-{name}" for name in into_lists}
        return apply({**transformer, "InputPathsMap": {**paths, **renamed}}, rule, _View(view, found))

    eventbridge._apply_input_transformer = applied  # noqa: SLF001 - as above


def _at(event: Mapping[str, Any], path: str) -> Any:
    value: Any = event
    try:
        for name, position in _STEP.findall(path):
            value = value[name] if name else value[int(position)]
    except (KeyError, IndexError, TypeError):
        return ""
    return value
