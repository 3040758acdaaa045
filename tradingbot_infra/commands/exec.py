"""`exec`: a root shell or one command in a running container."""

import shlex
from collections.abc import Sequence
from typing import Annotated

import typer

from tradingbot_infra.commands.account_options import Account, account_command
from tradingbot_infra.commands.console import print_step

_SHELL = "/bin/sh"
Words = Annotated[
    list[str] | None,
    typer.Argument(metavar="COMMAND", help=f"Command to run in the container; its own options come after --. Default: {_SHELL}."),
]


@account_command
def execute(
    account: Account,
    words: Words = None,
    task: Annotated[str | None, typer.Option(help="Task id, or its first characters; default: the first running task.")] = None,
) -> None:
    """Open a root shell, or run one command. Needs enable_execute_command.

    `exec --env development -- ls -la /app` runs one command. Uses ECS Exec and the Session Manager plugin, and ends with the
    plugin's exit code. Production never enables it.
    """
    from tradingbot_infra.operations.live.service import read_service, tasks
    from tradingbot_infra.operations.shell import choose_task, plugin_path, run_in_task

    command = _in_one_text(words or (_SHELL,))
    names = account.config.names
    service = read_service(account.session, names)
    chosen = choose_task(service, tasks(account.session, names, status="RUNNING"), task)
    plugin = plugin_path()
    print_step(f"{command} in task {chosen.id}, container {service.task_definition.container}")
    raise typer.Exit(run_in_task(account.session, names, chosen, service.task_definition.container, command, plugin))


def _in_one_text(words: Sequence[str]) -> str:
    """The command as ECS takes it: one word is a whole command already, several keep their limits."""
    return words[0] if len(words) == 1 else shlex.join(words)
