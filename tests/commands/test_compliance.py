"""`compliance` and `compliance explain`: their output and exit codes."""

import json
from pathlib import Path

import pytest

from tests.deployed import Run, RunApart


@pytest.mark.usefixtures("inspected_once")
def test_the_report_is_written_and_the_chosen_status_fails(tmp_path: Path, run: Run) -> None:
    result = run("compliance", "--env", "development", "--output", str(tmp_path), "--fail-on", "exception")
    assert result.exit_code == 1, result.output
    assert {path.name for path in tmp_path.iterdir()} == {
        "report.html",
        "report.json",
        "report.csv",
        "report.sarif",
        "alerts.sarif",
        "oscal.json",
        "summary.md",
    }
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["environment"] == "development"
    assert result.stdout.startswith("No workload control fails. Of ")
    for framework in report["frameworks"]:
        counts = ", ".join(f"{count} {status}" for status, count in framework["counts"].items() if count)
        assert f"{framework['id']:<15} {counts}" in result.stdout


@pytest.mark.usefixtures("inspected_once")
@pytest.mark.parametrize(("fail_on", "code"), [(("fail",), 1), (("nothing",), 0), (("nothing", "not-assessed"), 1)])
def test_a_violation_is_reported_and_fails_by_default(tmp_path: Path, fail_on: tuple[str, ...], code: int, run: Run) -> None:
    choices = [word for choice in fail_on for word in ("--fail-on", choice)]
    words = ("-c", "readonly_root_filesystem=false", "--output", str(tmp_path), *choices)
    result = run("compliance", "--env", "staging", *words)
    assert result.exit_code == code, result.output
    failing = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert "PCI.DSS.401-2.2.4" in failing
    assert "ServiceStack/Task/Resource" in failing


@pytest.mark.usefixtures("inspected_once")
def test_a_setting_given_by_c_is_named_on_the_terminal(tmp_path: Path, run: Run) -> None:
    result = run("compliance", "--env", "staging", "-c", "readonly_root_filesystem=false", "--output", str(tmp_path))
    assert "Synthesizing staging with every pack, readonly_root_filesystem=false" in result.stderr
    assert "staging with readonly_root_filesystem=false: controls by framework" in result.stdout


@pytest.mark.usefixtures("inspected_once")
def test_who_provides_the_accounts_controls_is_named_and_a_review_that_has_passed_is_a_warning(tmp_path: Path, run: Run) -> None:
    team = ("account_security=provided-by:the platform team", "account_security_evidence=wiki", "account_security_review=2020-01-01")
    settings = [word for setting in team for word in ("-c", setting)]
    result = run("compliance", "--env", "production", *settings, "--output", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert " rules are provided by the platform team. Evidence: wiki. Review by 2020-01-01 (overdue).\n" in result.stdout
    assert "What the platform team provides was due for review on 2020-01-01." in result.stderr


@pytest.mark.usefixtures("inspected_once")
def test_changes_since_an_earlier_report_are_named(tmp_path: Path, run: Run) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    assert run("compliance", "--env", "staging", "--output", str(before)).exit_code == 0
    since = ("--since", str(before / "report.json"))
    same = run("compliance", "--env", "staging", *since, "--output", str(after))
    assert "nothing changed" in same.stdout
    changed = run("compliance", "--env", "staging", "-c", "readonly_root_filesystem=false", *since, "--output", str(after))
    assert changed.exit_code == 1
    assert "  New failure PCI.DSS.401-2.2.4: " in changed.stdout
    assert "  Setting readonly_root_filesystem: true to false" in changed.stdout
    assert json.loads((after / "report.json").read_text(encoding="utf-8"))["since"]["verdicts"]
    assert "New failure" in (after / "summary.md").read_text(encoding="utf-8")


def test_what_is_no_earlier_report_is_one_line_without_a_synthesis(tmp_path: Path, run: Run) -> None:
    result = run("compliance", "--since", str(tmp_path / "none.json"))
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert line == (
        f"--since {tmp_path / 'none.json'}: cannot be read: No such file or directory; "
        "allowed: report.json of an earlier report of production"
    )


def test_explain_prints_a_control_with_its_resources(run_apart: RunApart) -> None:
    result = run_apart("compliance", "explain", "CIS-2.2.4")
    assert result.returncode == 0, result.stderr
    assert "CIS-2.2.4: Database spread over zones [pass]" in result.stdout
    assert "DataStack/Database/Resource" in result.stdout


@pytest.mark.xdist_group("inspections")
def test_explain_accepts_options_before_its_name(run: Run) -> None:
    result = run("compliance", "--env", "staging", "-c", "db_multi_az=true", "explain", "rds.multi_az")
    assert result.exit_code == 0, result.output
    assert "Synthesizing staging" in result.stderr
    assert "rds.multi_az: The database has a standby in another zone [pass]" in result.stdout


@pytest.mark.usefixtures("inspected_once")
def test_a_directory_that_cannot_be_written_is_one_line(tmp_path: Path, run: Run) -> None:
    (tmp_path / "file").touch()
    result = run("compliance", "--env", "development", "--output", str(tmp_path / "file" / "below"))
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == f"{tmp_path / 'file' / 'below'}: the report cannot be written: Not a directory"
    assert result.stdout == ""


def test_explain_of_an_unknown_control_is_one_line_without_a_synthesis(run: Run) -> None:
    result = run("compliance", "explain", "CIS-5.33")
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith("CIS-5.33: there is no such control or rule; nearest: CIS-5.3")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--env", "prod"), "env=prod: there is no such environment (did you mean production?); allowed: production, "),
        (("-c", "env=staging"), "production: env=staging: --env chooses the environment; allowed: any other setting after -c"),
        (("-c", "nat_gateways=9"), "production: nat_gateways=9: is not allowed; allowed: a whole number from 0 to 3"),
        (("--fail-on", "rain"), "Invalid value for '--fail-on'"),
    ],
)
def test_a_mistake_in_a_compliance_command_is_reported_without_a_traceback(words: tuple[str, ...], message: str, run: Run) -> None:
    result = run("compliance", *words)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.stderr
