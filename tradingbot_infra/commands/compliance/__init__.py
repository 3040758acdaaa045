"""`compliance`: checks an environment against the rule packs, writes the report, explains a control, measures the rules."""

import typer

from tradingbot_infra.commands.compliance.explain import explain
from tradingbot_infra.commands.compliance.live import live
from tradingbot_infra.commands.compliance.mutate import mutate
from tradingbot_infra.commands.compliance.report import report

app = typer.Typer(
    help="""Check an environment against rule packs and write a report.

    Synthesizes the environment and checks its templates by CIS, PCI DSS, SOC 2, GDPR and the packs of cdk-nag. Reaches no AWS
    account. Writes HTML, JSON, CSV, SARIF, OSCAL and Markdown. Exits 1 if a control fails.
    """,
    invoke_without_command=True,
    rich_markup_mode=None,
)
app.callback()(report)
app.command()(explain)
app.command()(mutate)
app.command()(live)
