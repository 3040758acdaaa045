"""The workflows run by nektos act on this machine: no container, no network, the commands of this project against a local cloud.

act runs a copy of the project without its tests. In it are replaced: actions of others, by tests/workflows/stubs; our own `setup`, by
links to what `make setup` installed; whole suites of tests, by `true`; GitHub's approval, by a file that a test writes. A pull request
is about one environment there, which is enough to see what is done with its report.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import PROJECT_ROOT
from tests.workflows import gh
from tests.workflows.files import read

STUBS = Path(__file__).parent / "stubs"
VARIABLES = {"READ_ROLE_ARN": "read-role", "DEPLOY_ROLE_ARN": "deploy-role"}
_ACTION = re.compile(r"uses: (?P<name>[\w-]+/(?:[\w-]+/)*(?P<stub>[\w-]+))@(?P<commit>[0-9a-f]{40})")
_SUITES = re.compile(r"run: (?:make (?:check|unit|e2e)|\.ci/programs)$", re.MULTILINE)
_CHECKOUT = "      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1\n"
_NOTIFY = "      - uses: ./.github/actions/notify"
_SETUP = f"""\
name: Set up
description: What `make setup` installed already.
inputs: {{cache: {{description: Not looked at., default: ""}}}}
runs:
  using: composite
  steps:
    - shell: bash
      run: |
        ln -s "{PROJECT_ROOT}/.venv" .venv
        ln -s "{PROJECT_ROOT}/node_modules" node_modules
        echo "$PWD/node_modules/.bin" >> "$GITHUB_PATH"
        echo "{Path(sys.executable).parent}" >> "$GITHUB_PATH"
        echo "$STUB_FOLDER/bin" >> "$GITHUB_PATH"
"""
_APPROVAL = """\
      - name: Approval
        env:
          ENVIRONMENT: ${{ inputs.environment }}
        run: |
          echo "$ENVIRONMENT" >> "$STUB_FOLDER/waited"
          [ "$ENVIRONMENT" != production ] || [ -e "$STUB_FOLDER/approved" ] || { echo "Rejected by a reviewer"; exit 1; }
"""


@dataclass(frozen=True)
class Run:
    """A run that ended."""

    returncode: int
    text: str

    def ended(self, job: str) -> list[str]:
        """How the runs of a job ended, such as `succeeded`; empty where it was skipped."""
        return re.findall(rf"^\[[^\]]*{re.escape(job)}\s*\] .*Job (succeeded|failed)", self.text, flags=re.MULTILINE)

    def failed_steps(self) -> list[str]:
        """Names, or first lines, of the steps that failed."""
        return [re.sub(r" \[[\d.]+m?s\]$", "", name) for name in re.findall(r"❌  Failure - Main (.*)$", self.text, flags=re.MULTILINE)]


@dataclass(frozen=True)
class Repository:
    """A copy of the project as a repository on GitHub, and the folder that its stubs write into."""

    path: Path
    folder: Path

    @classmethod
    def create(cls, directory: Path, settings: Mapping[str, str]) -> "Repository":
        """`settings` replaces text of config/environments.py, as a team would edit it."""
        made = cls(directory / "repository", directory / "folder")
        (made.folder / "bin").mkdir(parents=True)
        gh.install(made.folder / "bin")
        made._put("tradingbot", f'PYTHONPATH="$GITHUB_WORKSPACE" exec {sys.executable} -m tradingbot_infra "$@"', unless="diff")
        made._put("cdk", f'exec "{PROJECT_ROOT}/node_modules/.bin/cdk" "$@"', unless="drift")
        listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        names = subprocess.run(listed, cwd=PROJECT_ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
        for name in filter(None, names):
            if (PROJECT_ROOT / name).is_file() and not name.startswith("tests/"):
                (made.path / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(PROJECT_ROOT / name, made.path / name)
        made._replace(settings)
        made.git("init", "--quiet", "--initial-branch", "main")
        made.git("remote", "add", "origin", "https://github.com/owner/repository")
        made.commit()
        return made

    def _put(self, name: str, script: str, *, unless: str) -> None:
        """A command that is first on the path. Of a run that is not about them, what release.yml only shows is left out."""
        left_out = f'if [ "$1" = {unless} ] && [ -e "$STUB_FOLDER/shows-nothing" ]; then exit 0; fi'
        tool = self.folder / "bin" / name
        tool.write_text(f"#!/bin/sh\n{left_out}\n{script}\n", encoding="utf-8")
        tool.chmod(0o755)

    def _replace(self, settings: Mapping[str, str]) -> None:
        for name, text in read().items():
            if name.startswith("workflows/"):
                (self.path / ".github" / name).write_text(_for_act(name, text), encoding="utf-8")
        (self.path / ".github" / "actions" / "setup" / "action.yml").write_text(_SETUP, encoding="utf-8")
        environments = self.path / "tradingbot_infra" / "config" / "environments.py"
        text = environments.read_text(encoding="utf-8")
        for old, new in settings.items():
            if old not in text:
                raise ValueError(f"environments.py has no {old}")
            text = text.replace(old, new)
        environments.write_text(text, encoding="utf-8")
        # The base of a pull request has the same packages, so that nothing is installed for it.
        makefile = self.path / "Makefile"
        own = re.sub(r"^(\$\(READY\):).*$", r"\1", makefile.read_text(encoding="utf-8"), count=1, flags=re.MULTILINE)
        makefile.write_text(own.replace("VENV := .venv", f"VENV := {PROJECT_ROOT}/.venv"), encoding="utf-8")

    def git(self, *words: str) -> str:
        """git in the repository."""
        as_author = ["git", "-c", "user.name=author", "-c", "user.email=author@example.com", "-c", "commit.gpgsign=false"]
        return subprocess.run([*as_author, *words], cwd=self.path, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self) -> str:
        """Commits everything; the new commit."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "A change")
        return self.git("rev-parse", "HEAD")

    def run(
        self, event: str, workflow: str, *, payload: Mapping[str, object] | None = None, inputs: Mapping[str, str] | None = None
    ) -> Run:
        """Runs a workflow to its end."""
        (self.folder / "event.json").write_text(json.dumps({**(payload or {}), "inputs": dict(inputs or {})}), encoding="utf-8")
        words = [str(Path(sys.executable).with_name("act")), event, "--workflows", f".github/workflows/{workflow}"]
        words += ["--platform", "ubuntu-24.04=-self-hosted", "--no-cache-server", "--pull=false", "--concurrent-jobs", "1"]
        words += ["--eventpath", str(self.folder / "event.json"), "--secret", "GITHUB_TOKEN=stub", "--env", f"STUB_FOLDER={self.folder}"]
        words += [word for name, value in VARIABLES.items() for word in ("--var", f"{name}={value}")]
        for text in read().values():
            for action in _ACTION.finditer(text):
                if (STUBS / action["stub"]).is_dir():
                    words += ["--local-repository", f"{_repository(action['name'])}@{action['commit']}={STUBS / action['stub']}"]
        environ = {
            "PATH": os.pathsep.join([str(self.folder / "bin"), os.environ["PATH"]]),
            "HOME": str(self.folder),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "AWS_EC2_METADATA_DISABLED": "true",
            "CDK_DISABLE_CLI_TELEMETRY": "1",
            "CDK_DISABLE_VERSION_CHECK": "1",
        }
        done = subprocess.run(words, cwd=self.path, env=environ, capture_output=True, text=True, check=False, timeout=900)
        (self.folder / "log").write_text(done.stdout + done.stderr, encoding="utf-8")
        return Run(done.returncode, done.stdout + done.stderr)

    def lines(self, name: str) -> list[str]:
        """The lines of a file that stubs wrote."""
        path = self.folder / name
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def _repository(action: str) -> str:
    """owner/name: an action may be in a folder of it."""
    return "/".join(action.split("/")[:2])


def _for_act(name: str, text: str) -> str:
    """What act can run: our own actions come from the checkout, and there is one in each job that uses them."""
    text = _SUITES.sub("run: 'true'", text.replace("uses: $/", "uses: ./").replace("--env production --env staging", "--env staging"))
    text = text.replace(f"    steps:\n{_NOTIFY}", f"    steps:\n{_CHECKOUT}{_NOTIFY}")
    if name == "workflows/release.yml":
        before, _, release = text.partition("\n  release:\n")
        text = f"{before}\n  release:\n" + release.replace("    steps:\n", f"    steps:\n{_APPROVAL}", 1)
    return text
