"""What templates may hold of Amazon ECR. Registry policies, replication, pull-through caches and public repositories are no types here."""

import json
from collections.abc import Mapping
from typing import Any

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, chosen, exactly, judged, one, refers_to_the, required, tags
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.image_choice import DEPLOYED_PREFIX


def _lifecycle(config: EnvironmentConfig) -> str:
    """The text of the lifecycle policy: the image that runs stays, and the newest stay (ECR User Guide, lifecycle policies)."""
    tag, kept = config.task.image_tag, config.registry.ecr_max_images
    patterns, spared = ([tag], 1) if tag else ([f"{DEPLOYED_PREFIX}*"], kept)
    running = {"tagStatus": "tagged", "tagPatternList": patterns, "countType": "imageCountMoreThan", "countNumber": spared}
    newest = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": kept}
    why = "Keep the image that runs" if tag else f"Keep the {kept} newest images that were deployed"
    selections = [(why, running), (f"Keep the {kept} newest images", newest)]
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
