"""What templates may hold of Amazon ECR. Registry policies, replication, pull-through caches and public repositories are no types here."""

import json
from collections.abc import Mapping
from typing import Any

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, chosen, exactly, judged, one, refers_to_the, required, tags
from tradingbot_infra.config.model import EnvironmentConfig


def _lifecycle(config: EnvironmentConfig) -> str:
    """The text of the lifecycle policy: the image that runs stays, and the newest stay (ECR User Guide, lifecycle policies)."""
    tag, kept = config.task.image_tag, config.registry.ecr_max_images
    running = {"tagStatus": "tagged", "tagPatternList": [tag], "countType": "imageCountMoreThan", "countNumber": 1}
    newest = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": kept}
    selections = [*([("Keep the image that runs", running)] if tag else []), (f"Keep the {kept} newest images", newest)]
    rules: list[dict[str, Any]] = [
        {"rulePriority": number, "description": description, "selection": selection, "action": {"type": "expire"}}
        for number, (description, selection) in enumerate(selections, start=1)
    ]
    return json.dumps({"rules": rules}, separators=(",", ":"))


ALLOWED: Mapping[str, AllowedType] = {
    "AWS::ECR::Repository": allowed(
        *required(
            chosen(
                "@DeletionPolicy", lambda config: "RetainExceptOnCreate" if config.retention.retain_data else "Delete", "as retain_data"
            ),
            chosen("@UpdateReplacePolicy", lambda config: "Retain" if config.retention.retain_data else "Delete", "as retain_data"),
            chosen("EmptyOnDelete", lambda config: not config.retention.retain_data, "true only without retain_data"),
            exactly("EncryptionConfiguration.EncryptionType", "KMS"),
            refers_to_the("EncryptionConfiguration.KmsKey", "DataStack/StorageKey/Resource"),
            exactly("ImageScanningConfiguration.ScanOnPush", True),
            exactly("ImageTagMutability", "IMMUTABLE"),
            chosen(
                "LifecyclePolicy.LifecyclePolicyText", _lifecycle, "the newest images of setting ecr_max_images, and the image that runs"
            ),
            chosen("RepositoryName", lambda config: config.names.repository, "the repository's name"),
        ),
        *judged("access.resource_policies", "RepositoryPolicyText.**"),
        *required(tags()),
        exact=True,
        DataStack=one,
    ),
}
