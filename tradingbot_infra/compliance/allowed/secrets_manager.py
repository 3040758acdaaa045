"""What templates may hold of Secrets Manager."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, free

_OPEN = "not reviewed yet"

ALLOWED: Mapping[str, AllowedType] = {
    "AWS::SecretsManager::Secret": allowed(
        *free(
            _OPEN,
            "@DeletionPolicy",
            "@UpdateReplacePolicy",
            "Description",
            "GenerateSecretString.ExcludePunctuation",
            "GenerateSecretString.PasswordLength",
            "KmsKeyId",
            "Name",
            "SecretString",
            "Tags.**",
        ),
    ),
}
