"""One container of a Fargate task, as a process of this machine."""

import asyncio
import logging
import os
import random
import shutil
import signal
import tempfile
from contextlib import suppress
from pathlib import Path

import psutil

from tradingbot_infra.local_cloud import clock
from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.fargate import awslogs, registry, volumes
from tradingbot_infra.local_cloud.fargate.dockerfile import ImageConfig
from tradingbot_infra.local_cloud.fargate.environment import environment
from tradingbot_infra.local_cloud.fargate.errors import CannotStartError
from tradingbot_infra.local_cloud.fargate.execution_role import ExecutionRole
from tradingbot_infra.local_cloud.fargate.health import Health, HealthCheck
from tradingbot_infra.local_cloud.fargate.images import StandIn
from tradingbot_infra.local_cloud.fargate.memory import resident_bytes, tree
from tradingbot_infra.local_cloud.fargate.output import Output
from tradingbot_infra.local_cloud.fargate.program import Program
from tradingbot_infra.local_cloud.fargate.secret_values import secret_values
from tradingbot_infra.local_cloud.fargate.spec import ContainerSpec, Exit
from tradingbot_infra.local_cloud.fargate.users import identity
from tradingbot_infra.local_cloud.watchdog.families import Family, kill_all
from tradingbot_infra.local_cloud.watchdog.guard import GUARD

__all__ = ["CannotStartError", "Container", "ContainerSpec", "Exit"]

_LOG = logging.getLogger(__name__)

DEFAULT_STOP_SECONDS = 30.0
"""`stopTimeout` of a container definition that has none; Fargate's longest is MOST_STOP_SECONDS."""
MOST_STOP_SECONDS = 120.0

_LEAST_STOP_SECONDS = 1.0
_MEMORY_POLL_SECONDS = 1.0
_OUT_OF_MEMORY = Exit(137, "OutOfMemoryError: Container killed due to memory usage")
_SIGNAL_BASE = 128


class Container:
    """One container. `ask` must be fit for the event loop that calls these methods."""

    runtime_id: str
    """As Fargate writes it: the task's id and digits."""
    image_digest: str
    """`sha256:...`, the digest that ECR has for the image; empty before `start`."""

    def __init__(self, spec: ContainerSpec, ask: Ask) -> None:
        self.runtime_id = f"{spec.task_id}-{random.randrange(10**8, 10**10)}"  # noqa: S311 - a name, not a secret
        self.image_digest = ""
        self._spec = spec
        self._ask = ask
        self._role = ExecutionRole(spec.execution_role, spec.task_id, ask)
        self._check = HealthCheck(spec.container.get("healthCheck") or {})
        self._private = Path(tempfile.gettempdir()) / f"task-{spec.task_id}-{spec.name}"
        self._stop_signal = 0
        self._process: asyncio.subprocess.Process | None = None
        self._end: asyncio.Task[Exit] | None = None
        self._out_of_memory = False
        self._known: set[psutil.Process] = set()

    @property
    def health(self) -> Health:
        """What the health check of the container definition found; UNKNOWN without one, or before its first result."""
        return self._check.health

    async def start(self) -> None:
        """Reads secrets, pulls the image, opens the log stream and starts the process, in ECS's order.

        Raises:
            CannotStartError: one of these failed; nothing is left of it.
        """
        self._require_role()
        self._require_what_is_supported()
        await registry.authorized(self._spec.image, self._role)
        secrets = await secret_values(self._spec.container.get("secrets", []), self._role, self._ask)
        stand_in, self.image_digest = await registry.pulled(self._spec.image, self._role, self._ask)
        driver = awslogs.driver(self._spec, self._role, self._ask)
        await driver.open()
        try:
            await self._run(stand_in, secrets, driver)
        except BaseException:
            await driver.close()
            shutil.rmtree(self._private, ignore_errors=True)
            raise

    async def stop(self) -> None:
        """Sends the image's stop signal (SIGTERM unless it names another), after `stopTimeout` SIGKILL, and waits for the end.

        As in a container only the first process gets the signal: a shell does not pass it on.
        """
        if self._process is None or self._end is None:
            return
        self._signal(self._process, self._stop_signal)
        seconds = min(float(self._spec.container.get("stopTimeout") or DEFAULT_STOP_SECONDS), MOST_STOP_SECONDS)
        try:
            async with asyncio.timeout(clock.scaled(seconds, least=_LEAST_STOP_SECONDS)):
                await self._process.wait()
        except TimeoutError:
            self._signal(self._process, signal.SIGKILL)
        await self.ended()

    async def ended(self) -> Exit:
        """Waits until nothing of the container runs and all its output is stored. For a container that was started."""
        if self._end is None:
            raise RuntimeError("the container was not started")
        return await asyncio.shield(self._end)

    @staticmethod
    def _signal(process: asyncio.subprocess.Process, number: int) -> None:
        """As `process.send_signal`, which may take the exit code away from the thread that waits for it (CPython issue 127049)."""
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(process.pid, number)

    def _require_what_is_supported(self) -> None:
        if self._spec.container.get("environmentFiles"):
            raise CannotStartError("ResourceInitializationError: failed to download env files: the local cloud reads no environmentFiles")

    def _require_role(self) -> None:
        if not self._spec.execution_role:
            message = "Fargate requires task definition to have execution role ARN to support log driver awslogs, secrets and ECR images."
            raise CannotStartError(f"ClientException: {message}")

    async def _run(self, stand_in: StandIn, secrets: dict[str, str], driver: awslogs.LogDriver) -> None:
        program = self._program(stand_in, stand_in.config(), secrets)
        family = Family(str(self._private))
        GUARD.watch(family)
        try:
            output = Output(driver)
            self._process = await output.start(program)
        except BaseException:
            GUARD.forget(family)
            raise
        family = family.of(self._process.pid)
        GUARD.watch(family)
        self._end = asyncio.create_task(self._ending(self._process, program, family, output))

    def _program(self, stand_in: StandIn, config: ImageConfig, secrets: dict[str, str]) -> Program:
        self._stop_signal = config.stop_signal
        own = self._spec.container.get("workingDirectory")
        mounted = volumes.mounts(self._spec)
        directory = Path(volumes.placed(config.place(own), mounted)) if own else stand_in.directory or self._private
        who = identity(str(self._spec.container.get("user") or config.user), directory if stand_in.directory else self._private.parent)
        self._private.mkdir(mode=0o700, parents=True)
        if who is not None:
            os.chown(self._private, who.user, who.group)
        variables = environment(
            self._spec, stand_in=stand_in, config=config, secrets=secrets, private=self._private, drops_rights=who is not None
        )
        words = [volumes.placed(word.replace("{address}", self._spec.address), mounted) for word in self._command(config)]
        placed = {name: volumes.placed(value, mounted) for name, value in variables.items()}
        return Program(command=words, environment=placed, directory=directory, identity=who)

    def _command(self, config: ImageConfig) -> list[str]:
        """As Docker: an entry point of the container definition makes the image's command void."""
        own_entry, own_command = self._spec.container.get("entryPoint"), self._spec.container.get("command")
        command = own_command or (() if own_entry else config.command)
        words = [config.place(word) for word in (*(own_entry or config.entrypoint), *command)]
        if not words:
            raise CannotStartError("CannotCreateContainerError: no command specified")
        return words

    async def _ending(
        self,
        process: asyncio.subprocess.Process,
        program: Program,
        family: Family,
        output: Output,
    ) -> Exit:
        watches = [asyncio.create_task(self._watch_memory(process, family))]
        if self._check.exists:
            watches.append(asyncio.create_task(self._check.run(program, self._spec.address, self._spec.ports)))
        code = await process.wait()
        for watch in watches:
            watch.cancel()
        await asyncio.gather(*watches, return_exceptions=True)
        await asyncio.to_thread(kill_all, family, self._known)
        await output.finish()
        await asyncio.to_thread(shutil.rmtree, self._private, ignore_errors=True)
        GUARD.forget(family)
        return _OUT_OF_MEMORY if self._out_of_memory else Exit(code if code >= 0 else _SIGNAL_BASE - code, "")

    async def _watch_memory(self, process: asyncio.subprocess.Process, family: Family) -> None:
        """Remembers descendants, which may leave the group, and ends the container when all together use too much."""
        limit = self._spec.memory_bytes
        while True:
            processes = await asyncio.to_thread(tree, process.pid)
            self._known = {known for known in self._known if known.is_running()} | set(processes[1:])
            if limit is not None and await asyncio.to_thread(resident_bytes, processes) > limit:
                self._out_of_memory = True
                await asyncio.to_thread(kill_all, family, self._known)
            await asyncio.sleep(_MEMORY_POLL_SECONDS)
