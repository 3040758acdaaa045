"""`compliance`: checks an environment against the rule packs and writes the report."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tradingbot_infra.commands.compliance.check import check
from tradingbot_infra.commands.console import PROJECT_ROOT, print_line, print_warning
from tradingbot_infra.commands.errors import report_errors
from tradingbot_infra.commands.exit_codes import ExitCode
from tradingbot_infra.commands.options import ReadEnvironment, Setting
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.config.context import DEFAULT_ENVIRONMENT
from tradingbot_infra.errors import UserError
from tradingbot_infra.reporting.files import replace_file

if TYPE_CHECKING:
    from tradingbot_infra.compliance.report.changes import Changes
    from tradingbot_infra.compliance.report.document import Report

# The catalogue, its rules and the report are imported where they are used: --help and other commands do not need them.


class FailOn(StrEnum):
    """The statuses of a control that make the command fail."""

    FAIL = Status.FAIL.value
    EXCEPTION = Status.EXCEPTION.value
    NOT_ASSESSED = "not-assessed"
    NOTHING = "nothing"


DIRECTORY = "reports/compliance"
"""Below the project, from whatever folder the command runs: git ignores it there."""

Output = Annotated[
    Path | None,
    typer.Option(metavar="DIRECTORY", help=f"Directory to write the report to; default: {DIRECTORY} of the project.", show_default=False),
]
Since = Annotated[Path | None, typer.Option(metavar="REPORT.json", help="Say what changed since an earlier report of the environment.")]
FailOnOption = Annotated[list[FailOn], typer.Option("--fail-on", help="Exit with 1 if a control has this status; may be repeated.")]


@report_errors
def report(
    context: typer.Context,
    environment: ReadEnvironment = DEFAULT_ENVIRONMENT,
    setting: Setting = None,
    output: Output = None,
    since: Since = None,
    fail_on: FailOnOption = [FailOn.FAIL],  # noqa: B006 - typer copies it
) -> None:
    """Checks an environment and writes the report. Runs only without a sub-command."""
    if context.invoked_subcommand:
        return
    from tradingbot_infra.compliance.report.files import files
    from tradingbot_infra.compliance.report.since import changes_since, read_report

    # Before the synthesis, so that a wrong file is reported at once.
    earlier = read_report(since, environment) if since else None
    document = check(environment, setting)
    if earlier:
        document = replace(document, changes=changes_since(earlier, document))
    written = files(document)
    output = output or PROJECT_ROOT / DIRECTORY
    write(output, written)
    _print_summary(document)
    print_line(f"Written to {output}: {', '.join(written)}")
    _warn_of_reviews(document, date.today())  # noqa: DTZ011 - the user's local date, only for a warning
    if _fails(document, fail_on):
        raise typer.Exit(ExitCode.FAILED)


def _fails(document: "Report", fail_on: Iterable[FailOn]) -> bool:
    failing = {choice.value.replace("-", " ") for choice in fail_on}
    # What could not be judged at a resource stops the synthesis just as a failure does.
    stopped = Status.FAIL in failing and document.stops_synthesis
    return stopped or any(control.status in failing for _, control in document.controls())


def write(directory: Path, written: Mapping[str, str]) -> None:
    """Writes the files of a report into a directory, each as a whole.

    Raises UserError if the directory cannot be made.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{error.filename}: the report cannot be written: {error.strerror}") from error
    for name, content in written.items():
        replace_file(directory / name, content)


def _print_summary(document: "Report") -> None:
    from tradingbot_infra.compliance.report.account import provider_lines
    from tradingbot_infra.compliance.report.verdict import sentence

    print_line(sentence(document))
    print_line(f"{document.subject}: controls by framework")
    for framework in document.frameworks:
        counts = ", ".join(f"{count} {status}" for status, count in framework.counts.items() if count)
        print_line(f"  {framework.id:<15} {counts}")
    for line in provider_lines(document):
        print_line(line)
    if document.changes is not None:
        _print_changes(document.changes)


def _print_changes(changes: "Changes") -> None:
    since = changes.commit or "a report without a commit"
    print_line(f"Since {since}:{'' if changes else ' nothing changed'}")
    for kind, what, how in changes.lines():
        print_line(f"  {kind} {what}: {how}")


def _warn_of_reviews(document: "Report", today: date) -> None:
    for provider in document.providers:
        if provider.review < today:
            print_warning(f"What {provider.name} provides was due for review on {provider.review}.")
    for exception in document.exceptions:
        if exception.review < today:
            print_warning(f"Exception {exception.id} was due for review on {exception.review} by {exception.owner}.")
