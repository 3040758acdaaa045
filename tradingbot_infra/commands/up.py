"""`up`: deploys an environment to the local cloud."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tradingbot_infra.commands.console import print_line, print_rows
from tradingbot_infra.commands.errors import report_errors
from tradingbot_infra.commands.local_cloud import open_rehearsal, parse_stand_ins
from tradingbot_infra.commands.options import ReadEnvironment, Setting, StateDirectory, context_arguments, load_settings
from tradingbot_infra.config.context import DEFAULT_ENVIRONMENT
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.local_cloud.clock import DEFAULT_SCALE

if TYPE_CHECKING:
    from tradingbot_infra.local_cloud.rehearsal import Deployment

_MOST_TIME_SCALE = 100
_WHERE_RECORDED = 'docs/local-cloud.md, "What is recorded only"'

Port = Annotated[int | None, typer.Option(min=1024, max=65535, help="Port of the local cloud on 127.0.0.1; default: a free one.")]
Image = Annotated[
    list[str] | None,
    typer.Option(
        "--image",
        metavar="TAG=DIRECTORY|COMMAND",
        help="What runs for an image tag: a directory with a Dockerfile, or a command. May be repeated; -c image_tag=TAG chooses it.",
    ),
]
DataStores = Annotated[
    bool,
    typer.Option("--data-stores", help="Make the database a real PostgreSQL and the cache a real Redis, which this machine must have."),
]
TimeScale = Annotated[
    float | None,
    typer.Option(
        min=1,
        max=_MOST_TIME_SCALE,
        help=f"Divide every waiting time of AWS, such as health check intervals, by this; default: {DEFAULT_SCALE:.0f}.",
    ),
]


@report_errors
def up(
    context: typer.Context,
    environment: ReadEnvironment = DEFAULT_ENVIRONMENT,
    setting: Setting = None,
    port: Port = None,
    image: Image = None,
    data_stores: DataStores = False,
    time_scale: TimeScale = None,
    state_directory: StateDirectory = None,
) -> None:
    """Deploy an environment to the local cloud. Reaches no AWS account.

    Starts the local cloud if none is running, deploys every stack with the real CDK CLI, and prints the outputs and the address of
    the API. What follows -- is passed to the CDK CLI, and so is --import-existing-resources. A local cloud that runs keeps its
    port, its time scale and its data stores: others are refused.
    """
    settings = context_arguments(setting)
    config = load_settings(environment, settings)
    stand_ins = parse_stand_ins(image or ())
    rehearsal = open_rehearsal(config, state_directory)
    words = [*settings, *context.args]
    deployment = rehearsal.deploy(words, port=port, time_scale=time_scale, data_stores=data_stores, stand_ins=stand_ins)
    _print(config, deployment)
    _print_next(config, setting or (), state_directory)


def _print(config: EnvironmentConfig, deployment: "Deployment") -> None:
    cloud = deployment.local_cloud
    print_line(f"{config.environment} on {cloud.endpoint} (process {cloud.pid}, log {cloud.state_directory / 'server.log'})")
    print_line("Outputs")
    print_rows([(f"  {name}", value) for stack in deployment.stacks for name, value in stack.outputs.items()])
    if deployment.recorded:
        print_line(f"Without effect here: {sum(deployment.recorded.values())} resources, such as scaling policies ({_WHERE_RECORDED})")
    address = _address(deployment)
    if address and not config.load_balancer.certificate_arn:
        print_line(f"The API answers: curl http://{address}{config.load_balancer.health_check_path}")


def _print_next(config: EnvironmentConfig, settings: Sequence[str], state_directory: Path | None) -> None:
    chosen = "".join(f" -c {shlex.quote(setting)}" for setting in settings)
    where = f" --state-directory {shlex.quote(str(state_directory))}" if state_directory else ""
    print_line("Next")
    for verb in ("status", "verify"):
        print_line(f"  tradingbot {verb} --env {config.environment}{chosen} --local{where}")
    print_line(f"  tradingbot down --env {config.environment}{chosen}{where}")


def _address(deployment: "Deployment") -> str:
    outputs = {name: value for stack in deployment.stacks for name, value in stack.outputs.items()}
    return outputs.get("LoadBalancerAddress", "")
