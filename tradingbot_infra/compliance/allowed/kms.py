"""What templates may hold of KMS: symmetric keys of one region, which rotate, each with an alias of its own.

Another kind of key, a key for several regions, and material of one's own are in no row.
"""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.compliance.allowed.row import AllowedType, Row, allowed, exactly, free, judged, kept, required, setting, tags
from tradingbot_infra.compliance.tristate import TriState
from tradingbot_infra.templates import Assembly, Resource

_BESIDE_ITS_KEY = "/Alias/Resource"


def _key_path(alias: Resource) -> str:
    """The path of the key beside which an alias stands, as in `DataStack/SecretsKey`."""
    return alias.path.removesuffix(_BESIDE_ITS_KEY)


def _is_its_key(value: Any, alias: Resource, assembly: Assembly) -> TriState:
    key = assembly.referred(value)
    return key is not None and key.path == f"{_key_path(alias)}/Resource"


def _is_its_name(value: Any, alias: Resource, assembly: Assembly) -> TriState:
    place = next((each for each in assembly.config.stacks if each.id == alias.stack), None) if assembly.config else None
    if place is None:
        return None
    purpose = _key_path(alias).rpartition("/")[2].removesuffix("Key").lower()
    return bool(value == f"alias/{place.names.key_alias(purpose)}")


ALLOWED: Mapping[str, AllowedType] = {
    "AWS::KMS::Key": allowed(
        *kept(),
        *free("a note for people", "Description"),
        *required(exactly("EnableKeyRotation", True), setting("PendingWindowInDays", "key_deletion_days")),
        *judged("access.resource_policies", "KeyPolicy.**"),
        tags(),
    ),
    "AWS::KMS::Alias": allowed(
        *required(
            Row(path="AliasName", expected="the name of the environment and of the key's construct", check=_is_its_name),
            Row(path="TargetKeyId", expected="the key beside it", check=_is_its_key),
        ),
    ),
}
