"""Whatever is stored is encrypted."""

from tests.operations.verification import standing
from tests.operations.verification.standing import outcomes, told
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.operations.secrets.status import SecretStatus, State
from tradingbot_infra.operations.verdict import Outcome
from tradingbot_infra.operations.verification.encryption import database, log_groups, redis, repository, secrets

CACHE = load_config("production").cache
PLAIN_CACHE = load_config("production", {"redis_transit_encryption": "false"}).cache


def secret(name: str, *, kms_key: bool | None) -> SecretStatus:
    """A secret under a key of ours, or not, or nobody knows."""
    return SecretStatus(name, name, State.EXISTS, "by hand", kms_key=kms_key)


def test_what_is_encrypted_passes() -> None:
    assert database(standing.database()).outcome is Outcome.PASS
    assert outcomes(redis(standing.redis(), CACHE)) == {Outcome.PASS}
    assert repository("KMS").outcome is Outcome.PASS
    assert secrets([secret("a", kms_key=True), secret("b", kms_key=None)]).outcome is Outcome.PASS
    assert outcomes(log_groups({"/a"}, {"/a": True})) == {Outcome.PASS}


def test_a_database_that_is_not_encrypted_or_gone_fails() -> None:
    assert told(database(standing.database(encrypted=False))) == [(Outcome.FAIL, "tradingbot-ai-production-postgres is not encrypted")]
    assert database(None).outcome is Outcome.FAIL


def test_redis_that_stores_in_plain_or_is_gone_fails() -> None:
    assert outcomes(redis(standing.redis(at_rest_encryption=False), CACHE)) == {Outcome.FAIL, Outcome.PASS}
    assert outcomes(redis(None, CACHE)) == {Outcome.FAIL}


def test_redis_that_speaks_in_plain_fails_unless_the_settings_chose_it() -> None:
    plain = standing.redis(transit_encryption=False)
    assert outcomes(redis(plain, CACHE)) == {Outcome.PASS, Outcome.FAIL}
    assert outcomes(redis(plain, PLAIN_CACHE)) == {Outcome.PASS, Outcome.NOT_ASSESSED}


def test_images_under_no_key_of_kms_fail() -> None:
    assert repository("AES256").outcome is Outcome.FAIL


def test_a_secret_under_the_key_of_aws_fails_by_name() -> None:
    statuses = [secret("a", kms_key=True), secret("b", kms_key=False)]
    assert told(secrets(statuses)) == [(Outcome.FAIL, "under the AWS managed key: b")]
    assert secrets([secret("a", kms_key=None)]).outcome is Outcome.FAIL


def test_a_log_group_without_a_key_or_gone_fails_by_name() -> None:
    assert told(log_groups({"/a", "/b", "/c"}, {"/a": True, "/b": False})) == [
        (Outcome.FAIL, "deleted by hand: /c"),
        (Outcome.FAIL, "without a key: /b"),
    ]
