"""actionlint, zizmor and GitHub's schemas have nothing to say of the files below .github, and each says something of a fault."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import PROJECT_ROOT

PROGRAMS = Path(sys.executable).parent
_RIGHTS = "permissions:\n      contents: read\n      id-token: write\n"
_EXCESSIVE = "excessive-permissions"
_PIN = re.compile(r"@[0-9a-f]{40} # (v\d+)\.[\d.]+")

Finished = subprocess.CompletedProcess[str]
Linter = Callable[[Path], Finished]


def run(folder: Path, program: str, *words: str) -> Finished:
    """A linter in a checkout."""
    return subprocess.run([str(PROGRAMS / program), *words], cwd=folder, capture_output=True, text=True, check=False, timeout=60)


def actionlint(folder: Path) -> Finished:
    """It knows the inputs of an action by its version, not by a commit, and our own actions only as `./`."""
    for path in (folder / ".github").rglob("*.yml"):
        path.write_text(_PIN.sub(r"@\1", path.read_text(encoding="utf-8")).replace("uses: $/", "uses: ./"), encoding="utf-8")
    return run(folder, "actionlint", "-no-color")


def zizmor(folder: Path) -> Finished:
    """Security."""
    return run(folder, "zizmor", "--offline", "--no-progress", "--strict-collection", ".")


def schemas(folder: Path) -> Finished:
    """GitHub's schemas of workflows, actions and Dependabot."""
    kinds = {"vendor.github-workflows": "workflows/*.yml", "vendor.github-actions": "actions/*/action.yml", "vendor.dependabot": "*.yml"}
    for schema, files in kinds.items():
        paths = [str(path) for path in sorted((folder / ".github").glob(files))]
        finished = run(folder, "check-jsonschema", "--builtin-schema", schema, *paths)
        if finished.returncode:
            break
    return finished


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of .github to plant faults in; actionlint looks for the root of a git repository."""
    shutil.copytree(PROJECT_ROOT / ".github", tmp_path / ".github")
    (tmp_path / ".git").mkdir()
    return tmp_path


@pytest.mark.parametrize("linter", [actionlint, zizmor, schemas])
def test_a_linter_has_nothing_to_say(linter: Linter, checkout: Path) -> None:
    finished = linter(checkout)
    assert finished.returncode == 0, finished.stdout + finished.stderr


@pytest.mark.parametrize(
    ("linter", "file", "old", "new", "said"),
    [
        (actionlint, "workflows/release.yml", "role-to-assume:", "role-to-asume:", "role-to-asume"),
        (actionlint, "workflows/image.yml", "provenance:", "provenence:", "provenence"),
        (actionlint, "workflows/checks.yml", "cache: pip", "cash: pip", "cash"),
        (actionlint, "workflows/deploy.yml", "needs.image.outputs.tag", "needs.image.outputs.tags", "tags"),
        (actionlint, "workflows/deploy.yml", "      digest: ${{ needs.image.outputs.digest || inputs.digest }}\n", "", "digest"),
        (actionlint, "workflows/nightly.yml", "needs: [look]", "needs: [looks]", "looks"),
        (zizmor, "workflows/image.yml", '-c "$TEST"', '-c "${{ inputs.test }}"', "template-injection"),
        (zizmor, "workflows/image.yml", "@37fe631027851001ddb9b187196cc803df7f5f0e # v4.3.0", "@v4", "unpinned-uses"),
        (zizmor, "workflows/release.yml", "persist-credentials: false", "fetch-depth: 1", "artipacked"),
        (zizmor, "workflows/test.yml", "  pull_request:\n", "  pull_request_target:\n", "dangerous-triggers"),
        (
            zizmor,
            "workflows/nightly.yml",
            "permissions:\n      contents: read\n      id-token: write\n",
            "permissions: write-all\n",
            _EXCESSIVE,
        ),
        (zizmor, "dependabot.yml", "      default-days: 7", "      default-days: 1", "dependabot-cooldown"),
        (schemas, "workflows/release.yml", "timeout-minutes: 350", "timeout-minute: 350", "timeout-minute"),
        (schemas, "actions/setup/action.yml", "using: composite", "using: composit", "composit"),
        (schemas, "dependabot.yml", "interval: weekly", "interval: every-week", "every-week"),
    ],
)
def test_a_linter_finds_a_planted_fault(linter: Linter, checkout: Path, file: str, old: str, new: str, said: str) -> None:
    path = checkout / ".github" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    finished = linter(checkout)
    assert finished.returncode != 0
    assert said in finished.stdout + finished.stderr
