"""`cost refresh` on a table of two prices, with written answers of the Price List API."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.operations.live.test_price_list import KNOWN, dimension, product
from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.commands.cost import app
from tradingbot_infra.cost import prices
from tradingbot_infra.operations.session import Session


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A list of two prices, where the command looks for it."""
    monkeypatch.setattr(prices, "TABLES", tmp_path)
    path = tmp_path / "list.json"
    path.write_text(json.dumps({"title": "List", "prices": {"one": KNOWN, "two": KNOWN}}), encoding="utf-8")
    return path


def refresh(answers: Sequence[Sequence[str] | str], monkeypatch: pytest.MonkeyPatch, *words: str) -> Result:
    """`cost refresh` with these answers; text is an error's code."""
    with boto3_client("pricing") as (client, stubber):
        for answer in answers:
            if isinstance(answer, str):
                stubber.add_client_error("get_products", answer, "no")
            else:
                stubber.add_response("get_products", {"PriceList": list(answer)})
        monkeypatch.setattr(Session, "of_account", lambda **_: session_over(pricing=client))
        return CliRunner().invoke(app, ["refresh", *words])


def test_the_table_is_written_and_changes_are_printed(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = refresh([[product(dimension("0.061"))], [product(dimension("0.059"))]], monkeypatch)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines() == ["one: 0.059 -> 0.061", "1 changed, 1 confirmed, 0 kept"]
    written = json.loads(table.read_text(encoding="utf-8"))["prices"]
    assert (written["one"]["usd"], written["two"]["usd"]) == ("0.061", "0.059")
    assert [path.name for path in table.parent.iterdir()] == ["list.json"]


def test_a_missing_price_fails_and_the_others_are_written(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = refresh([[product(dimension("0.061"))], []], monkeypatch, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "changed": [{"key": "one", "before": "0.059", "after": "0.061"}],
        "confirmed": [],
        "kept": [{"key": "two", "usd": "0.059", "reason": "the Price List has no such product in Hrs"}],
    }
    written = json.loads(table.read_text(encoding="utf-8"))["prices"]
    assert (written["one"]["usd"], written["two"]) == ("0.061", KNOWN)


def test_a_denied_call_writes_nothing(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = table.read_bytes()
    result = refresh([[product(dimension("0.061"))], "AccessDeniedException"], monkeypatch)
    assert result.exit_code == 3
    assert "GetProducts" in result.stderr.splitlines()[-1]
    assert table.read_bytes() == before
