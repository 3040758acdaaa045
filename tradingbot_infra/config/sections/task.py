"""The Fargate task and its container."""

from collections.abc import Iterator
from types import MappingProxyType
from typing import Literal

from tradingbot_infra.config.errors import Problem, listed
from tradingbot_infra.config.sections.base import Section, setting
from tradingbot_infra.design.image_choice import TAG_PATTERN


def _gib(*amounts: float) -> tuple[int, ...]:
    return tuple(int(amount * 1024) for amount in amounts)


FARGATE_MEMORY_MIB = MappingProxyType(
    {
        256: _gib(0.5, 1, 2),
        512: _gib(1, 2, 3, 4),
        1024: _gib(*range(2, 9)),
        2048: _gib(*range(4, 17)),
        4096: _gib(*range(8, 31)),
        8192: _gib(*range(16, 61, 4)),
        16384: _gib(*range(32, 121, 8)),
    }
)
"""Memory that Fargate offers for each number of CPU units (ECS Developer Guide, "Task CPU and memory")."""


class TaskConfig(Section, title="Task"):
    """The Fargate task and its container."""

    image_tag: str | None = setting(
        "Tag of the image, named in code. With none, `deploy --tag` chooses it, and a placeholder runs until then",
        allowed="an image tag other than latest, or none",
        pattern=TAG_PATTERN,
    )
    cpu_architecture: Literal["X86_64", "ARM64"] = setting("CPU architecture of the image and the task")
    task_cpu: int = setting("CPU units of a task; 1024 units are one vCPU", allowed="a Fargate task size")
    task_memory_mib: int = setting("Memory of a task, MiB", allowed="a memory size that Fargate offers for task_cpu")
    # Linux takes ephemeral ports from 32768 upwards, and the network ACLs admit traffic to those from any address.
    container_port: int = setting("Port on which the container listens", ge=1024, le=32767)
    retiring_container_port: int | None = setting(
        "Former container_port that stays open while tasks move to the new one. The command deploy sets it meanwhile",
        allowed="a whole number from 1024 to 32767 other than container_port, or none",
        ge=1024,
        le=32767,
    )
    stop_timeout_seconds: int = setting("Time between SIGTERM and SIGKILL, in which open orders can be completed, seconds", ge=2, le=120)
    readonly_root_filesystem: bool = setting("Make the container's file system read-only, except /tmp")
    container_user: str | None = setting(
        "User and group that run the container. With none, the image's own USER does",
        allowed="UID or UID:GID such as 1000:1000, neither of them 0, or none",
        pattern=r"^[1-9]\d{0,4}(:[1-9]\d{0,4})?$",
    )
    tmp_size_mib: int = setting("Size of /tmp, in memory of the task, MiB", ge=16, le=65536)
    log_mode: Literal["blocking", "non-blocking"] = setting(
        "What happens when CloudWatch Logs takes no lines: the application waits, or lines beyond log_buffer_mib are lost"
    )
    log_buffer_mib: int = setting("Lines that wait for CloudWatch Logs with log_mode non-blocking, MiB of the task's memory", ge=1, le=1024)
    container_health_check: bool = setting("Let ECS also request health_check_path inside the container, with the python3 of the image")
    enable_execute_command: bool = setting("Allow shell access to running containers through ECS Exec")

    @property
    def open_ports(self) -> tuple[int, ...]:
        """The ports on which the load balancer reaches tasks, the former one first: its ACL entry keeps its number until it closes."""
        former = self.retiring_container_port
        return (self.container_port,) if former is None else (former, self.container_port)


def retiring_port_is_another(task: TaskConfig) -> Iterator[Problem]:
    if task.retiring_container_port == task.container_port:
        wrong, allowed = "tasks still listen on it, as container_port", "the port that they listened on before, or none"
        yield Problem("retiring_container_port", task.retiring_container_port, wrong, allowed)


def task_size_is_one_that_fargate_offers(task: TaskConfig) -> Iterator[Problem]:
    offered = FARGATE_MEMORY_MIB.get(task.task_cpu)
    if offered is None:
        yield Problem("task_cpu", task.task_cpu, "Fargate has no such size", listed(FARGATE_MEMORY_MIB))
    elif task.task_memory_mib not in offered:
        yield Problem("task_memory_mib", task.task_memory_mib, f"Fargate does not offer it with task_cpu={task.task_cpu}", listed(offered))


def memory_is_left_for_the_application(task: TaskConfig) -> Iterator[Problem]:
    buffer = task.log_buffer_mib if task.log_mode == "non-blocking" else 0
    most = task.task_memory_mib // 2 - buffer
    if task.tmp_size_mib > most:
        wrong = f"with {buffer} MiB for log lines it may take more than half of task_memory_mib={task.task_memory_mib}"
        yield Problem("tmp_size_mib", task.tmp_size_mib, wrong, f"up to {most}")


def shell_has_a_writable_root(task: TaskConfig) -> Iterator[Problem]:
    if task.enable_execute_command and task.readonly_root_filesystem:
        yield Problem(
            "enable_execute_command",
            True,
            "the ECS Exec agent must write to the root file system",
            "true with readonly_root_filesystem=false, or false",
        )
