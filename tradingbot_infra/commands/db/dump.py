"""`db dump`: the whole database as an object of S3."""

from pathlib import Path
from typing import Annotated

import typer

from tradingbot_infra.commands.account_options import Account, account_command
from tradingbot_infra.commands.confirmation import Yes, approve
from tradingbot_infra.commands.console import print_line, print_step, stderr
from tradingbot_infra.commands.one_off import Timeout, end, run_with_secret
from tradingbot_infra.operations.printed_commands import OwnCommand, sentence


@account_command
def dump(
    account: Account,
    to: Annotated[str, typer.Option("--to", metavar="S3", help="Where the dump goes: s3://BUCKET/KEY.")],
    output: Annotated[Path | None, typer.Option(help="Copy the dump to this new file afterwards.")] = None,
    yes: Yes = False,
    timeout: Timeout = "2h",
) -> None:
    """Dump the database into an object of S3, in pg_dump's format.

    pg_dump runs in a task in the VPC while the service goes on. The object is written with your own rights: the service's roles get
    none. It holds everything that the database holds, so the bucket should be encrypted and closed.
    """
    from tradingbot_infra.operations.live.logs import period
    from tradingbot_infra.operations.one_off import transfer
    from tradingbot_infra.operations.one_off.database import PG_DUMP, pg_dump
    from tradingbot_infra.operations.one_off.documents import first_then
    from tradingbot_infra.operations.one_off.place import read_place

    wanted, allowed = transfer.parsed("--to", to), period(timeout)
    if output:
        transfer.check_file(output)
    place = read_place(account.session, account.config.names)
    target = transfer.located(account.session, wanted)
    if transfer.size_of(account.session, target) is not None:
        approve(f"{target} exists. Replace it?", yes=yes)
    url = transfer.presigned(account.session, target, "put_object", allowed)
    print_step(f"pg_dump of {account.config.environment} in a task, to {target}")
    result = run_with_secret(
        account,
        place,
        url,
        lambda secret: first_then(pg_dump(place), transfer.mover(place, "PUT", secret)),
        (PG_DUMP, transfer.TRANSFER),
        allowed,
    )
    end(result, what="pg_dump")
    print_line(str(target))
    if output:
        print_step(f"{transfer.download(account.session, target, output)} bytes to {output}")
    stderr.print(account.rendered(sentence("Next: ", OwnCommand(f"db restore --from {target}"), " puts it back")), markup=False)
