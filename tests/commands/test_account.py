"""`account status` on a local cloud in which nothing is deployed."""

import json
import re
from collections.abc import Iterator

import pytest

from tests.deployed import Run
from tradingbot_infra.local_cloud.server import ACCOUNT, LocalCloud, running
from tradingbot_infra.operations.account_security.controls import CONTROLS

pytestmark = pytest.mark.local_cloud

OURS = ("-c", "account_security=ours")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """An account that has nothing."""
    with running(tmp_path_factory.mktemp("local-cloud")) as started:
        yield started


@pytest.fixture
def options(empty: LocalCloud) -> tuple[str, ...]:
    """The options that reach it."""
    return ("--env", "production", "--local", "--state-directory", str(empty.state_directory))


def test_where_nobody_asks_for_controls_they_are_shown_and_none_is_missing(options: tuple[str, ...], run: Run) -> None:
    result = run("account", "status", *options, "-c", "account_security=none")
    assert result.exit_code == 0, result.output
    first, headings, *rows = result.stdout.splitlines()
    assert first == f"Account {ACCOUNT}, account_security=none"
    assert headings.split() == ["CONTROL", "STATE", "USD", "SEEN"]
    assert [row.partition("  ")[0] for row in rows[: len(CONTROLS)]] == [control.title for control in CONTROLS]
    assert "(missing)" not in result.stdout


def test_what_the_settings_ask_for_and_nobody_made_is_missing_and_named_with_its_fix(options: tuple[str, ...], run: Run) -> None:
    result = run("account", "status", *options, *OURS)
    assert result.exit_code == 1, result.output
    (row,) = (line for line in result.stdout.splitlines() if line.startswith("CloudTrail records every region"))
    _, state, price, seen = re.split(r" {2,}", row)
    assert (state, seen) == ("off (missing)", "no trail records this region")
    assert float(price) > 0
    assert "USD a month by the estimate" in result.stdout.splitlines()[-1]
    assert any(line.startswith("next, for trail, ") and "make up" in line for line in result.stdout.splitlines())


def test_the_document_names_what_is_missing_by_id(options: tuple[str, ...], run: Run) -> None:
    result = run("account", "status", *options, *OURS, "--json", "--no-prices")
    assert result.exit_code == 1
    document = json.loads(result.stdout)
    assert (document["environment"], document["account"], document["account_security"]) == ("production", ACCOUNT, "ours")
    assert [each["id"] for each in document["controls"]] == [control.id for control in CONTROLS]
    by_id = {each["id"]: each for each in document["controls"]}
    assert {"trail", "alarms", "config-recorder"} <= set(document["missing"])
    assert not {"root-mfa", "unused-access"} & set(document["missing"])
    assert set(by_id["trail"]) == {"id", "title", "state", "asked", "provider", "seen", "monthly_usd", "next_step"}
    assert by_id["trail"]["monthly_usd"] is None


def test_a_part_that_the_settings_leave_off_is_not_missing(options: tuple[str, ...], run: Run) -> None:
    result = run(
        "account",
        "status",
        *options,
        *OURS,
        "-c",
        "config_recorder=off",
        "-c",
        "config_rules=false",
        "-c",
        "security_hub=off",
        "--no-prices",
        "--json",
    )
    assert not {"config-recorder", "config-rules"} & set(json.loads(result.stdout)["missing"])


def test_without_a_command_it_is_the_status(options: tuple[str, ...], run: Run) -> None:
    assert "CloudTrail records every region" in run("account", *options, "-c", "account_security=none").stdout
