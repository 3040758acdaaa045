"""`compliance`: checks an environment against the rule packs, writes the report, explains a control."""

import subprocess
import tempfile
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tradingbot_infra.commands.console import PROJECT_ROOT, print_line, print_step, print_warning
from tradingbot_infra.commands.errors import report_errors
from tradingbot_infra.commands.exit_codes import ExitCode
from tradingbot_infra.commands.options import ENVIRONMENT_NAMES, Environment, Setting, context_arguments, load_settings
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.errors import UserError
from tradingbot_infra.node import use_pinned_node
from tradingbot_infra.reporting.files import replace_file

if TYPE_CHECKING:
    from tradingbot_infra.compliance.report.document import Commit, Report

# The catalogue, its rules and the report are imported where they are used: --help and other commands do not need them.


class FailOn(StrEnum):
    """The statuses of a control that make the command fail."""

    FAIL = Status.FAIL.value
    EXCEPTION = Status.EXCEPTION.value
    NOT_ASSESSED = "not-assessed"
    NOTHING = "nothing"


Output = Annotated[Path, typer.Option(help="Directory to write the report to.")]
FailOnOption = Annotated[list[FailOn], typer.Option("--fail-on", help="Exit with 1 if a control has this status; may be repeated.")]

app = typer.Typer(
    help="""Check an environment against rule packs and write a report.

    Synthesizes the environment and checks its templates by CIS, PCI DSS, SOC 2, GDPR and the packs of cdk-nag. Reaches no AWS
    account. Writes report.html, report.json, report.csv, report.sarif, alerts.sarif and summary.md. Exits 1 if a control fails.
    """,
    invoke_without_command=True,
    rich_markup_mode=None,
)


@app.callback()
@report_errors
def report(
    context: typer.Context,
    environment: Environment = "production",
    setting: Setting = None,
    output: Output = Path("reports/compliance"),
    fail_on: FailOnOption = [FailOn.FAIL],  # noqa: B006 - typer copies it
) -> None:
    """Checks an environment and writes the report. Runs only without a sub-command."""
    if context.invoked_subcommand:
        return
    from tradingbot_infra.compliance.report.files import files

    document = _check(environment, setting)
    written = files(document)
    _write(output, written)
    _print_summary(document)
    print_line(f"Written to {output}: {', '.join(written)}")
    _warn_of_reviews(document, date.today())  # noqa: DTZ011 - the user's local date, only for a warning
    failing = {choice.value.replace("-", " ") for choice in fail_on}
    if any(control.status in failing for _, control in document.controls()):
        raise typer.Exit(ExitCode.FAILED)


@app.command(name="explain")
@report_errors
def explain_control(
    context: typer.Context,
    identifier: Annotated[str, typer.Argument(help="Id of a control or rule, such as CIS-5.3 or rds.encrypted.")],
    environment: Annotated[str | None, typer.Option("--env", help=f"Environment: {ENVIRONMENT_NAMES}.  [default: production]")] = None,
    setting: Setting = None,
) -> None:
    """Explain a control or rule, and how to fix a failure.

    Prints its rules, the result for each resource, the fix, and how to record an exception. Reaches no AWS account.
    """
    from tradingbot_infra.compliance.explain import explain, known_ids, nearest

    # Before the synthesis, so that a mistyped id is reported at once.
    control_or_rule = nearest(identifier, known_ids())
    # Options of `compliance` may also be given before `explain`.
    before = context.parent.params if context.parent else {}
    document = _check(environment or before["environment"], [*(before["setting"] or ()), *(setting or ())])
    for line in explain(document, control_or_rule):
        print_line(line)


def _check(environment: str, setting: list[str] | None) -> "Report":
    config = load_settings(environment, context_arguments(setting))
    print_step(f"Synthesizing {environment} with every pack")
    return _synthesize(config)


def _synthesize(config: EnvironmentConfig) -> "Report":
    use_pinned_node()
    # Imported this late because it loads the CDK, which takes seconds and a mistyped option does not need.
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
    """The commit of the checkout; None outside a git repository, or without git."""
    from tradingbot_infra.compliance.report.document import Commit

    try:
        identifier, day = _git("show", "--no-patch", "--format=%H %cs", "HEAD").split()
        return Commit(identifier, date.fromisoformat(day), bool(_git("status", "--porcelain")))
    except (OSError, subprocess.CalledProcessError):
        return None


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=PROJECT_ROOT, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S607 - the user's own git


def _print_summary(document: "Report") -> None:
    print_line(f"{document.environment}: controls by framework")
    for framework in document.frameworks:
        counts = ", ".join(f"{count} {status}" for status, count in framework.counts.items() if count)
        print_line(f"  {framework.id:<15} {counts}")


def _warn_of_reviews(document: "Report", today: date) -> None:
    for exception in document.exceptions:
        if exception.review < today:
            print_warning(f"Exception {exception.id} was due for review on {exception.review} by {exception.owner}.")
