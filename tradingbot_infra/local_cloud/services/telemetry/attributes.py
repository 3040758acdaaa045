"""Attributes of OTLP as values of JSON, and as labels."""

import base64
import json
from collections.abc import Iterable
from typing import Any


def value_of(value: Any) -> Any:
    """An attribute's value as JSON has it."""
    match value.WhichOneof("value"):
        case "array_value":
            return [value_of(each) for each in value.array_value.values]
        case "kvlist_value":
            return values_of(value.kvlist_value.values)
        case "bytes_value":
            return base64.b64encode(value.bytes_value).decode()
        case None:
            return None
        case kind:
            return getattr(value, kind)


def values_of(attributes: Iterable[Any]) -> dict[str, Any]:
    """Attributes as an object of JSON; of two with one name the last."""
    return {each.key: value_of(each.value) for each in attributes}


def label(value: Any) -> str:
    """A value as a label's text; what is no text as JSON writes it."""
    return value if isinstance(value, str) else json.dumps(value)
