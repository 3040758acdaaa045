"""The Fargate task: one container, two roles, secrets by reference."""

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs
from constructs import Construct

from tradingbot_infra.config.sections.load_balancer import LoadBalancerConfig
from tradingbot_infra.config.sections.task import TaskConfig
from tradingbot_infra.constructs.image_choice import ContainerImage, ImageChoice, named_image
from tradingbot_infra.constructs.service_role import ServiceRole
from tradingbot_infra.design.health_check import health_check_command
from tradingbot_infra.design.log_lines import STREAM_PREFIX
from tradingbot_infra.design.placeholder import placeholder_command
from tradingbot_infra.design.services import ServiceRow

WRITABLE_PATH = "/tmp"  # noqa: S108 - a path in the container, a file system of its own
"""Where the container may write, whatever its root filesystem."""


@dataclass(frozen=True, kw_only=True)
class ContainerEnvironment:
    """Environment of the container: plain values, and secrets that ECS reads when a task starts."""

    plain: dict[str, str]
    secrets: dict[str, ecs.Secret]


class TaskDefinition(ecs.FargateTaskDefinition):
    """The task definition. Its roles have exactly the statements that they need; the CDK adds none."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        service: ServiceRow,
        family: str,
        task: TaskConfig,
        balancing: LoadBalancerConfig,
        execution_role: ServiceRole,
        task_role: ServiceRole,
        repository_name: str,
        log_group: logs.ILogGroup,
        environment: ContainerEnvironment,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            family=family,
            cpu=task.task_cpu,
            memory_limit_mib=task.task_memory_mib,
            runtime_platform=ecs.RuntimePlatform(
                cpu_architecture=ecs.CpuArchitecture.of(task.cpu_architecture),
                operating_system_family=ecs.OperatingSystemFamily.LINUX,
            ),
            execution_role=execution_role.granted,
            task_role=task_role.granted,
        )
        image = self._image(task, balancing, repository_name)
        self.add_container(
            "Container",
            container_name=service.container,
            image=ecs.ContainerImage.from_registry(image.reference),
            command=image.command,
            port_mappings=[ecs.PortMapping(container_port=task.container_port)] if service.load_balanced else None,
            environment=environment.plain,
            secrets=environment.secrets,
            logging=_logging(task, log_group),
            linux_parameters=self._memory_on_tmp(task.tmp_size_mib),
            health_check=_health_check(task, balancing) if task.container_health_check and service.load_balanced else None,
            readonly_root_filesystem=task.readonly_root_filesystem,
            user=task.container_user,
            stop_timeout=cdk.Duration.seconds(task.stop_timeout_seconds),
            essential=True,
            privileged=False,
        )

    def _memory_on_tmp(self, size_mib: int) -> ecs.LinuxParameters:
        parameters = ecs.LinuxParameters(self, "LinuxParameters")
        options = [ecs.TmpfsMountOption.NOSUID, ecs.TmpfsMountOption.NODEV, ecs.TmpfsMountOption.NOEXEC]
        parameters.add_tmpfs(ecs.Tmpfs(container_path=WRITABLE_PATH, size=size_mib, mount_options=options))
        return parameters

    def _image(self, task: TaskConfig, balancing: LoadBalancerConfig, repository_name: str) -> ContainerImage:
        if task.image_tag:
            return named_image(self, repository_name, task.image_tag)
        command = placeholder_command(task.container_port, balancing.health_check_path)
        return ImageChoice(self, "Image", repository_name=repository_name, placeholder_command=command).image


def _logging(task: TaskConfig, log_group: logs.ILogGroup) -> ecs.LogDriver:
    waits = task.log_mode == "blocking"
    return ecs.LogDrivers.aws_logs(
        stream_prefix=STREAM_PREFIX,
        log_group=log_group,
        mode=ecs.AwsLogDriverMode.BLOCKING if waits else ecs.AwsLogDriverMode.NON_BLOCKING,
        max_buffer_size=None if waits else cdk.Size.mebibytes(task.log_buffer_mib),
    )


def _health_check(task: TaskConfig, balancing: LoadBalancerConfig) -> ecs.HealthCheck:
    return ecs.HealthCheck(
        command=health_check_command(task.container_port, balancing.health_check_path),
        interval=cdk.Duration.seconds(balancing.health_check_interval_seconds),
        timeout=cdk.Duration.seconds(5),
        retries=3,
        start_period=cdk.Duration.seconds(balancing.health_check_grace_seconds),
    )
