"""`exec`: a shell or a command in a running container, where the environment opens one."""

from typing import Annotated

import typer

from tradingbot_infra.commands.account import Account, on_account
from tradingbot_infra.commands.console import say


@on_account
def execute(
    account: Account,
    command: Annotated[str, typer.Argument(help="What to run in the container.")] = "/bin/sh",
    task: Annotated[str | None, typer.Option(help="Id of the task, or how it begins; the first unless given.")] = None,
) -> None:
    """Open a shell in a running container. As root, or one command; where enable_execute_command opens it, in production never."""
    from tradingbot_infra.operations.live.service import read_service, tasks
    from tradingbot_infra.operations.shell import choose_task, plugin_path, run_in_task

    names = account.config.names
    service = read_service(account.session, names)
    chosen = choose_task(service, tasks(account.session, names, status="RUNNING"), task)
    plugin = plugin_path()
    say(f"{command} in task {chosen.id}, container {service.task_definition.container}")
    raise typer.Exit(run_in_task(account.session, names, chosen, service.task_definition.container, command, plugin))
