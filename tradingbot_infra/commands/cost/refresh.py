"""`cost refresh`: updates the list prices."""

import json as json_format
from datetime import UTC, datetime

import typer

from tradingbot_infra.commands.console import print_json, print_line, print_step
from tradingbot_infra.commands.errors import report_errors
from tradingbot_infra.commands.exit_codes import ExitCode
from tradingbot_infra.commands.options import Json, Profile
from tradingbot_infra.cost.prices import TableName, path_of
from tradingbot_infra.operations.live.price_list import Renewal, renew
from tradingbot_infra.operations.session import BILLING_REGION, Session
from tradingbot_infra.reporting.files import check_writable, replace_file
from tradingbot_infra.reporting.json_document import to_text


@report_errors
def refresh(profile: Profile = None, json: Json = False) -> None:
    """Update the list prices from the AWS Price List API.

    Rewrites the price table in tradingbot_infra/cost/ and prints what changed. Needs the permission pricing:GetProducts.
    Exits 1 if a price is missing or ambiguous, and keeps it.
    """
    path = path_of(TableName.LIST)
    check_writable(path)
    content = json_format.loads(path.read_text(encoding="utf-8"))
    print_step(f"Asking the Price List API for {len(content['prices'])} prices")
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
        print_line(f"{change.key}: {change.before or 'no price'} -> {change.after}")
    for kept in renewal.kept:
        print_line(f"{kept.key}: kept {kept.before or 'without a price'}, {kept.reason}")
    print_line(f"{len(renewal.changed)} changed, {len(renewal.confirmed)} confirmed, {len(renewal.kept)} kept")
