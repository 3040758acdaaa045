"""`account plan` prices plans of the environment that deploys the account's stacks, and says so of any other."""

from typer.testing import CliRunner

from tradingbot_infra.__main__ import app


def test_another_plan_is_refused_in_one_line() -> None:
    result = CliRunner().invoke(app, ["account", "plan", "cheap"])
    assert result.exit_code == 1
    assert result.output.strip().endswith("account plan cheap: no such plan; allowed: essential, standard, full")


def test_an_environment_without_the_accounts_stacks_has_no_plan_to_price() -> None:
    result = CliRunner().invoke(app, ["account", "plan", "--env", "staging"])
    assert result.exit_code == 1
    assert "staging: does not deploy the account's stacks (account_stacks); allowed: production" in result.output
