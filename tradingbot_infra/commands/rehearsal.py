"""`up` and `down`: an environment on the local cloud, by the real CDK CLI."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tradingbot_infra.commands.console import PROJECT_ROOT, Environment, chosen, ends_in_one_line, print_rows, results, say
from tradingbot_infra.local_cloud.limits import RECORDED_ONLY
from tradingbot_infra.local_cloud.place import DEFAULT_STATE_DIRECTORY

if TYPE_CHECKING:
    from tradingbot_infra.local_cloud.rehearsal import Deployment, Destruction, Rehearsal

Port = Annotated[int | None, typer.Option(min=1024, max=65535, help="Port of the local cloud on 127.0.0.1; a free one unless given.")]
StateDirectory = Annotated[Path, typer.Option(help="Where the local cloud keeps its pid, port and log.")]

PASS_THROUGH = {"allow_extra_args": True, "ignore_unknown_options": True}
"""What a command does not know goes on to the CDK CLI, such as `-c nat_gateways=1`."""


@ends_in_one_line
def up(
    context: typer.Context,
    environment: Environment = "production",
    port: Port = None,
    state_directory: StateDirectory = DEFAULT_STATE_DIRECTORY,
) -> None:
    """Deploy an environment to the local cloud. The real CDK CLI does it; what stands then is printed."""
    rehearsal = _rehearsal(environment, state_directory, context.args)
    _print_deployment(environment, rehearsal.deploy(context.args, port=port))


@ends_in_one_line
def down(
    context: typer.Context, environment: Environment = "production", state_directory: StateDirectory = DEFAULT_STATE_DIRECTORY
) -> None:
    """Destroy an environment on the local cloud. The real CDK CLI does it; the local cloud then stops."""
    destruction = _rehearsal(environment, state_directory, context.args).destroy(context.args)
    if destruction is None:
        results.print("No local cloud runs; nothing to do.")
    else:
        _print_destruction(environment, destruction)


def _rehearsal(environment: str, state_directory: Path, arguments: Sequence[str]) -> "Rehearsal":
    # Imported this late because it loads botocore, which --help and a mistyped option need not cost.
    from tradingbot_infra.local_cloud.rehearsal import Rehearsal

    config = chosen(environment, arguments)
    return Rehearsal(PROJECT_ROOT, state_directory, config, say)


def _print_deployment(environment: str, deployment: "Deployment") -> None:
    cloud = deployment.local_cloud
    results.print(f"{environment} on {cloud.endpoint}", markup=False)
    print_rows([(f"  {stack.name}", stack.status, f"{stack.resources} resources") for stack in deployment.stacks])
    results.print("Outputs")
    print_rows([(f"  {name}", value) for stack in deployment.stacks for name, value in stack.outputs.items()])
    results.print(f"The local cloud is process {cloud.pid}, its log is {cloud.state_directory / 'server.log'}. `make down` ends it.")
    if deployment.recorded:
        results.print("Only recorded in the local cloud:")
        for name, count in deployment.recorded.items():
            results.print(f"  {count} x {name}: {RECORDED_ONLY[name]}", markup=False)


def _print_destruction(environment: str, destruction: "Destruction") -> None:
    what = f"{environment} is destroyed" if destruction.existed else f"{environment} did not stand here"
    if destruction.others:
        results.print(f"{what}; the local cloud stays up for {', '.join(destruction.others)}.")
    else:
        results.print(f"{what}, the local cloud has stopped.")
    if destruction.kept:
        results.print("Kept by policy; in a real account this would still stand:")
        for name, count in destruction.kept.items():
            results.print(f"  {count} x {name}", markup=False)
