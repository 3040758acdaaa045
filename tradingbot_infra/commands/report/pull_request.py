"""`report pull-request`: what a pull request would change, as one comment that is never too long."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from tradingbot_infra.commands.console import PROJECT_ROOT, print_line
from tradingbot_infra.commands.errors import report_errors
from tradingbot_infra.commands.options import ENVIRONMENT_HELP, complete_environment, load_settings
from tradingbot_infra.commands.report.markdown import COMMENT_BYTES, SUMMARY_BYTES, render
from tradingbot_infra.config.context import DEFAULT_ENVIRONMENT
from tradingbot_infra.errors import UserError

DIRECTORY = "reports/pull-request"
"""Below the project, from whatever folder the command runs: git ignores it there."""

BaseOption = Annotated[Path, typer.Option("--base", metavar="CHECKOUT", help="A checkout of the commit before, such as a git worktree.")]
Environments = Annotated[
    list[str] | None, typer.Option("--env", help=f"{ENVIRONMENT_HELP} May be repeated.", autocompletion=complete_environment)
]
Output = Annotated[
    Path | None,
    typer.Option(metavar="DIRECTORY", help=f"Directory to write to; default: {DIRECTORY} of the project.", show_default=False),
]
Run = Annotated[str, typer.Option("--run-url", metavar="URL", help="Where the whole report is, for what the comment has no room for.")]


@report_errors
def pull_request(base: BaseOption, environments: Environments = None, output: Output = None, run: Run = "") -> None:
    """Say what a pull request would change. Reaches no AWS account.

    Synthesizes the base, by its own `make`, and this checkout. Writes comment.md (at most 60,000 bytes), summary.md (at most
    1,000,000) and full.md: for each environment what changes, what happens to resources that hold state, the cost a month, and
    compliance; and the files of the compliance reports. Says what it found, and fails for none of it.
    """
    from tradingbot_infra.commands.compliance.report import write
    from tradingbot_infra.commands.report.base import Base
    from tradingbot_infra.commands.report.head import Head

    chosen = [load_settings(name, ()) for name in environments or [DEFAULT_ENVIRONMENT]]
    if not (base / "Makefile").is_file():
        raise UserError(f"--base {base}: is no checkout of this project; allowed: a directory with its Makefile")
    reports = output or PROJECT_ROOT / DIRECTORY
    with tempfile.TemporaryDirectory(prefix="tradingbot-report-") as directory:
        parts = []
        for config in chosen:
            own = Path(directory) / config.environment
            own.mkdir()
            parts.append(Head(config, Base(base.resolve()), own).part(reports))
    whole = f"[the summary of the run]({run})" if run else "full.md"
    of_run = f"[the files of the run]({run})" if run else "full.md"
    commits = "The templates of this commit beside those of the base. No AWS account was asked."
    written = {
        "comment.md": render(parts, commits=commits, limit=COMMENT_BYTES, whole=whole),
        "summary.md": render(parts, commits=commits, limit=SUMMARY_BYTES, whole=of_run),
        "full.md": render(parts, commits=commits, limit=None, whole=""),
    }
    write(reports, written)
    for part in parts:
        print_line(f"{part.environment}: {part.answer}")
    print_line(f"Written to {reports}: {', '.join(written)}")
