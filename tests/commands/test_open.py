"""`open trading`: how trading stands, and the dashboard's address where AWS has one."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.deployed import Run
from tests.operations.live.test_trading import DAY, Answers, Client
from tradingbot_infra.commands.open import Place, console_address
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.operations.session import Session

REGION = "ap-southeast-2"
NAMES = load_config("production").names
ADDRESS = (
    f"https://{REGION}.console.aws.amazon.com/cloudwatch/home?region={REGION}#dashboards/dashboard/{NAMES.trading_dashboard('trading')}"
)


@pytest.fixture(autouse=True)
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that a browser was told to open, which no test wants."""
    found: list[str] = []
    monkeypatch.setattr("webbrowser.open", found.append)
    return found


def account(monkeypatch: pytest.MonkeyPatch, answers: Answers | Exception) -> None:
    """AWS's own account, which answers PromQL and nothing else."""

    def client(service: str, _region: str) -> Any:
        if service == "sts":  # only where AWS is
            return SimpleNamespace(meta=SimpleNamespace(endpoint_url=f"https://sts.{REGION}.amazonaws.com"))
        assert service == "promql", f"open trading asks {service}"
        return Client(answers)

    monkeypatch.setattr(Session, "of_account", lambda **_: Session(client, region=REGION))


def test_how_trading_stands_comes_before_the_address_of_its_dashboard(run: Run, monkeypatch: pytest.MonkeyPatch, opened: list[str]) -> None:
    account(monkeypatch, DAY)
    result = run("open", "trading", "--env", "production")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0].split()[:2] == ["strategy", "heartbeat"]
    assert any(line.startswith("trend ") for line in lines)
    assert lines[-1] == ADDRESS
    assert opened == [], "nobody sees a browser that a pipe opens"


def test_without_dashboards_there_is_no_address(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    account(monkeypatch, DAY)
    result = run("open", "trading", "--env", "production", "-c", "trading_dashboards=false")
    assert result.exit_code == 0, result.output
    assert "https://" not in result.stdout
    assert "trend" in result.stdout


def test_without_metrics_it_says_why_and_asks_nobody(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    account(monkeypatch, AssertionError("it asked"))
    off = ("metrics=off", "trading_alarms=false", "trading_dashboards=false")
    result = run("open", "trading", "--env", "production", *(word for setting in off for word in ("-c", setting)))
    assert result.exit_code == 0, result.output
    assert result.stdout.split() == ["not", "known", "metrics=off:", "the", "application", "sends", "none"]


def test_an_application_that_has_sent_nothing_is_told_from_one_that_cannot_be_asked(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    account(monkeypatch, {})
    result = run("open", "trading", "--env", "production")
    assert "no metrics yet" in result.stdout
    assert "not known" not in result.stdout


def test_another_place_is_refused_with_those_there_are(run: Run) -> None:
    result = run("open", "grafana", "--env", "production")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "trading" in result.stderr


def test_the_address_names_the_dashboard_of_the_environment() -> None:
    assert console_address(Place.TRADING, NAMES, REGION) == ADDRESS
    assert load_config("staging").names.trading_dashboard("trading") not in ADDRESS
