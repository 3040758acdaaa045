"""`exec`: a root shell or one command in a running container."""

from typing import Annotated

import typer

from tradingbot_infra.commands.account import Account, account_command
from tradingbot_infra.commands.console import print_step


@account_command
def execute(
    account: Account,
    command: Annotated[str, typer.Argument(help="Command to run in the container.")] = "/bin/sh",
    task: Annotated[str | None, typer.Option(help="Task id, or its first characters; default: the first running task.")] = None,
) -> None:
    """Open a root shell, or run one command. Needs enable_execute_command.

    Uses ECS Exec and the Session Manager plugin, and ends with the plugin's exit code. Production never enables it.
    """
    from tradingbot_infra.operations.live.service import read_service, tasks
    from tradingbot_infra.operations.shell import choose_task, plugin_path, run_in_task

    names = account.config.names
    service = read_service(account.session, names)
    chosen = choose_task(service, tasks(account.session, names, status="RUNNING"), task)
    plugin = plugin_path()
    print_step(f"{command} in task {chosen.id}, container {service.task_definition.container}")
    raise typer.Exit(run_in_task(account.session, names, chosen, service.task_definition.container, command, plugin))
