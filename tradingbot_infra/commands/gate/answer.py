"""`gate continue` and `gate back`: what becomes of a deployment that moves traffic."""

from tradingbot_infra.commands.account_options import Account, account_command
from tradingbot_infra.commands.confirmation import Yes, approve
from tradingbot_infra.commands.console import print_line, stderr
from tradingbot_infra.commands.gate.reading import read_running
from tradingbot_infra.commands.gate.words import progress, waiting
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.printed_commands import OwnCommand, sentence

_BACK = "The version before gets all traffic; CloudFormation rolls its stack back with it, if the deployment is of a stack"


@account_command
def go_on(account: Account, yes: Yes = False) -> None:
    """Let the deployment that waits go on. Asks first; fails if none waits.

    ECS goes on with the next stage, such as moving production traffic; `status` shows it. An alarm can still undo it.
    """
    from tradingbot_infra.operations.live.service_deployments import answer

    found, why_not = read_running(account)
    if found is None:
        raise UserError(f"Nothing was changed: {why_not}")
    if found.gate is None:
        raise UserError(f"Nothing was changed: {found.id} is {progress(found)}, and waits for nobody")
    stderr.print(f"{found.id}: {progress(found)}; {waiting(found.gate)}", markup=False)
    approve(f"Let the new version of {account.config.environment} go on?", yes=yes)
    answer(account.session, found, found.gate, "CONTINUE")
    print_line(account.rendered(sentence(f"{found.id} goes on. ", OwnCommand("gate show"), " shows how far it is")))


@account_command
def back(account: Account, yes: Yes = False) -> None:
    """Take back the deployment that is running, waiting or not. Asks first; fails if none is running.

    ECS gives all traffic to the version before, whose tasks still run. For a deployment that has ended there is `rollback`.
    """
    from tradingbot_infra.operations.live.service_deployments import roll_back

    found, why_not = read_running(account)
    if found is None:
        raise UserError(account.rendered(sentence(f"Nothing was changed: {why_not}; ", OwnCommand("rollback"), " goes back by a release")))
    if not found.stoppable:
        raise UserError(f"Nothing was changed: {found.id} is {progress(found)} already")
    stderr.print(f"{found.id}: {progress(found)}", markup=False)
    approve(f"Take the new version of {account.config.environment} back?", yes=yes)
    roll_back(account.session, found)
    print_line(account.rendered(sentence(f"{found.id} goes back. {_BACK}. ", OwnCommand("gate show"), " shows how far it is")))
