"""The form that each secret's value has. What is wrong is told by name and form, never with a part of the value."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pydantic import SecretStr

from tradingbot_infra.design.secrets import SECRETS

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


FORMATS: Mapping[str, Format] = MappingProxyType(
    {secret.name: Format(re.compile(secret.form, re.ASCII), secret.allowed) for secret in SECRETS}
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
