"""`down`: destroys an environment on the local cloud."""

from typing import TYPE_CHECKING

import typer

from tradingbot_infra.commands.console import print_line
from tradingbot_infra.commands.errors import report_errors
from tradingbot_infra.commands.local_cloud import lift_protections, open_rehearsal
from tradingbot_infra.commands.options import ReadEnvironment, Setting, StateDirectory, context_arguments, load_settings
from tradingbot_infra.config.context import DEFAULT_ENVIRONMENT

if TYPE_CHECKING:
    from tradingbot_infra.local_cloud.rehearsal import Destruction


@report_errors
def down(
    context: typer.Context,
    environment: ReadEnvironment = DEFAULT_ENVIRONMENT,
    setting: Setting = None,
    state_directory: StateDirectory = None,
) -> None:
    """Destroy an environment on the local cloud. Reaches no AWS account.

    Lifts protections, destroys every stack with the real CDK CLI, then stops the local cloud unless another environment is deployed to it.
    What follows -- is passed to the CDK CLI.
    """
    settings = context_arguments(setting)
    rehearsal = open_rehearsal(load_settings(environment, settings), state_directory)
    destruction = rehearsal.destroy([*settings, *context.args], lift=lift_protections)
    if destruction is None:
        print_line("No local cloud is running; nothing to do.")
    else:
        _print(environment, destruction)


def _print(environment: str, destruction: "Destruction") -> None:
    what = f"{environment} is destroyed" if destruction.existed else f"{environment} was not deployed here"
    if destruction.others:
        print_line(f"{what}; the local cloud keeps running for {', '.join(destruction.others)}.")
    else:
        print_line(f"{what}, and the local cloud has stopped.")
    if destruction.kept:
        print_line("Retained by their deletion policy; a real account would still have:")
        for name, count in destruction.kept.items():
            print_line(f"  {count} x {name}")
