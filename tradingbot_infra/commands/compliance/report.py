"""`compliance`: checks an environment against the rule packs and writes the report."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tradingbot_infra.commands.compliance.check import check
from tradingbot_infra.commands.console import print_line, print_warning
from tradingbot_infra.commands.errors import report_errors
from tradingbot_infra.commands.exit_codes import ExitCode
from tradingbot_infra.commands.options import Environment, Setting
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.errors import UserError
from tradingbot_infra.reporting.files import replace_file

if TYPE_CHECKING:
    from tradingbot_infra.compliance.report.document import Report

# The catalogue, its rules and the report are imported where they are used: --help and other commands do not need them.


class FailOn(StrEnum):
    """The statuses of a control that make the command fail."""

    FAIL = Status.FAIL.value
    EXCEPTION = Status.EXCEPTION.value
    NOT_ASSESSED = "not-assessed"
    NOTHING = "nothing"


Output = Annotated[Path, typer.Option(help="Directory to write the report to.")]
FailOnOption = Annotated[list[FailOn], typer.Option("--fail-on", help="Exit with 1 if a control has this status; may be repeated.")]


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

    document = check(environment, setting)
    written = files(document)
    _write(output, written)
    _print_summary(document)
    print_line(f"Written to {output}: {', '.join(written)}")
    _warn_of_reviews(document, date.today())  # noqa: DTZ011 - the user's local date, only for a warning
    failing = {choice.value.replace("-", " ") for choice in fail_on}
    if any(control.status in failing for _, control in document.controls()):
        raise typer.Exit(ExitCode.FAILED)


def _write(directory: Path, written: Mapping[str, str]) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{error.filename}: the report cannot be written: {error.strerror}") from error
    for name, content in written.items():
        replace_file(directory / name, content)


def _print_summary(document: "Report") -> None:
    print_line(f"{document.environment}: controls by framework")
    for framework in document.frameworks:
        counts = ", ".join(f"{count} {status}" for status, count in framework.counts.items() if count)
        print_line(f"  {framework.id:<15} {counts}")


def _warn_of_reviews(document: "Report", today: date) -> None:
    for exception in document.exceptions:
        if exception.review < today:
            print_warning(f"Exception {exception.id} was due for review on {exception.review} by {exception.owner}.")
