"""The files of reports/compliance/, all from one document."""

from tradingbot_infra.compliance.report.document import Report


def files(report: Report) -> dict[str, str]:
    """Each file's name and content."""
    # Imported this late because the template engine takes a tenth of a second that `--help` need not cost.
    from tradingbot_infra.compliance.report import csv_table, html, json_format, markdown, oscal, sarif

    written = {
        "report.html": html.render(report),
        "report.json": json_format.render(report),
        "report.csv": csv_table.render(report),
        "report.sarif": sarif.render(report),
        "alerts.sarif": sarif.render_alerts(report),
        "summary.md": markdown.render(report),
    }
    # OSCAL wants the time of an assessment, and the only one here is the commit's.
    return written | ({"oscal.json": oscal.render(report, report.commit)} if report.commit else {})
