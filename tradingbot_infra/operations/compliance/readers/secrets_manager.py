"""Resource policies of secrets; no value is read."""

import json
from collections.abc import Mapping

from tradingbot_infra.operations.compliance.readers.reader import Beside, Live, One, Reader


def _secret(one: One) -> Live:
    secret, manager = one.physical_id, one.session.secretsmanager
    described = manager.describe_secret(SecretId=secret)
    if described.get("DeletedDate"):
        return Live(deleted=(one.resource.logical_id,))
    policy = manager.get_resource_policy(SecretId=secret).get("ResourcePolicy")
    reference = f"${{{one.resource.stack}.{one.resource.logical_id}}}"
    declared = [each.properties.get("SecretId") for each in one.assembly.of_type("AWS::SecretsManager::ResourcePolicy")]
    beside = (
        (
            Beside(
                type="AWS::SecretsManager::ResourcePolicy",
                name="ResourcePolicy",
                properties={"SecretId": reference, "ResourcePolicy": json.loads(policy)},
            ),
        )
        if policy and reference not in declared
        else ()
    )
    return Live(properties={"KmsKeyId": described.get("KmsKeyId")}, beside=beside)


READERS: Mapping[str, Reader] = {"AWS::SecretsManager::Secret": _secret}
