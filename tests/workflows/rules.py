"""What must be true of the workflows beyond what the linters know, a function each. Each yields what is wrong."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import typer
from typer.core import TyperGroup

from tests.conftest import PROJECT_ROOT
from tests.workflows.files import Files, Step, jobs, steps, workflows
from tradingbot_infra.__main__ import app
from tradingbot_infra.config.environments import ENVIRONMENTS

_PINNED = re.compile(r"uses: (?P<action>[\w./-]+)@(?P<commit>[0-9a-f]{40}) # (?P<version>v\d+\.\d+\.\d+)")
_LONGEST_MINUTES = 360
"""Of a job on GitHub's own machines (GitHub Docs, "Actions limits")."""
_FROM_OUTSIDE = ("pull_request_target", "workflow_run", "issue_comment", "issues", "discussion")
"""Events that run with the repository's rights on what anybody may send."""
_WRITES_WITHOUT_AWS = {("workflows/test.yml", "comment"): "pull-requests", ("workflows/test.yml", "alerts"): "security-events"}


def actions_are_pinned(files: Files) -> Iterator[str]:
    """Each action of others by its commit, with its version for people, and the same everywhere; our own as `$/`."""
    commits: dict[str, set[str]] = {}
    for file, text in files.items():
        for line in (line.strip().removeprefix("- ") for line in text.splitlines()):
            if line.startswith("uses:"):
                pinned = _PINNED.fullmatch(line)
                if pinned:
                    commits.setdefault(pinned["action"], set()).add(pinned["commit"])
                elif not line.startswith("uses: $/.github/") or not _is_ours(line.removeprefix("uses: $/.github/")):
                    yield f"{file}: {line}"
    yield from (f"{action} has more than one commit" for action, found in commits.items() if len(found) > 1)


def _is_ours(path: str) -> bool:
    return any((PROJECT_ROOT / ".github" / path / name).is_file() for name in ("", "action.yml"))


def rights_are_given_by_job(files: Files) -> Iterator[str]:
    """None at the top, and each job says its own; what writes to GitHub is named here."""
    for file, workflow in workflows(files).items():
        if workflow.get("permissions") != {}:
            yield f"{file}: permissions at the top"
    for file, name, job in jobs(files):
        rights = job.get("permissions")
        if not isinstance(rights, dict):
            yield f"{file}, {name}: no permissions"
            continue
        for right, level in rights.items():
            if level == "write" and not _may_write(file, name, right):
                yield f"{file}, {name}: {right}: write"


def _may_write(file: str, job: str, right: str) -> bool:
    if file in ("workflows/test.yml", "workflows/checks.yml"):
        return _WRITES_WITHOUT_AWS.get((file, job)) == right
    return right == "id-token" or (right == "issues" and (job == "notify" or file == "workflows/deploy.yml"))


def jobs_end(files: Files) -> Iterator[str]:
    """Each that has steps says when it is over."""
    for file, name, job in jobs(files):
        minutes = job.get("timeout-minutes")
        if "steps" in job and not (isinstance(minutes, int) and 0 < minutes <= _LONGEST_MINUTES):
            yield f"{file}, {name}: timeout-minutes {minutes}"


def scripts_hold_no_expressions(files: Files) -> Iterator[str]:
    """A value reaches a script as a variable: in its text it would be a part of the program."""
    for step in steps(files):
        if "${{" in step.content.get("run", ""):
            yield step.where


def checkouts_leave_no_token(files: Files) -> Iterator[str]:
    """What runs later in the job cannot push."""
    for step in steps(files):
        if (
            step.content.get("uses", "").startswith("actions/checkout@")
            and step.content.get("with", {}).get("persist-credentials") is not False
        ):
            yield step.where


def nobody_outside_gets_rights(files: Files) -> Iterator[str]:
    """No event that lends rights to strangers, no secret but GitHub's own token, and no cloud in what runs a pull request."""
    for file, workflow in workflows(files).items():
        events = workflow["on"] if isinstance(workflow["on"], Mapping) else {workflow["on"]: None}
        yield from (f"{file}: on {event}" for event in events if event in _FROM_OUTSIDE)
        if "secrets." in files[file] or "secrets: inherit" in files[file]:
            yield f"{file}: a secret"
        if "pull_request" in events and re.search(r"id-token|configure-aws-credentials|ROLE_ARN", files[file]):
            yield f"{file}: reaches AWS from a pull request"


def deployments_wait_for_each_other(files: Files) -> Iterator[str]:
    """One after the other, none cancelled, behind GitHub's environment; production after staging, after the checks."""
    release = workflows(files)["workflows/release.yml"]["jobs"]["release"]
    if release.get("environment") != "${{ inputs.environment }}":
        yield "release: no environment"
    if release.get("concurrency") != {"group": "deploy-${{ inputs.environment }}", "cancel-in-progress": False}:
        yield "release: concurrency"
    deploy = workflows(files)["workflows/deploy.yml"]
    if deploy.get("concurrency") != {"group": "deploy", "cancel-in-progress": False}:
        yield "deploy.yml: an older run may pass a newer one"
    found: dict[str, Any] = deploy["jobs"]
    if "needs.checks.result == 'success'" not in found["staging"]["if"] or "checks" not in found["staging"]["needs"]:
        yield "staging does not wait for the checks"
    if "needs.staging.result == 'success'" not in found["production"]["if"] or "staging" not in found["production"]["needs"]:
        yield "production does not wait for staging"
    for name in ("staging", "production"):
        given = found[name]["with"]["environment"]
        if given != name or given not in ENVIRONMENTS:
            yield f"{name} deploys {given}"


def commands_exist(files: Files) -> Iterator[str]:
    """Targets of the Makefile, and verbs with their options; what a verb requires is given."""
    targets = set(re.findall(r"^([a-z0-9-]+):", (PROJECT_ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    for step in steps(files):
        for program, *words in step.commands:
            if program == "make":
                yield from (f"{step.where}: make {word}" for word in words if word not in targets)
            elif program == "tradingbot":
                yield from _unknown(step, words)


def _unknown(step: Step, words: list[str]) -> Iterator[str]:
    command: Any = typer.main.get_group(app)
    rest = list(words)
    while isinstance(command, TyperGroup) and rest and rest[0] in command.commands:
        command = command.commands[rest.pop(0)]
    options = {name for parameter in command.params for name in parameter.opts}
    given = [word for word in rest if word.startswith("-")]
    if isinstance(command, TyperGroup) and not given:
        yield f"{step.where}: {' '.join(words)}"
    yield from (f"{step.where}: {word}" for word in given if word not in options)
    for parameter in command.params:
        if parameter.required and not set(parameter.opts) & set(given) and parameter.param_type_name == "option":
            yield f"{step.where}: lacks {parameter.opts[0]}"


RULES = (
    actions_are_pinned,
    rights_are_given_by_job,
    jobs_end,
    scripts_hold_no_expressions,
    checkouts_leave_no_token,
    nobody_outside_gets_rights,
    deployments_wait_for_each_other,
    commands_exist,
)
