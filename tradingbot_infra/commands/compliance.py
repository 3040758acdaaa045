"""`compliance`: judge an environment, write the report, explain a control."""

import subprocess
import tempfile
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tradingbot_infra.commands.console import (
    PROJECT_ROOT,
    Environment,
    ExitCode,
    Setting,
    chosen,
    ends_in_one_line,
    progress,
    results,
    say,
    words_of,
)
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.errors import UserError
from tradingbot_infra.node import use_pinned_node
from tradingbot_infra.reporting.files import replace_file

if TYPE_CHECKING:
    from tradingbot_infra.compliance.report.document import Commit, Report

# The catalogue, its rules and the report are loaded where they are used: --help and other verbs need not wait for them.


class FailOn(StrEnum):
    """What makes the command fail."""

    FAIL = Status.FAIL.value
    EXCEPTION = Status.EXCEPTION.value
    NOT_ASSESSED = "not-assessed"
    NOTHING = "nothing"


Output = Annotated[Path, typer.Option(help="Directory that the report is written to.")]
FailOnOption = Annotated[list[FailOn], typer.Option("--fail-on", help="Exit with 1 when a control has this status; may be repeated.")]

app = typer.Typer(
    help="Judge an environment, and write the report. By CIS, PCI DSS, SOC 2, GDPR and the packs of cdk-nag.",
    invoke_without_command=True,
    rich_markup_mode=None,
)


@app.callback()
@ends_in_one_line
def report(
    context: typer.Context,
    environment: Environment = "production",
    setting: Setting = None,
    output: Output = Path("reports/compliance"),
    fail_on: FailOnOption = [FailOn.FAIL],  # noqa: B006 - typer copies it
) -> None:
    """Judge an environment and write report.html, report.json, report.csv, report.sarif, alerts.sarif and summary.md."""
    if context.invoked_subcommand:
        return
    from tradingbot_infra.compliance.report.files import files

    document = _judge(environment, setting)
    written = files(document)
    _write(output, written)
    _print_summary(document)
    results.print(f"Written to {output}: {', '.join(written)}", markup=False)
    _warn_of_reviews(document, date.today())  # noqa: DTZ011 - a person's today, and only in a warning
    failing = {choice.value.replace("-", " ") for choice in fail_on}
    if any(control.status in failing for _, control in document.controls()):
        raise typer.Exit(ExitCode.FAILED)


@app.command(name="explain")
@ends_in_one_line
def explain_control(
    context: typer.Context,
    identifier: Annotated[str, typer.Argument(help="A control or a rule of any framework, such as CIS-5.3 or rds.encrypted.")],
    environment: Annotated[str | None, typer.Option("--env", help="Environment of config/environments.py; production unless said.")] = None,
    setting: Setting = None,
) -> None:
    """Print a control, its rules, the resources that were judged, and how to mend it or record an exception."""
    from tradingbot_infra.compliance.explain import explain, known_ids, nearest

    # A mistyped id is told before the seconds that a synthesis takes.
    meant = nearest(identifier, known_ids())
    # Options of `compliance` may stand before `explain` as well.
    before = context.parent.params if context.parent else {}
    document = _judge(environment or before["environment"], [*(before["setting"] or ()), *(setting or ())])
    for line in explain(document, meant):
        results.print(line, markup=False)


def _judge(environment: str, setting: list[str] | None) -> "Report":
    config = chosen(environment, words_of(setting))
    say(f"Synthesizing {environment} with every pack")
    return _synthesize(config)


def _synthesize(config: EnvironmentConfig) -> "Report":
    use_pinned_node()
    # Imported this late because it loads the CDK, which takes seconds that a mistyped word need not cost.
    from tradingbot_infra.application import synthesize_and_inspect
    from tradingbot_infra.compliance.report.build import build

    with tempfile.TemporaryDirectory() as directory:
        return build(synthesize_and_inspect(config, Path(directory)), config, _commit())


def _write(directory: Path, written: Mapping[str, str]) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{error.filename}: the report cannot be written: {error.strerror}") from error
    for name, content in written.items():
        replace_file(directory / name, content)


def _commit() -> "Commit | None":
    """The commit of the checkout; None outside one, or where git is missing."""
    from tradingbot_infra.compliance.report.document import Commit

    try:
        identifier, day = _git("show", "--no-patch", "--format=%H %cs", "HEAD").split()
        return Commit(identifier, date.fromisoformat(day), bool(_git("status", "--porcelain")))
    except (OSError, subprocess.CalledProcessError):
        return None


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=PROJECT_ROOT, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S607


def _print_summary(document: "Report") -> None:
    results.print(f"{document.environment}: controls of each framework")
    for framework in document.frameworks:
        counts = ", ".join(f"{count} {status}" for status, count in framework.counts.items() if count)
        results.print(f"  {framework.id:<15} {counts}", markup=False)


def _warn_of_reviews(document: "Report", today: date) -> None:
    for exception in document.exceptions:
        if exception.review < today:
            progress.print(
                f"The review of exception {exception.id} was due on {exception.review}: {exception.owner} decides again.",
                markup=False,
                style="yellow",
            )
