"""The files of reports/compliance/, all from one document."""

import json
from collections.abc import Mapping
from typing import Any


def files(report: Mapping[str, Any]) -> dict[str, str]:
    """Each file's name and content."""
    # Imported this late because the template engine takes a tenth of a second that `--help` need not cost.
    from tradingbot_infra.compliance.report import csv_table, html, markdown, sarif

    return {
        "report.html": html.render(report),
        "report.json": json.dumps(report, indent=1, ensure_ascii=False) + "\n",
        "report.csv": csv_table.render(report),
        "report.sarif": sarif.render(report),
        "alerts.sarif": sarif.render_alerts(report),
        "summary.md": markdown.render(report),
    }
