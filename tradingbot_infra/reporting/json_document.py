"""JSON conventions of every report: keys in snake case with the schema's version first, decimal numbers as text."""

import json
from collections.abc import Mapping
from typing import Any

SCHEMA_VERSION_KEY = "schema_version"


def versioned(version: int, content: Mapping[str, Any]) -> dict[str, Any]:
    """A document with the version of its schema."""
    return {SCHEMA_VERSION_KEY: version, **content}


def to_text(document: Mapping[str, Any]) -> str:
    """The document as a file holds it."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
