"""Usual slips are named, without a part of the value."""

from pathlib import Path

import pytest

from tests.operations.secrets.sample import private_key, value_of
from tradingbot_infra.operations.secrets.dotenv_file import read
from tradingbot_infra.operations.secrets.formats import problems
from tradingbot_infra.operations.secrets.slips import slip

KEY = private_key()
IN_ONE_LINE = KEY.replace("\n", r"\n")
QUOTE_IT = r"is a key in one line, with \n as text: in a dotenv file, put it in double quotes"
INDENTED = KEY.replace("\n", "\n    ")
NAME = "BINANCE_API_SECRET"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (f'{NAME}="{IN_ONE_LINE}"', None),
        (f'{NAME}="{KEY}"', None),
        (f"{NAME}={IN_ONE_LINE}", QUOTE_IT),
        (f"{NAME}='{IN_ONE_LINE}'", QUOTE_IT),
        (f"{NAME}={KEY}", "is the first line of a key only: in a dotenv file, put the whole key in double quotes"),
        (f'{NAME}="{INDENTED}"', "is a key with indented lines: each must begin at the margin"),
        (f'{NAME}="{KEY.replace("PRIVATE", "EC PRIVATE")}"', "is an EC PRIVATE KEY in PEM, of another kind than the exchange takes"),
        (f'{NAME}="{KEY.replace("PRIVATE", "ENCRYPTED PRIVATE")}"', "is a private key with a passphrase"),
        (f"{NAME}={value_of('binance-api-key')};", "ends with a semicolon"),
        (f"{NAME}={value_of('binance-api-key')}\u200b", "has a character outside ASCII, perhaps an invisible one: copy it again"),
        (f"{NAME}=${{OTHER}}", "names another variable, and `$` has no meaning here"),
        (f"{NAME}=\"'{value_of('binance-api-key')}'\"", "has quotes of its own around it"),
        (f"{NAME}=short", "has another form"),
    ],
    ids=lambda value: "" if value and value.startswith(NAME) else None,  # values are random, and a test has one name in every process
)
def test_a_value_of_a_dotenv_file_is_told_with_what_went_wrong(line: str, told: str | None, tmp_path: Path) -> None:
    path = tmp_path / "a.env"
    path.write_text(f"{line}\n", encoding="utf-8")
    found = list(problems(read(path).values))
    assert found == (
        [f"binance-api-secret: {told}; allowed: 64 letters and digits, or a private key in PEM without a passphrase"] if told else []
    )


@pytest.mark.parametrize("secret", ["binance-api-key", "telegram-bot-token", "openai-api-key"])
def test_a_good_value_is_no_slip(secret: str) -> None:
    assert slip(value_of(secret)) is None


def test_a_file_of_powershell_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.env"
    path.write_text(f"{NAME}=x", encoding="utf-16")
    with pytest.raises(Exception, match="is UTF-16 text, as PowerShell's > writes it; allowed: a dotenv file in UTF-8"):
        read(path)
