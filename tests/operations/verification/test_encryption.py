"""Whatever is stored is encrypted."""

import pytest

from tests.operations.verification import standing
from tests.operations.verification.standing import STEPS, outcomes, told
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.operations.secrets.status import SecretStatus, State
from tradingbot_infra.operations.verification.check import Outcome
from tradingbot_infra.operations.verification.encryption import database, log_groups, redis, repository, secrets

CACHE = load_config("production").cache
PLAIN_CACHE = load_config("production", {"redis_transit_encryption": "false"}).cache


def secret(name: str, *, kms_key: bool | None) -> SecretStatus:
    """A secret under a key of ours, or not, or nobody knows."""
    return SecretStatus(name, name, State.EXISTS, "by hand", kms_key=kms_key)


def test_what_is_encrypted_passes() -> None:
    assert database(standing.database(), STEPS).outcome is Outcome.PASS
    assert outcomes(redis(standing.redis(), CACHE, STEPS)) == {Outcome.PASS}
    assert repository("KMS", STEPS).outcome is Outcome.PASS
    assert secrets([secret("a", kms_key=True), secret("b", kms_key=None)], STEPS).outcome is Outcome.PASS
    assert outcomes(log_groups({"/a"}, {"/a": True}, STEPS)) == {Outcome.PASS}


def test_a_database_that_is_not_encrypted_or_gone_fails() -> None:
    assert told(database(standing.database(encrypted=False), STEPS)) == [
        (Outcome.FAIL, "tradingbot-ai-production-postgres is not encrypted")
    ]
    assert database(None, STEPS).outcome is Outcome.FAIL


def test_redis_that_stores_in_plain_or_is_gone_fails() -> None:
    assert outcomes(redis(standing.redis(at_rest_encryption=False), CACHE, STEPS)) == {Outcome.FAIL, Outcome.PASS}
    assert outcomes(redis(None, CACHE, STEPS)) == {Outcome.FAIL}


def test_redis_that_speaks_in_plain_fails_unless_the_settings_chose_it() -> None:
    plain = standing.redis(transit_encryption=False)
    assert outcomes(redis(plain, CACHE, STEPS)) == {Outcome.PASS, Outcome.FAIL}
    assert outcomes(redis(plain, PLAIN_CACHE, STEPS)) == {Outcome.PASS, Outcome.NOT_CHECKABLE}


@pytest.mark.parametrize("encryption", ["AES256", None])
def test_images_under_no_key_of_kms_fail(encryption: str | None) -> None:
    assert repository(encryption, STEPS).outcome is Outcome.FAIL


def test_a_secret_under_the_key_of_aws_fails_by_name() -> None:
    statuses = [secret("a", kms_key=True), secret("b", kms_key=False)]
    assert told(secrets(statuses, STEPS)) == [(Outcome.FAIL, "under the key of AWS: b")]
    assert secrets([secret("a", kms_key=None)], STEPS).outcome is Outcome.FAIL


def test_a_log_group_without_a_key_or_gone_fails_by_name() -> None:
    assert told(log_groups({"/a", "/b", "/c"}, {"/a": True, "/b": False}, STEPS)) == [
        (Outcome.FAIL, "deleted by hand: /c"),
        (Outcome.FAIL, "without a key: /b"),
    ]
