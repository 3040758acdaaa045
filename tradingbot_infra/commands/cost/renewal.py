"""`cost refresh`: today's list prices."""

import json as json_format
from datetime import UTC, datetime
from typing import Annotated

import typer

from tradingbot_infra.commands.console import ExitCode, Json, ends_in_one_line, print_json, results, say
from tradingbot_infra.cost.prices import TableName, path_of
from tradingbot_infra.operations.live.price_list import Renewal, renew
from tradingbot_infra.operations.session import BILLING_REGION, Session
from tradingbot_infra.reporting.files import check_writable, replace_file
from tradingbot_infra.reporting.json_document import to_text

Profile = Annotated[str | None, typer.Option(help="Profile of the AWS configuration; else the shell's credentials.")]


@ends_in_one_line
def refresh(profile: Profile = None, json: Json = False) -> None:
    """Renew the list prices by AWS's Price List API (pricing:GetProducts); 1 when an answer is missing or ambiguous."""
    path = path_of(TableName.LIST)
    check_writable(path)
    content = json_format.loads(path.read_text(encoding="utf-8"))
    say(f"Asking the Price List API for {len(content['prices'])} prices")
    session = Session.of_account(region=BILLING_REGION, profile=profile)
    renewal = renew(session.pricing, content, today=datetime.now(UTC).date())
    replace_file(path, to_text(renewal.content))
    if json:
        print_json(renewal.document)
    else:
        _print(renewal)
    if renewal.kept:
        raise typer.Exit(ExitCode.FAILED)


def _print(renewal: Renewal) -> None:
    for change in renewal.changed:
        results.out(f"{change.key}: {change.before or 'no price'} -> {change.after}", highlight=False)
    for kept in renewal.kept:
        results.out(f"{kept.key}: kept {kept.before or 'without a price'}, {kept.reason}", highlight=False)
    counts = f"{len(renewal.changed)} changed, {len(renewal.confirmed)} confirmed, {len(renewal.kept)} kept"
    results.out(counts, highlight=False)
