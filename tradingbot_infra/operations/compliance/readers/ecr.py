"""The image repository."""

import json
from collections.abc import Mapping
from typing import Any

from tradingbot_infra.operations.compliance.readers.reader import Live, One, Reader, renamed
from tradingbot_infra.operations.failures import is_missing


def _repository(one: One) -> Live:
    found = one.session.ecr.describe_repositories(repositoryNames=[one.physical_id])["repositories"][0]
    scanning = renamed(found.get("imageScanningConfiguration", {}), {"scanOnPush": "ScanOnPush"})
    encryption = renamed(found.get("encryptionConfiguration", {}), {"encryptionType": "EncryptionType", "kmsKey": "KmsKey"})
    return Live(
        properties={
            "ImageTagMutability": found.get("imageTagMutability"),
            "ImageScanningConfiguration": scanning,
            "EncryptionConfiguration": encryption,
            "RepositoryPolicyText": _policy(one),
        }
    )


def _policy(one: One) -> Any:
    from botocore.exceptions import ClientError

    try:
        return json.loads(one.session.ecr.get_repository_policy(repositoryName=one.physical_id)["policyText"])
    except ClientError as error:
        if is_missing(error):
            return None
        raise


READERS: Mapping[str, Reader] = {"AWS::ECR::Repository": _repository}
