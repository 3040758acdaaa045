"""The log driver `awslogs`: what a container writes becomes events of its log stream.

Sources: ECS Developer Guide, "Send Amazon ECS logs to CloudWatch" and "LogConfiguration" of the API reference; moby,
daemon/logger/awslogs. Options about several lines an event (`awslogs-multiline-pattern`, `awslogs-datetime-format`) are refused.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from tradingbot_infra.local_cloud import clock
from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.fargate.errors import CannotStartError
from tradingbot_infra.local_cloud.fargate.execution_role import DeniedError, ExecutionRole
from tradingbot_infra.local_cloud.fargate.lines import size
from tradingbot_infra.local_cloud.fargate.spec import ContainerSpec

_LOG = logging.getLogger(__name__)

_PUBLISH_SECONDS = 5.0
_MOST_EVENTS = 10_000
_MOST_BATCH_BYTES = 1_048_576
_EVENT_OVERHEAD_BYTES = 26
_BLOCKING_BYTES = 4 * _MOST_BATCH_BYTES
_DEFAULT_BUFFER = "10m"
_UNITS = {"k": 1024, "m": 1024**2, "g": 1024**3}
_UNSUPPORTED = ("awslogs-multiline-pattern", "awslogs-datetime-format")
_INVALID = "ResourceInitializationError: failed to validate logger args: "


class LogDriver(Protocol):
    """Where the lines of a container go."""

    async def open(self) -> None:
        """Makes the driver ready; raises CannotStartError."""

    async def put(self, event: str) -> None:
        """Takes one line; may wait until there is room."""

    async def close(self) -> None:
        """Waits until everything that was taken is stored."""


class NoDriver:
    """A container without a log configuration: its output is lost."""

    async def open(self) -> None:
        """Nothing to do."""

    async def put(self, event: str) -> None:
        """Loses the line."""

    async def close(self) -> None:
        """Nothing to do."""


@dataclass(frozen=True)
class _Stream:
    group: str
    name: str
    arn: str


class AwsLogs:
    """The driver for one container.

    `mode` is `blocking` (a full buffer makes the container wait) or `non-blocking` (it makes lines be lost), AWS's default.
    """

    def __init__(self, options: Mapping[str, str], stream: _Stream, role: ExecutionRole, ask: Ask) -> None:
        self._options, self._stream, self._role, self._ask = options, stream, role, ask
        self._blocks = options.get("mode", "non-blocking") == "blocking"
        self._most = _BLOCKING_BYTES if self._blocks else _bytes(options.get("max-buffer-size", _DEFAULT_BUFFER))
        self._waiting: deque[tuple[int, str]] = deque()
        self._bytes = 0
        self._room = asyncio.Event()
        self._wanted = asyncio.Event()
        self._closing = False
        self._publisher: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Creates the stream, with the rights of the execution role.

        Raises:
            CannotStartError: the group does not exist, or the role may not create the stream.
        """
        if unsupported := sorted(set(_UNSUPPORTED) & self._options.keys()):
            raise CannotStartError(f"{_INVALID}the local cloud does not support {', '.join(unsupported)}")
        try:
            if self._options.get("awslogs-create-group") == "true":
                await self._create("logs:CreateLogGroup", "CreateLogGroup", logGroupName=self._stream.group)
            await self._create("logs:CreateLogStream", "CreateLogStream", logGroupName=self._stream.group, logStreamName=self._stream.name)
        except (DeniedError, LocalApiError) as error:
            words = _words(error)
            raise CannotStartError(
                f"{_INVALID}create stream has been retried 1 times: failed to create Cloudwatch log stream: {words}: exit status 1"
            ) from error
        if await self._role.may("logs:PutLogEvents", self._stream.arn):
            self._publisher = asyncio.create_task(self._publish())
        else:  # as on AWS: the container runs, and nobody sees a line
            _LOG.warning("%s may not logs:PutLogEvents on %s: its lines are lost", self._role.arn, self._stream.arn)

    async def put(self, event: str) -> None:
        """Takes one line. It waits for room when it blocks; otherwise it loses the line when the buffer is full."""
        needed = size(event)
        if self._publisher is None:
            return
        while self._bytes and self._bytes + needed > self._most:
            if not self._blocks:
                return
            self._room.clear()
            self._wanted.set()
            await self._room.wait()
        self._waiting.append((time.time_ns() // 1_000_000, event))
        self._bytes += needed

    async def close(self) -> None:
        """Waits until every line is stored."""
        self._closing = True
        self._wanted.set()
        if self._publisher is not None:
            await self._publisher

    async def _create(self, action: str, operation: str, **parameters: str) -> None:
        await self._role.check(action, self._stream.arn)
        try:
            await self._ask("logs", operation, **parameters)
        except LocalApiError as error:
            if error.code != "ResourceAlreadyExistsException":
                raise

    async def _publish(self) -> None:
        while not (self._closing and not self._waiting):
            await self._moment()
            while self._waiting:
                await self._send(self._batch())
                self._room.set()

    async def _moment(self) -> None:
        """Until it is time for the next batch, there is no more room, or the container ended."""
        try:
            async with asyncio.timeout(clock.scaled(_PUBLISH_SECONDS)):
                await self._wanted.wait()
        except TimeoutError:
            return
        if not self._closing:
            self._wanted.clear()

    def _batch(self) -> list[tuple[int, str]]:
        batch: list[tuple[int, str]] = []
        total = 0
        while self._waiting and len(batch) < _MOST_EVENTS:
            needed = size(self._waiting[0][1]) + _EVENT_OVERHEAD_BYTES
            if batch and total + needed > _MOST_BATCH_BYTES:
                break
            total += needed
            batch.append(self._waiting.popleft())
        self._bytes -= total - _EVENT_OVERHEAD_BYTES * len(batch)
        return batch

    async def _send(self, batch: list[tuple[int, str]]) -> None:
        events = [{"timestamp": at, "message": message} for at, message in sorted(batch, key=lambda event: event[0])]
        try:
            await self._ask("logs", "PutLogEvents", logGroupName=self._stream.group, logStreamName=self._stream.name, logEvents=events)
        except LocalApiError as error:  # as the driver does: a container does not end because its log group went
            _LOG.warning("%d lines of %s are lost: %s", len(batch), self._stream.name, error)


def driver(spec: ContainerSpec, role: ExecutionRole, ask: Ask) -> LogDriver:
    """The driver of a container's log configuration.

    Raises:
        CannotStartError: the driver is not `awslogs`, or an option is missing.
    """
    configuration = spec.container.get("logConfiguration")
    if configuration is None:
        return NoDriver()
    options = configuration.get("options", {})
    if configuration["logDriver"] != "awslogs":
        raise CannotStartError(f"{_INVALID}the local cloud has no log driver {configuration['logDriver']}")
    if missing := [name for name in ("awslogs-group", "awslogs-stream-prefix") if name not in options]:
        raise CannotStartError(f"{_INVALID}{', '.join(missing)} is required on Fargate")
    name = f"{options['awslogs-stream-prefix']}/{spec.name}/{spec.task_id}"
    group = options["awslogs-group"]
    return AwsLogs(
        options, _Stream(group, name, f"arn:aws:logs:{spec.region}:{spec.account}:log-group:{group}:log-stream:{name}"), role, ask
    )


def _bytes(text: str) -> int:
    number, unit = text.lower().rstrip("b"), 1
    if number[-1:] in _UNITS:
        number, unit = number[:-1], _UNITS[number[-1]]
    try:
        return int(number) * unit
    except ValueError as error:
        raise CannotStartError(f"{_INVALID}invalid max-buffer-size {text}") from error


def _words(error: DeniedError | LocalApiError) -> str:
    if isinstance(error, LocalApiError) and error.code == "ResourceNotFoundException":
        return "ResourceNotFoundException: The specified log group does not exist."
    return f"{error.code}: {error.message}" if isinstance(error, LocalApiError) else str(error)
