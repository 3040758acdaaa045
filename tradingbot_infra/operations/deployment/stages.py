"""The stages of a deployment: usually one; two where a port must stay open while tasks move to another."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.lifecycle.finding import Finding
from tradingbot_infra.lifecycle.order import Plan, Step, plan
from tradingbot_infra.lifecycle.replay import world_of
from tradingbot_infra.templates import Assembly

Synthesize = Callable[[Mapping[str, str]], Path]
"""Synthesizes the environment with further settings, into a cloud assembly at the path."""


@dataclass(frozen=True)
class Stage:
    """Deployments from one cloud assembly. `purpose` is what the settings of this stage add to those that were asked for."""

    directory: Path
    plan: Plan
    purpose: str = ""


def stages(before: Assembly, target: Path, config: EnvironmentConfig, synthesize: Synthesize) -> tuple[Stage, ...]:
    """What leads from the deployed templates to those of the cloud assembly `target`."""
    world = world_of(before)
    found: list[Stage] = []
    moved = former_port(before, config)
    if moved:
        directory = synthesize({"retiring_container_port": str(moved)})
        opened = plan(world, Assembly.read(directory))
        found.append(Stage(directory, opened, f"port {moved} stays open beside {config.task.container_port}"))
        world = opened.world
    return (*found, Stage(target, plan(world, Assembly.read(target))))


def with_step(found: tuple[Stage, ...], stack: str) -> tuple[Stage, ...]:
    """The stages with a deployment of a stack whose template stays as it is: another value of a parameter changes it."""
    if any(step.stack == stack for _, step in steps(found)):
        return found
    *before, last = found
    return (*before, replace(last, plan=replace(last.plan, steps=(*last.plan.steps, Step(stack)))))


def former_port(before: Assembly, config: EnvironmentConfig) -> int | None:
    """The port on which the deployed tasks listen, if the settings give them another and keep no former one open."""
    ports = {
        mapping["ContainerPort"]
        for task in before.of_type("AWS::ECS::TaskDefinition")
        for container in task.properties.get("ContainerDefinitions", [])
        for mapping in container.get("PortMappings", [])
    }
    own = {config.task.container_port, config.task.retiring_container_port}
    return next((port for port in sorted(ports) if port not in own), None)


def findings(found: tuple[Stage, ...]) -> Iterator[Finding]:
    """Everything that the stages would do, each once."""
    yield from dict.fromkeys(finding for stage in found for finding in stage.plan.findings)


def steps(found: tuple[Stage, ...]) -> Iterator[tuple[Stage, Step]]:
    """Every deployment of a stack, in order."""
    return ((stage, step) for stage in found for step in stage.plan.steps)
