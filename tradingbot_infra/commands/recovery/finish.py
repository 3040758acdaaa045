"""`recovery finish`: deletes the copy."""

from tradingbot_infra.commands.account_options import Account, account_command
from tradingbot_infra.commands.confirmation import Confirm, approve_loss
from tradingbot_infra.commands.console import print_line, print_step
from tradingbot_infra.commands.recovery.waiting import watched
from tradingbot_infra.operations.printed_commands import OwnCommand, sentence


@account_command
def finish(account: Account, confirm: Confirm = None) -> None:
    """Delete the copy, without a final snapshot. Wants the name.

    The running database, its snapshots and its recovery points stay. An instance that `recovery start` did not make is left alone.
    """
    from tradingbot_infra.operations.recovery.beside import delete, read_copy, read_running, until_gone

    session, names = account.session, account.config.names
    copy = read_copy(session, names)
    if copy is None:
        read_running(session, names)  # says so where nothing is deployed
        print_line(f"There is no copy of {names.database}: nothing to delete.")
        return
    lost = f"{copy.identifier}, restored from {copy.origin}, is deleted without a final snapshot; {names.database} stays"
    approve_loss(lost, account.config.environment, confirmed=confirm)
    if copy.status != "deleting":
        delete(session, copy)
    print_step(f"RDS deletes {copy.identifier}")
    again = account.rendered(sentence("Stopped waiting; RDS goes on. ", OwnCommand("recovery list"), " shows whether it is gone"))
    watched(account, lambda wait: until_gone(session, names, wait=wait), on_interrupt=again)
    print_line(f"{copy.identifier} is deleted. Its charges end.")
