"""Settings of the section retention."""

import pytest

from tests.config.refusals import assert_refused

KEY = "arn:aws:kms:ap-southeast-2:000000000000:key/0a1b2c3d-0000-0000-0000-000000000000"
WEBHOOK = "arn:aws:secretsmanager:ap-southeast-2:000000000000:secret:tradingbot-ai/production/webhook-secret-AbCd12"


@pytest.mark.parametrize(
    ("overrides", "key", "reported"),
    [
        ({"log_retention_days": "100"}, "log_retention_days=100", "allowed: 1, 3, 5, 7, 14"),
        ({"adopt_secret_arns": "webhook-secret"}, "adopt_secret_arns=webhook-secret", "allowed: complete ARNs of application secrets"),
        ({"adopt_secrets_key_arn": KEY}, "adopt_secret_arns=", "allowed: the ARNs of those secrets"),
        ({"adopt_secret_arns": WEBHOOK}, "adopt_secrets_key_arn=none", "allowed: the ARN of that key"),
    ],
)
def test_an_invalid_setting_is_refused_in_one_line(overrides: dict[str, str], key: str, reported: str) -> None:
    assert_refused(overrides, key, reported)
