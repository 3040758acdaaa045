"""Scripts of the workflows, as bash runs them: the comment on a pull request, and the issue that tells of a failure."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.workflows import gh
from tests.workflows.files import read, steps
from tradingbot_infra.commands.report.markdown import MARKER


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A folder with the stand-in of gh."""
    gh.install(tmp_path)
    return tmp_path


def run(directory: Path, file: str, job: str, **variables: str) -> dict[str, Any]:
    """Runs the last script of a job as GitHub does; what gh keeps afterwards."""
    *_, step = (step for step in steps(read()) if (step.file, step.job) == (file, job) and "run" in step.content)
    names = set(step.content.get("env", {}))
    assert names == set(variables) | {"GH_TOKEN", "GH_REPO"}
    path = os.pathsep.join([str(directory), os.environ["PATH"]])
    environ = {"PATH": path, "GH_TOKEN": "token", "GH_REPO": "owner/repository", **variables}
    bash = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step.content["run"]]
    done = subprocess.run(bash, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return gh.state_of(directory)


def test_the_first_report_makes_a_comment_and_the_next_renews_it(directory: Path) -> None:
    for text in ("first", 'second "quoted" $(id) `id`\nline'):
        found = run(directory, "workflows/test.yml", "comment", NUMBER="7", COMMENT=f"{MARKER}\n{text}")
    assert found["comments"] == {"1": f'{MARKER}\nsecond "quoted" $(id) `id`\nline'}


def test_a_comment_of_the_greatest_length_fits(directory: Path) -> None:
    found = run(directory, "workflows/test.yml", "comment", NUMBER="7", COMMENT=MARKER + "x" * 60_000)
    assert len(found["comments"]["1"]) > 60_000


def test_the_comment_is_found_by_the_line_that_the_report_begins_with() -> None:
    assert f'startswith("{MARKER}")' in read()["workflows/test.yml"]


def test_a_first_failure_opens_an_issue_and_the_next_comments_on_it(directory: Path) -> None:
    failed = {"LABEL": "deployment-staging", "TITLE": "The deployment of staging failed"}
    for number in ("1", "2"):
        found = run(directory, "actions/notify/action.yml", "composite", **failed, TEXT=f"run {number}")
    assert found["issues"] == [{"label": "deployment-staging", "title": failed["TITLE"], "texts": ["run 1", "run 2"]}]


def test_failures_of_different_environments_are_different_issues(directory: Path) -> None:
    for name in ("staging", "production"):
        found = run(directory, "actions/notify/action.yml", "composite", LABEL=name, TITLE=name, TEXT="run")
    assert [issue["label"] for issue in found["issues"]] == ["staging", "production"]
