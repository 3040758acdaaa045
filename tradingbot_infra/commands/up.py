"""`up`: deploys an environment to the local cloud."""

from typing import TYPE_CHECKING, Annotated

import typer

from tradingbot_infra.commands.console import print_line, print_rows
from tradingbot_infra.commands.errors import report_errors
from tradingbot_infra.commands.local_cloud import open_rehearsal, parse_stand_ins
from tradingbot_infra.commands.options import ReadEnvironment, StateDirectory, load_settings
from tradingbot_infra.config.context import DEFAULT_ENVIRONMENT
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.local_cloud.clock import DEFAULT_SCALE
from tradingbot_infra.local_cloud.limits import RECORDED_ONLY

if TYPE_CHECKING:
    from tradingbot_infra.local_cloud.rehearsal import DeployedStack, Deployment

_MOST_TIME_SCALE = 100

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
    float,
    typer.Option(min=1, max=_MOST_TIME_SCALE, help="Divide every waiting time of AWS, such as health check intervals, by this."),
]


@report_errors
def up(
    context: typer.Context,
    environment: ReadEnvironment = DEFAULT_ENVIRONMENT,
    port: Port = None,
    image: Image = None,
    data_stores: DataStores = False,
    time_scale: TimeScale = DEFAULT_SCALE,
    state_directory: StateDirectory = None,
) -> None:
    """Deploy an environment to the local cloud. Reaches no AWS account.

    Starts the local cloud if none is running, deploys every stack with the real CDK CLI, and prints the stacks, their outputs and
    the address of the API. Other options are passed to the CDK CLI, such as -c nat_gateways=1. A running local cloud keeps its
    --port and --time-scale.
    """
    config = load_settings(environment, context.args)
    stand_ins = parse_stand_ins(image or ())
    rehearsal = open_rehearsal(config, state_directory)
    _print(config, rehearsal.deploy(context.args, port=port, time_scale=time_scale, data_stores=data_stores, stand_ins=stand_ins))


def _print(config: EnvironmentConfig, deployment: "Deployment") -> None:
    cloud = deployment.local_cloud
    print_line(f"{config.environment} on {cloud.endpoint}")
    print_rows([_row(stack, config.network.region) for stack in deployment.stacks])
    print_line("Outputs")
    print_rows([(f"  {name}", value) for stack in deployment.stacks for name, value in stack.outputs.items()])
    print_line(f"The local cloud is process {cloud.pid}, with its log in {cloud.state_directory / 'server.log'}. `make down` stops it.")
    if deployment.recorded:
        print_line("Recorded by the local cloud, but without effect:")
        for name, count in deployment.recorded.items():
            print_line(f"  {count} x {name}: {RECORDED_ONLY[name]}")
    address = _address(deployment)
    if address and not config.load_balancer.certificate_arn:
        print_line(f"The API answers: curl http://{address}{config.load_balancer.health_check_path}")


def _address(deployment: "Deployment") -> str:
    outputs = {name: value for stack in deployment.stacks for name, value in stack.outputs.items()}
    return outputs.get("LoadBalancerAddress", "")


def _row(stack: "DeployedStack", region: str) -> tuple[str, ...]:
    return f"  {stack.name}", stack.status, f"{stack.resources} resources", "" if stack.region == region else stack.region
