"""`db restore`: a dump from S3 over what the database holds."""

from typing import Annotated

import typer

from tradingbot_infra.commands.account_options import Account, account_command
from tradingbot_infra.commands.confirmation import Confirm, approve_loss
from tradingbot_infra.commands.console import print_step, stderr
from tradingbot_infra.commands.one_off import Timeout, end, run_with_secret
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.printed_commands import OwnCommand, sentence


@account_command
def restore(
    account: Account,
    source: Annotated[str, typer.Option("--from", metavar="S3", help="A dump that `db dump` made: s3://BUCKET/KEY.")],
    confirm: Confirm = None,
    timeout: Timeout = "2h",
) -> None:
    """Replace what is in a dump of the database, all or nothing.

    pg_restore runs in a task in the VPC, in one transaction: the first error takes everything back. It drops and creates each object
    of the dump, and waits for transactions of the service; what only the database has stays. `scale --tasks 0` before it stops trading.
    """
    from tradingbot_infra.operations.live.logs import period
    from tradingbot_infra.operations.one_off import transfer
    from tradingbot_infra.operations.one_off.database import PG_RESTORE, pg_restore
    from tradingbot_infra.operations.one_off.documents import first_then
    from tradingbot_infra.operations.one_off.place import read_place

    wanted, allowed = transfer.parsed("--from", source), period(timeout)
    place = read_place(account.session, account.config.names)
    found = transfer.located(account.session, wanted)
    size = transfer.size_of(account.session, found)
    if size is None:
        raise UserError(f"--from {found}: there is no such object; allowed: one that `db dump` made")
    environment = account.config.environment
    running = f"{place.service.running} tasks run meanwhile"
    lost = f"{found} ({size} bytes) replaces its tables in the database of {environment}; {running}"
    approve_loss(lost, environment, confirmed=confirm)
    url = transfer.presigned(account.session, found, "get_object", allowed)
    print_step(f"pg_restore of {found} in a task, into {environment}")
    result = run_with_secret(
        account,
        place,
        url,
        lambda secret: first_then(transfer.mover(place, "GET", secret), pg_restore(place)),
        (transfer.TRANSFER, PG_RESTORE),
        allowed,
    )
    end(result, what="pg_restore")
    stderr.print(account.rendered(sentence("Next: ", OwnCommand("verify"))), markup=False)
