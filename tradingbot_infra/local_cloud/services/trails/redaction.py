"""What no event holds: secrets, by botocore's models, which mark them, and by their names, and what is too large.

Source: CloudTrail User Guide, "CloudTrail record contents", requestParameters and responseElements.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"
_LARGEST = 100_000
"""Characters of requestParameters or responseElements; larger ones are left out."""
_SECRET = frozenset(
    {
        *("accesstoken", "assertion", "authorizationtoken", "authtoken", "ciphertextblob", "masteruserpassword", "newpassword"),
        *("oldpassword", "password", "plaintext", "privatekey", "privatekeyplaintext", "randompassword", "samlassertion"),
        *("secretaccesskey", "secretbinary", "secretstring", "sessiontoken", "token", "tokencode", "webidentitytoken", "zipfile"),
    }
)


def shown(shape: Shape | None, value: Mapping[str, Any]) -> dict[str, Any] | None:
    """Parameters or an answer of this shape as CloudTrail shows them, names beginning with a small letter; None where nothing is left."""
    found = _shown(shape, "", value)
    if not found:
        return None
    size = len(json.dumps(found))
    if size > _LARGEST:
        return {"omitted": True, "originalSize": size, "reason": "requestParameters or responseElements too large"}
    return dict(found)


def _shown(shape: Shape | None, name: str, value: Any) -> Any:
    if name.lower() in _SECRET or (shape is not None and shape.metadata.get("sensitive")) or isinstance(value, bytes):
        return HIDDEN
    if isinstance(value, Mapping):
        return {_small(key): _shown(_member(shape, key), key, item) for key, item in value.items()}
    if isinstance(value, list):
        inner = shape.member if isinstance(shape, ListShape) else None
        return [_shown(inner, "", item) for item in value]
    return value.isoformat() if isinstance(value, datetime) else value


def _member(shape: Shape | None, key: str) -> Shape | None:
    if isinstance(shape, StructureShape):
        return shape.members.get(key)
    return shape.value if isinstance(shape, MapShape) else None


def _small(name: str) -> str:
    return f"{name[:1].lower()}{name[1:]}"
