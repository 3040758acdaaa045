"""KMS keys."""

import json
from collections.abc import Mapping

from tradingbot_infra.operations.compliance.readers.reader import Live, One, Reader


def _key(one: One) -> Live:
    kms, key = one.session.kms, one.physical_id
    return Live(
        properties={
            "KeyPolicy": json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]),
            "EnableKeyRotation": kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"],
            "Enabled": None if kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Enabled" else "false, or to be deleted",
        }
    )


READERS: Mapping[str, Reader] = {"AWS::KMS::Key": _key}
