"""`restart`: replaces every task by a new one of the same version."""

import typer

from tradingbot_infra.commands.account_options import Account, account_command
from tradingbot_infra.commands.confirmation import Yes, approve
from tradingbot_infra.commands.console import print_json, print_line, stderr
from tradingbot_infra.commands.exit_codes import ExitCode
from tradingbot_infra.commands.options import Json
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.printed_commands import OwnCommand, sentence
from tradingbot_infra.wording import plural


@account_command
def restart(account: Account, yes: Yes = False, json: Json = False) -> None:
    """Replace every task by a new one, without an outage.

    New tasks read the current secrets and pull the image again. Waits until ECS reaches a steady state; exits 1 if the new
    tasks fail and the circuit breaker rolls back. Ctrl-C stops watching only. Changes neither settings nor image tag.
    """
    from tradingbot_infra.commands.rollout import ending, replace_tasks
    from tradingbot_infra.operations.live.rollout import Outcome
    from tradingbot_infra.operations.live.service import read_service

    service = read_service(account.session, account.config.names)
    if not service.desired:
        raise UserError(
            account.rendered(sentence(f"{service.name}: no task is wanted, so none can be replaced; ", OwnCommand("scale"), " says why"))
        )
    stderr.print(f"{service.name}: {plural(service.running, 'task runs', 'tasks run')} {service.task_definition.image}", markup=False)
    approve(f"Replace every task of {account.config.environment}?", yes=yes)
    outcome = replace_tasks(account)
    if json:
        print_json({"environment": account.config.environment, "service": service.name, "outcome": outcome.replace(" ", "_")})
    else:
        print_line(ending(account, outcome))
    if outcome is not Outcome.DONE:
        raise typer.Exit(ExitCode.FAILED)
