"""The form that each secret's value has. What is wrong is told by name and form, never with a part of the value."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pydantic import SecretStr

GENERATED_LENGTH = 32
"""Characters that CloudFormation generates for each of the eight (stacks/data_stack.py)."""

_TAIL = 32
_FEWEST_DIFFERENT = 6
"""Different characters among the last 32 of a random value; hexadecimal digits have fewer once in 10^12 values."""

_EXAMPLE = re.compile(r"(?:CHANGE[_-]?(?:THIS|ME)[\w-]*|your[_-]\w*[_-]here|sk-(?:ant-)?\.\.\.|[0-9]+:ABC-DEF.*)", re.IGNORECASE)
"""Values of the design document's example file, and of Telegram's documentation."""

_PART_OF_EXAMPLE = re.compile(r"CHANGE[_-]?(?:THIS|ME)|your[_-].*[_-]here|\.\.\.|:ABC-DEF", re.IGNORECASE)
"""What stands in an example, and in no value of ours."""


@dataclass(frozen=True)
class Format:
    """The form of a value: `whole` matches all of it, `allowed` completes the sentence "allowed: ..."."""

    whole: re.Pattern[str]
    allowed: str


def _format(pattern: str, allowed: str) -> Format:
    return Format(re.compile(pattern, re.ASCII), allowed)


_PEM = r"-----BEGIN (?P<kind>(?:RSA )?PRIVATE KEY)-----\n(?:[A-Za-z0-9+/=]{1,76}\n)+-----END (?P=kind)-----\n?"

FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "secret-key": _format(r"[0-9A-Fa-f]{64,}", "at least 64 hexadecimal digits, as of `openssl rand -hex 32`"),
        "webhook-secret": _format(
            r"[A-Za-z0-9_-]{43,}", "at least 43 letters, digits, - and _, as of Python's `secrets.token_urlsafe(32)`"
        ),
        # 32 bytes in the URL-safe alphabet of RFC 4648 (github.com/fernet/spec, "Key Format").
        "encryption-key": _format(
            r"[A-Za-z0-9_-]{43}=", "a Fernet key: 43 letters, digits, - and _, and an equals sign, as of `Fernet.generate_key()`"
        ),
        "binance-api-key": _format(r"[A-Za-z0-9]{64}", "64 letters and digits"),
        # Binance advises against HMAC secrets: with Ed25519 and RSA the secret is a private key of one's own ("API Key Types").
        "binance-api-secret": _format(rf"[A-Za-z0-9]{{64}}|{_PEM}", "64 letters and digits, or a private key in PEM without a passphrase"),
        # The shortest that are known have 48 characters after the prefix; providers promise no length (gitleaks, rule openai-api-key).
        "openai-api-key": _format(r"sk-(?!ant-)[A-Za-z0-9_-]{40,}", "`sk-`, not `sk-ant-`, and at least 40 letters, digits, - and _"),
        "anthropic-api-key": _format(r"sk-ant-[A-Za-z0-9_-]{40,}", "`sk-ant-` and at least 40 letters, digits, - and _"),
        # Telegram publishes one example and no rule; 35 characters is what it has always issued (gitleaks, telegram-bot-api-token).
        "telegram-bot-token": _format(r"[0-9]{5,16}:[A-Za-z0-9_-]{35}", "the bot's number, a colon, and 35 letters, digits, - and _"),
    }
)
"""By the secret's name."""


def is_generated(value: SecretStr) -> bool:
    """Whether CloudFormation's generator makes values of this form, which no format of ours has.

    32 letters and digits, with at least one capital, one small letter and one digit (AWS::SecretsManager::Secret
    GenerateSecretString, RequireEachIncludedType).
    """
    text = value.get_secret_value()
    return (
        len(text) == GENERATED_LENGTH
        and text.isascii()
        and text.isalnum()
        and all(re.search(kind, text) for kind in ("[A-Z]", "[a-z]", "[0-9]"))
    )


def is_placeholder(value: SecretStr) -> bool:
    """Whether a value is nobody's own, by its form alone: nothing at all, what CloudFormation generates, or an example."""
    text = value.get_secret_value()
    return not text or is_generated(value) or bool(_EXAMPLE.fullmatch(text))


def problem(name: str, value: SecretStr) -> str | None:
    """What is wrong with a value, as one line that begins with the secret's name; None when its form is right."""
    text = value.get_secret_value()
    wrong = _wrong(text, value, FORMATS[name])
    return f"{name}: {wrong}; allowed: {FORMATS[name].allowed}" if wrong else None


def problems(values: Mapping[str, SecretStr]) -> Iterator[str]:
    """Everything wrong with these values, a line each. Two secrets with one value are a slip of the clipboard."""
    for name, value in values.items():
        wrong = problem(name, value)
        if wrong:
            yield wrong
    names = list(values)
    for position, name in enumerate(names):
        for other in names[:position]:
            if values[name] == values[other] and values[name].get_secret_value():
                yield f"{name}: is the same value as {other}; allowed: a value of its own"


def _wrong(text: str, value: SecretStr, form: Format) -> str | None:
    if not text:
        return "is empty"
    if _PART_OF_EXAMPLE.search(text):
        return "is the placeholder of an example"
    if is_generated(value):
        return "has the form of CloudFormation's generated placeholder"
    if text != text.strip() and not form.whole.fullmatch(text):
        return "begins or ends with white space"
    if not form.whole.fullmatch(text):
        return "has another form"
    if len(set(text[-_TAIL:])) < _FEWEST_DIFFERENT:
        return "repeats a few characters, so it is not random"
    return None
