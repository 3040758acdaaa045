"""`compliance live`: judges what stands in an account, beside what is declared."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tradingbot_infra.commands.account_options import Account, reading_command
from tradingbot_infra.commands.compliance.check import inspected
from tradingbot_infra.commands.compliance.live_output import document, lines
from tradingbot_infra.commands.compliance.report import write
from tradingbot_infra.commands.console import print_json, print_line, print_step
from tradingbot_infra.commands.exit_codes import ExitCode
from tradingbot_infra.commands.options import Json

if TYPE_CHECKING:
    from tradingbot_infra.compliance.evaluation import Evaluation
    from tradingbot_infra.compliance.inspection import Inspection
    from tradingbot_infra.compliance.report.document import Report


Output = Annotated[Path | None, typer.Option(metavar="DIRECTORY", help="Also write the report, with a column of what stands.")]


@reading_command
def live(account: Account, json: Json = False, output: Output = None) -> None:
    """Judge what stands by the same rules, beside what is declared.

    Reads the deployed templates, and of each resource what somebody can change by hand: security groups, network ACLs, policies,
    roles, web ACL, logs, alarms, database, cache, repository, service. Prints each control and rule as declared / live, and what
    was changed by hand. Read-only. Exits 1 if a rule fails and the ledger does not except it.
    """
    from tradingbot_infra.compliance.comparison import compare
    from tradingbot_infra.compliance.provided import providers
    from tradingbot_infra.operations.compliance.standing import read_standing

    # Before the synthesis, so that a missing local cloud or wrong credentials are reported at once.
    number = account.session.account
    print_step(f"Synthesizing {account.config.environment} with every pack")
    report, inspection = inspected(account.config)
    print_step("Reading what stands")
    standing = read_standing(account.session, account.config, inspection.assembly)
    comparison = compare(inspection.evaluation, standing.assembly, inspection.ledger, providers(account.config))
    if json:
        print_json(document(account, standing, comparison))
    else:
        for line in lines(account, standing, comparison):
            print_line(line)
    if output:
        _write_report(output, report, comparison.live, inspection, number)
    if comparison.failing:
        raise typer.Exit(ExitCode.FAILED)


def _write_report(output: Path, report: "Report", live: "Evaluation", inspection: "Inspection", account: str) -> None:
    from tradingbot_infra.compliance.report.files import files
    from tradingbot_infra.compliance.report.live import with_live

    written = files(with_live(report, live, inspection.ledger, account))
    write(output, written)
    print_step(f"Written to {output}: {', '.join(written)}")
