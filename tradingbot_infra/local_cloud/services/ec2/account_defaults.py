"""What EC2 keeps for an account in each region: encryption of volumes, instance metadata, and blocks of public images and snapshots.

They are kept and described. Volumes, instances and snapshots of the local cloud do not follow them.
Source of the initial states: EC2 API Reference, and EC2 User Guide, "Block public access to your AMIs".
"""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack import scopes
from tradingbot_infra.local_cloud.services.operation import Call, Operation

_NO_PREFERENCE = "no-preference"
_METADATA = ("HttpTokens", "HttpEndpoint", "HttpTokensEnforced", "InstanceMetadataTags")
_IMAGES = ("block-new-sharing",)
_SNAPSHOTS = ("block-all-sharing", "block-new-sharing")
_UNBLOCKED = "unblocked"

_settings = scopes.by_account_and_region()


def _encryption(*, value: bool | None = None) -> Operation:
    async def answer(_call: Call) -> dict[str, Any]:
        if value is not None:
            _settings["ebs"] = value
        return {"EbsEncryptionByDefault": _settings.get("ebs", False)}

    return answer


async def modify_metadata(call: Call) -> dict[str, Any]:
    """ModifyInstanceMetadataDefaults: what the request does not name stays, and "no-preference" or -1 takes a preference away."""
    given = {name: call.parameters[name] for name in (*_METADATA, "HttpPutResponseHopLimit") if name in call.parameters}
    kept = {**_settings.get("metadata", {}), **given}
    _settings["metadata"] = {name: value for name, value in kept.items() if value not in (_NO_PREFERENCE, -1)}
    return {"Return": True}


async def metadata(_call: Call) -> dict[str, Any]:
    """GetInstanceMetadataDefaults."""
    return {"AccountLevel": {**_settings.get("metadata", {}), "ManagedBy": "account"}}


def _block(kind: str, states: tuple[str, ...], answered: str, initial: str) -> Mapping[str, Operation]:
    """The three operations of a block: Enable, Disable, and Get with `State`."""

    async def enable(call: Call) -> dict[str, Any]:
        state = call.parameters.get(f"{kind}BlockPublicAccessState") or call.parameters.get("State")
        if state not in states:
            raise LocalApiError("InvalidParameterValue", f"{state} is no state; allowed: {', '.join(states)}")
        _settings[kind] = state
        return {answered: state}

    async def disable(_call: Call) -> dict[str, Any]:
        _settings[kind] = _UNBLOCKED
        return {answered: _UNBLOCKED}

    async def state(_call: Call) -> dict[str, Any]:
        return {answered: _settings.get(kind, initial), "ManagedBy": "account"}

    names = (f"Enable{kind}BlockPublicAccess", f"Disable{kind}BlockPublicAccess", f"Get{kind}BlockPublicAccessState")
    return dict(zip(names, (enable, disable, state), strict=True))


OPERATIONS: Mapping[str, Operation] = {
    "DisableEbsEncryptionByDefault": _encryption(value=False),
    "EnableEbsEncryptionByDefault": _encryption(value=True),
    "GetEbsEncryptionByDefault": _encryption(),
    "GetInstanceMetadataDefaults": metadata,
    "ModifyInstanceMetadataDefaults": modify_metadata,
    **_block("Image", _IMAGES, "ImageBlockPublicAccessState", _IMAGES[0]),
    **_block("Snapshot", _SNAPSHOTS, "State", _UNBLOCKED),
}
"""API name -> the function that answers it."""
