"""Writes the tables of docs/dashboards.md and docs/dashboards.ko.md, a row for each panel: `make docs`."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tradingbot_infra.commands.dashboards.documents import operations_limits
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design.dashboards.boards import trading_dashboards
from tradingbot_infra.design.dashboards.operations import AwsPanel, operations
from tradingbot_infra.design.dashboards.panel import Panel

DOCS = Path(__file__).parents[1] / "docs"
AnyPanel = Panel | AwsPanel
HEADINGS = {"dashboards.md": "| Panel | Shows |", "dashboards.ko.md": "| 패널 | 내용 |"}
WORDS: Mapping[str, Callable[[AnyPanel], str]] = {
    "dashboards.md": lambda panel: panel.description.rstrip("."),
    "dashboards.ko.md": lambda panel: panel.korean,
}


def panels() -> Mapping[str, tuple[AnyPanel, ...]]:
    """The panels of each dashboard of production, by the last part of its name."""
    config = load_config("production")
    designs = trading_dashboards("production", config.trading.limits, config.service_levels.slo_availability_percent)
    aws = operations("tradingbot-ai-production", operations_limits(config), redis=True)
    return {**{design.name: design.panels for design in designs}, aws.name: aws.panels}


def with_tables(page: str, text: str) -> str:
    """The text of a page with the table below each picture replaced."""
    for name, rows in panels().items():
        table = "\n".join([HEADINGS[page], "|---|---|", *_rows(page, rows)])
        pattern = rf"(!\[[^\]]*\]\(images/dashboard-{name}\.png\)\n\n)\|[^\n]*\n(?:\|[^\n]*\n)*"
        text, found = re.subn(pattern, lambda match, table=table: f"{match[1]}{table}\n", text)  # type: ignore[misc]
        if found != 1:
            raise SystemExit(f"docs/{page}: no table below the picture of {name}")
    return text


def _rows(page: str, rows: tuple[AnyPanel, ...]) -> Iterator[str]:
    for panel in rows:
        yield f"| {panel.title} | {WORDS[page](panel)} |"


def main() -> None:
    """Writes both pages."""
    for page in HEADINGS:
        path = DOCS / page
        path.write_text(with_tables(page, path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
