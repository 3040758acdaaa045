"""`image status`: the images of the repository, their scan findings, and which image runs."""

from typing import TYPE_CHECKING, Annotated

import typer

from tradingbot_infra.commands.account_options import Account, reading_command
from tradingbot_infra.commands.console import print_json, print_line, print_rows, stderr
from tradingbot_infra.commands.exit_codes import ExitCode
from tradingbot_infra.commands.options import Json
from tradingbot_infra.operations.live.image_scans import Severity
from tradingbot_infra.operations.live.repository import read_holdings
from tradingbot_infra.operations.printed_commands import sentence, spare

if TYPE_CHECKING:
    from tradingbot_infra.operations.live.repository import Holdings

FailOn = Annotated[
    Severity | None,
    typer.Option(
        help="Exit with 1 if the running image, or the newest if none runs, has findings of this severity or worse, or no finished scan."
    ),
]


@reading_command
def status(account: Account, fail_on: FailOn = None, json: Json = False) -> None:
    """Show the images, their scan findings and which one runs. Read-only.

    Newest first. Exits 1 only with --fail-on.
    """
    holdings = read_holdings(account.session, account.config.names)
    if json:
        print_json({"environment": account.config.environment, **holdings.document})
    else:
        _print(account, holdings)
    if fail_on and (failure := holdings.failure(fail_on)):
        stderr.print(failure, markup=False, style="red")
        raise typer.Exit(ExitCode.FAILED)


def _print(account: Account, holdings: "Holdings") -> None:
    repository = holdings.repository
    kept = f"the newest {repository.keeps} images are kept" if repository.keeps else "every image is kept"
    print_line(f"{repository.uri}, {kept}")
    rows = [
        (
            ", ".join(image.tags) or "(no tag)",
            image.short_digest,
            f"{image.pushed_at:%Y-%m-%d %H:%M %Z}",
            f"{image.size_bytes / 1e6:.1f} MB",
            image.scan.summary,
            "runs" if image is holdings.runs else "",
        )
        for image in holdings.images
    ]
    if rows:
        print_rows([("Tag", "Digest", "Pushed", "Size", "Scan", ""), *rows])
    print_line(_running_image(holdings))
    if holdings.expiry:
        print_line(f"{holdings.expiry.text}.")
        if holdings.expiry.near:
            print_line(account.rendered(sentence("Next: ", *spare(holdings.expiry.tag).parts)))


def _running_image(holdings: "Holdings") -> str:
    if holdings.reference is None:
        return "The service does not exist yet."
    if holdings.is_missing_what_runs:
        return f"The service uses {holdings.reference}, which is not in the repository: no new task can start."
    return f"The service runs {holdings.reference}" + ("." if holdings.runs else ", which is from another repository.")
