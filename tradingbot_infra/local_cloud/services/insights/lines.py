"""The fields that Logs Insights finds in lines of JSON: those of objects within have dots, and items of lists their numbers.

Source: CloudWatch Logs User Guide, "Supported logs and discovered fields".
"""

import json
from collections.abc import Iterator
from typing import Any

_MOST = 200
"""Fields of a line."""


def fields_of(message: str) -> dict[str, Any]:
    """Name -> value; nothing for a line that is no JSON."""
    try:
        content = json.loads(message)
    except ValueError:
        return {}
    found: dict[str, Any] = {}
    for name, value in _flat("", content):
        if len(found) < _MOST:
            found.setdefault(name, value)
    return found


def _flat(prefix: str, content: Any) -> Iterator[tuple[str, Any]]:
    items = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for name, value in items:
        path = f"{prefix}{name}"
        if isinstance(value, dict | list):
            yield from _flat(f"{path}.", value)
        elif value is not None:
            yield path, value
