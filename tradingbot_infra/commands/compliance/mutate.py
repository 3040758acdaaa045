"""`compliance mutate`: measures how many faults the rules stop."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tradingbot_infra.commands.console import print_json, print_line, print_step
from tradingbot_infra.commands.errors import report_errors
from tradingbot_infra.commands.exit_codes import ExitCode
from tradingbot_infra.commands.options import Json, ReadEnvironment, Setting, context_arguments, load_settings
from tradingbot_infra.config.context import DEFAULT_ENVIRONMENT
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.node import use_pinned_node

if TYPE_CHECKING:
    from tradingbot_infra.templates import Assembly


@report_errors
def mutate(
    environment: ReadEnvironment = DEFAULT_ENVIRONMENT,
    setting: Setting = None,
    seed: Annotated[int, typer.Option(help="Chooses the resources at which faults are made.")] = 1,
    count: Annotated[int | None, typer.Option(min=1, help="How many mutants to judge; default: each kind of fault once.")] = None,
    types: Annotated[str, typer.Option("--type", metavar="PREFIX", help="Only resources of types that begin so: AWS::EC2.")] = "",
    floor: Annotated[float | None, typer.Option(min=0, max=100, metavar="PERCENT", help="Exit with 1 if fewer are stopped.")] = None,
    json: Json = False,
) -> None:
    """Measure how many faults of the templates the rules stop.

    Each mutant is the environment with one fault: a property dropped, an address widened, an action added, a resource removed or
    copied, and so on. Prints how many the project's own rules stop, by operator and by rule, and every fault that survives.
    Reaches no AWS account.
    """
    config = load_settings(environment, context_arguments(setting))
    print_step(f"Synthesizing {environment}")
    assembly = _synthesize(config)
    # After the synthesis, so that a mistyped option loads none of it.
    from tradingbot_infra.compliance.mutation.measure import measure
    from tradingbot_infra.compliance.mutation.report import document, lines

    print_step("Judging mutants")
    result = measure(assembly, config, seed=seed, count=count, types=types)
    if json:
        print_json(document(result))
    else:
        for line in lines(result):
            print_line(line)
    if floor is not None and result.percent < floor:
        raise typer.Exit(ExitCode.FAILED)


def _synthesize(config: EnvironmentConfig) -> "Assembly":
    use_pinned_node()
    # Imported this late because it loads the CDK, which takes seconds and a mistyped option does not need.
    from tradingbot_infra.application import synthesize

    with tempfile.TemporaryDirectory() as directory:
        return synthesize(config, Path(directory))
