"""A user at a pseudo-terminal: values are typed without an echo, questions are asked, Ctrl-C ends the command."""

import subprocess
import sys
import time
from contextlib import AbstractContextManager

import pytest

from tests.commands.conversation import Conversation, talk
from tests.conftest import PROJECT_ROOT
from tests.deployed_secrets import DeployedSecrets
from tests.operations.secrets.sample import value_of, values
from tradingbot_infra.design.secrets import APPLICATION_SECRETS

# Windows has no pseudo-terminals in Python's library.
pytest.importorskip("pty")
pytestmark = pytest.mark.local_cloud


def conversation(secrets: DeployedSecrets, verb: str, *words: str) -> AbstractContextManager[Conversation]:
    """`secrets VERB` at a terminal."""
    return talk("secrets", verb, *secrets.options, *words)


def test_values_are_typed_without_an_echo_and_only_for_what_is_missing(secrets: DeployedSecrets) -> None:
    wanted, mine = values(), value_of("secret-key")
    secrets.put("secret-key", mine)
    with conversation(secrets, "push") as talk:
        for secret in APPLICATION_SECRETS[1:]:
            talk.hear(f"{secret} (not shown): ")
            talk.say(wanted[secret] if secret != "webhook-secret" else "")  # noqa: S105 - a name
        talk.hear("Write 6 values to production? [y/N]: ")
        screen = talk.screen()
        talk.say("y")
        code, stdout, stderr = talk.end()
    assert code == 0, stderr
    assert screen.split() == []
    for secret in APPLICATION_SECRETS[2:]:
        assert secrets.read(secret) == wanted[secret]
        assert wanted[secret] not in stdout + stderr
    assert secrets.read("secret-key") == mine
    assert secrets.versions("webhook-secret") == 1


def test_a_malformed_value_is_asked_for_again(secrets: DeployedSecrets) -> None:
    value = value_of("openai-api-key")
    with conversation(secrets, "push", "--only", "openai-api-key", "--yes") as talk:
        talk.hear("openai-api-key (not shown): ")
        talk.say("sk-...")
        talk.hear("openai-api-key: is the placeholder of an example; allowed: ")
        talk.hear("openai-api-key (not shown): ")
        talk.say(value)
        code, _, stderr = talk.end()
    assert code == 0, stderr
    assert secrets.read("openai-api-key") == value


@pytest.mark.parametrize("answer", ["n", ""])
def test_without_a_yes_nothing_is_written(secrets: DeployedSecrets, answer: str) -> None:
    with conversation(secrets, "generate") as talk:
        talk.hear("Write 3 values to production? [y/N]: ")
        talk.say(answer)
        code, stdout, stderr = talk.end()
    assert (code, stdout) == (1, "")
    assert stderr.endswith("Nothing was written\n")
    assert {secrets.versions(secret) for secret in APPLICATION_SECRETS} == {1}


@pytest.mark.parametrize(
    ("verb", "question"), [("push", "secret-key (not shown): "), ("generate", "[y/N]: "), ("delete", "Type production to continue: ")]
)
def test_ctrl_c_at_a_question_ends_it_with_130_and_changes_nothing(secrets: DeployedSecrets, verb: str, question: str) -> None:
    with conversation(secrets, verb, *(["--all"] if verb == "delete" else [])) as talk:
        talk.hear(question)
        talk.interrupt()
        code, stdout, stderr = talk.end()
    assert (code, stdout) == (130, "")
    assert stderr.endswith("Interrupted. Run the command again to continue.\n")
    assert "Traceback" not in stderr
    assert {secrets.versions(secret) for secret in APPLICATION_SECRETS} == {1}


@pytest.mark.parametrize(("answer", "code"), [("production", 0), ("yes", 1)])
def test_deleting_asks_for_the_environments_name(secrets: DeployedSecrets, answer: str, code: int) -> None:
    with conversation(secrets, "delete", "secret-key") as talk:
        talk.hear("To be deleted: secret-key. Type production to continue: ")
        talk.say(answer)
        ended, _, stderr = talk.end()
    assert ended == code, stderr
    found = secrets.session.secretsmanager.describe_secret(SecretId=secrets.config.names.secret("secret-key"))
    assert ("DeletedDate" in found) == (code == 0)


def test_a_terminal_that_cannot_hide_what_is_typed_is_not_asked() -> None:
    program = "from tradingbot_infra.commands.terminal import ask_hidden\nask_hidden('secret-key')"
    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=PROJECT_ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )
    assert result.stderr.splitlines()[-1].endswith(
        "UserError: This terminal cannot hide what is typed: use --from FILE, or --from-environment"
    )


def test_a_key_of_several_lines_is_refused_and_none_of_its_lines_is_shown(secrets: DeployedSecrets) -> None:
    lines = ["-----BEGIN PRIVATE KEY-----", *(value_of("binance-api-secret") for _ in range(3)), "-----END PRIVATE KEY-----"]
    with conversation(secrets, "push", "--only", "binance-api-secret") as talk:
        talk.hear("binance-api-secret (not shown): ")
        for line in lines:
            talk.say(line)
            time.sleep(0.1)  # as a slow paste arrives: what comes after the first line must not be shown either
        code, stdout, stderr = talk.end()
        screen = talk.screen()
    assert code == 1
    assert stderr.endswith("binance-api-secret: a key of several lines cannot be typed; allowed: --from FILE, or --from-environment\n")
    assert not any(line in screen + stdout + stderr for line in lines)
    assert secrets.versions("binance-api-secret") == 1
