"""`report pull-request`: staging beside a base that is other than it, by the real CDK CLI."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from tests.conftest import PROJECT_ROOT, Synthesized
from tests.deployed import Run
from tradingbot_infra.compliance.inspection import Inspection
from tradingbot_infra.compliance.report.build import build
from tradingbot_infra.compliance.report.files import files
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.stateful_lock import LOCK_FILE

MAKEFILE = """\
synth:
\t@set -- $(ARGS) && cp -r assembly "$$2"
compliance:
\t@set -- $(ARGS) && mkdir -p "$$2" && cp report.json "$$2"
"""
"""A base that has synthesized and judged itself before."""

Bases = Callable[..., Path]


@pytest.fixture
def base(synthesized: Synthesized, inspect: Callable[..., Inspection], tmp_path: Path) -> Bases:
    """`base(**overrides)`: a checkout whose staging has other settings than this one's."""

    def made(**overrides: object) -> Path:
        directory = tmp_path / "base"
        shutil.copytree(synthesized(load_config("staging", overrides))[1], directory / "assembly")
        (directory / "report.json").write_text(files(build(inspect("staging"), None))["report.json"], encoding="utf-8")
        (directory / "Makefile").write_text(MAKEFILE, encoding="utf-8")
        shutil.copy(PROJECT_ROOT / LOCK_FILE, directory)
        return directory

    return made


@pytest.fixture
def report(run: Run, tmp_path: Path) -> Callable[..., tuple[Result, str]]:
    """`report(base)`: the command, and its comment."""

    def made(base: Path) -> tuple[Result, str]:
        result = run(
            "report", "pull-request", "--base", str(base), "--env", "staging", "--output", str(tmp_path / "out"), "--run-url", "URL"
        )
        comment = tmp_path / "out" / "comment.md"
        return result, comment.read_text(encoding="utf-8") if comment.exists() else ""

    return made


pytestmark = [pytest.mark.usefixtures("synthesized_once", "inspected_once"), pytest.mark.xdist_group("inspections")]


def test_a_change_is_said_in_words_with_its_cost_lock_and_compliance(base: Bases, report: Callable[..., tuple[Result, str]]) -> None:
    directory = base(stop_timeout_seconds=60, db_allocated_storage_gib=40, db_name="another")
    result, comment = report(directory)
    assert result.exit_code == 0, result.stderr
    assert "\n### staging\n\n**" in comment
    assert "look at: " in comment
    assert "stateful resource replaced or removed" in comment
    # The lock of the base is that of today, which the database of today follows.
    assert "No resource that holds state is replaced, removed or new." in comment
    assert "- ServiceStack/Task (ECS TaskDefinition): ContainerDefinitions" in comment
    assert "- DataStack/Database (RDS DBInstance): AllocatedStorage" in comment
    assert "### Cost of staging: -" in comment
    assert "## Compliance of tradingbot-ai, staging, ap-southeast-2" in comment
    assert "### Nothing changed since a report without a commit" in comment
    assert (directory.parent / "out" / "staging" / "alerts.sarif").exists()


def test_what_the_lock_of_the_base_holds_is_said_to_be_accepted_by_this_change(
    base: Bases, report: Callable[..., tuple[Result, str]]
) -> None:
    directory = base()
    lock = json.loads((directory / LOCK_FILE).read_text(encoding="utf-8"))
    del lock["staging"]["DataStack.Postgres"]
    (directory / LOCK_FILE).write_text(json.dumps(lock), encoding="utf-8")
    result, comment = report(directory)
    assert result.exit_code == 0, result.stderr
    assert "**No template changes.**" in comment
    assert "DataStack.Postgres (AWS::RDS::DBInstance) is new and not locked yet (this change accepts it in its lock file)" in comment


def test_a_report_of_another_form_is_not_compared(base: Bases, report: Callable[..., tuple[Result, str]]) -> None:
    directory = base()
    (directory / "report.json").write_text("{}", encoding="utf-8")
    result, comment = report(directory)
    assert result.exit_code == 0, result.stderr
    assert "Compliance is not compared with the base: " in result.stderr
    assert "## Compliance of tradingbot-ai, staging" in comment


def test_a_base_that_does_not_synthesize_is_one_line(base: Bases, report: Callable[..., tuple[Result, str]]) -> None:
    directory = base()
    (directory / "Makefile").write_text("compliance:\n\t@exit 3\n", encoding="utf-8")
    result, comment = report(directory)
    assert (result.exit_code, comment) == (1, "")
    assert result.stderr.splitlines()[-1] == (f"{directory}: `make compliance ENV=staging` ended with exit code 2; its output is above")


def test_a_base_that_is_no_checkout_is_refused_before_anything_is_synthesized(
    report: Callable[..., tuple[Result, str]], tmp_path: Path
) -> None:
    result, _ = report(tmp_path)
    assert result.exit_code == 1
    assert result.stderr == f"--base {tmp_path}: is no checkout of this project; allowed: a directory with its Makefile\n"
