"""What is sensitive lives in Secrets Manager, and nowhere in plain."""

import pytest

from tests.operations.rendering import plain
from tests.operations.verification.standing import told
from tradingbot_infra.operations.live.containers import Variables
from tradingbot_infra.operations.printed_commands import revert
from tradingbot_infra.operations.secrets.status import SecretStatus, State, Value
from tradingbot_infra.operations.verdict import Outcome
from tradingbot_infra.operations.verification.sensitive_values import filled, from_secrets_manager


def secret(name: str, state: State = State.EXISTS, value: Value = Value.REAL) -> SecretStatus:
    """A secret in this state."""
    return SecretStatus(name, f"tradingbot-ai/production/{name}", state, "by hand", value=value)


HIDDEN = secret("database-master", State.NOT_SHOWN, Value.NONE)


def test_secrets_with_values_of_their_own_pass() -> None:
    assert told(filled([secret("secret-key"), HIDDEN])) == [(Outcome.PASS, "2 secrets hold values of their own")]


@pytest.mark.parametrize(
    ("state", "value", "found", "command"),
    [
        (State.MISSING, Value.NONE, "do not exist: openai-api-key", plain(revert("data"))),
        (
            State.SCHEDULED,
            Value.UNKNOWN,
            "are scheduled for deletion: openai-api-key",
            "tradingbot secrets restore openai-api-key --env production",
        ),
        (
            State.EXISTS,
            Value.PLACEHOLDER,
            "hold no value of their own yet: openai-api-key",
            "tradingbot secrets push --from FILE --env production",
        ),
        (
            State.EXISTS,
            Value.NONE,
            "hold no value of their own yet: openai-api-key",
            "tradingbot secrets push --from FILE --env production",
        ),
    ],
)
def test_a_secret_that_tasks_cannot_use_fails_by_name(state: State, value: Value, found: str, command: str) -> None:
    (finding,) = filled([secret("secret-key"), secret("openai-api-key", state, value)])
    assert (finding.outcome, finding.found, plain(finding.next_step)) == (Outcome.FAIL, found, command)


def test_variables_from_secrets_manager_pass() -> None:
    variables = Variables(plain=("PORT", "PGHOST"), exposed=(), secrets={"SECRET_KEY": "tradingbot-ai/production/secret-key"})
    finding = from_secrets_manager(variables)
    assert finding.found == "variables from Secrets Manager: 1; plain ones: 2, none of them a secret"
    assert finding.outcome is Outcome.PASS


def test_a_plain_variable_that_holds_a_secret_fails_by_name() -> None:
    variables = Variables(plain=("PORT", "OPENAI_API_KEY"), exposed=("OPENAI_API_KEY",), secrets={"SECRET_KEY": "x"})
    finding = from_secrets_manager(variables)
    assert (finding.outcome, finding.found) == (Outcome.FAIL, "plain variables of the container hold secrets: OPENAI_API_KEY")


def test_a_container_without_any_secret_fails() -> None:
    assert from_secrets_manager(Variables(("PORT",), (), {})).outcome is Outcome.FAIL
