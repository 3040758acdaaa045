"""What templates may hold of Amazon ECS."""

from collections.abc import Callable, Mapping
from typing import Any

from tradingbot_infra.compliance.allowed.row import (
    AllowedType,
    Row,
    allowed,
    chosen,
    computed,
    exactly,
    free,
    judged,
    one,
    refers_to_the,
    required,
    setting,
    tags,
    value_of,
    whole,
)
from tradingbot_infra.compliance.observe import is_unknown, listed
from tradingbot_infra.compliance.tristate import TriState
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.health_check import health_check_command
from tradingbot_infra.design.image_choice import PARAMETER, RUNS_PLACEHOLDER
from tradingbot_infra.design.log_lines import STREAM_PREFIX
from tradingbot_infra.design.placeholder import PLACEHOLDER_IMAGE, placeholder_command
from tradingbot_infra.design.services import API
from tradingbot_infra.templates import Assembly, Resource

_CONTAINER = "ContainerDefinitions[]"
_LOG = f"{_CONTAINER}.LogConfiguration"
_HEALTH = f"{_CONTAINER}.HealthCheck"
_NETWORK = "NetworkConfiguration.AwsvpcConfiguration"
_ROLLOUT = "DeploymentConfiguration"
_TMP = {"ContainerPath": "/tmp", "MountOptions": ["nosuid", "nodev", "noexec"]}  # noqa: S108 - a path in the container

_TRAFFIC_ROLE = "ServiceStack/Traffic/Role/Role/Resource"
_STRATEGIES = {"blue-green": "BLUE_GREEN", "canary": "CANARY", "linear": "LINEAR"}
_ROLLBACK_ALARMS = ("alb-5xx", "alb-response-time", "alb-unhealthy-targets", "alb-unhealthy-targets-green", "application-errors")

_LEAST_HEALTHY, _MOST_RUNNING = API.deployment.healthy_percent


def _image(value: Any, resource: Resource, assembly: Assembly) -> TriState:
    if assembly.config is None:
        return None
    tag, names = assembly.config.task.image_tag, assembly.config.names
    stack = assembly.stacks[resource.stack]
    account = stack.account or "${AWS::AccountId}"
    registries = (f"{account}.dkr.ecr.{stack.region}.{suffix}" for suffix in ("${AWS::URLSuffix}", "amazonaws.com"))
    images = [f"{registry}/{names.repository}:{tag or f'${{{resource.stack}.{PARAMETER}}}'}" for registry in registries]
    return value in (images if tag else [{"Fn::If": [RUNS_PLACEHOLDER, PLACEHOLDER_IMAGE, image]} for image in images])


def _command(config: EnvironmentConfig) -> Any:
    if config.task.image_tag:
        return None
    command = placeholder_command(config.task.container_port, config.load_balancer.health_check_path)
    return {"Fn::If": [RUNS_PLACEHOLDER, command, "${AWS::NoValue}"]}


def _while_checked(path: str, value: Any, expected: str) -> Row:
    """A value of the container's health check, which the settings may leave out. Text is the name of a setting."""

    def chosen_value(config: EnvironmentConfig) -> Any:
        wanted = value_of(config, value) if isinstance(value, str) else value
        return wanted if config.task.container_health_check else None

    return chosen(f"{_HEALTH}.{path}", chosen_value, f"{expected}, with container_health_check")


def _health_command(config: EnvironmentConfig) -> list[str] | None:
    checked = config.task.container_health_check
    return health_check_command(config.task.container_port, config.load_balancer.health_check_path) if checked else None


def _buffer(config: EnvironmentConfig) -> str | None:
    return None if config.task.log_mode == "blocking" else f"{config.task.log_buffer_mib * 1024 * 1024}b"


def _private_subnets(value: Any, _: Resource, assembly: Assembly) -> TriState:
    if assembly.config is None:
        return None
    targets = [assembly.referred(each) for each in listed(value)]
    if None in targets:
        return None if is_unknown(value) else False
    zones = range(1, len(assembly.config.network.availability_zones) + 1)
    return [target.path for target in targets if target] == [f"NetworkStack/Vpc/PrivateSubnet{zone}/Subnet" for zone in zones]


def _strategy(name: str) -> Callable[[EnvironmentConfig], Any]:
    """A part of the deployment's configuration, which rolling deployments leave out."""

    def chosen_value(config: EnvironmentConfig) -> Any:
        deployment = config.deployment
        share, minutes = deployment.deployment_step_percent, deployment.deployment_step_minutes
        alarms = [config.names.alarm(each) for each in _ROLLBACK_ALARMS]
        values: dict[str, Any] = {
            "Strategy": _STRATEGIES.get(deployment.deployment_strategy),
            "BakeTimeInMinutes": deployment.deployment_bake_minutes,
            "Alarms": {"AlarmNames": alarms, "Enable": True, "Rollback": True},
            "CanaryConfiguration": {"CanaryPercent": share, "CanaryBakeTimeInMinutes": minutes},
            "LinearConfiguration": {"StepPercent": share, "StepBakeTimeInMinutes": minutes},
        }
        with_steps = {"CanaryConfiguration": "canary", "LinearConfiguration": "linear"}
        applies = deployment.shifts_traffic and with_steps.get(name, deployment.deployment_strategy) == deployment.deployment_strategy
        return values[name] if applies else None

    return chosen_value


def _hooks(value: Any, _: Resource, assembly: Assembly) -> TriState:
    if assembly.config is None:
        return None
    deployment, stages = assembly.config.deployment, ["POST_TEST_TRAFFIC_SHIFT"]
    tests = {
        "TargetType": "AWS_LAMBDA",
        "HookTargetArn": assembly.reference_to("ServiceStack/DeploymentCheck/Function", "Arn"),
        "RoleArn": assembly.reference_to(_TRAFFIC_ROLE, "Arn"),
        "LifecycleStages": stages,
    }
    timeout = {"TimeoutInMinutes": deployment.deployment_gate_minutes, "Action": "ROLLBACK"}
    gate = {"TargetType": "PAUSE", "LifecycleStages": stages, "TimeoutConfiguration": timeout}
    wanted = [tests, *([gate] if deployment.deployment_gate_minutes is not None else [])] if deployment.shifts_traffic else None
    return True if value == wanted else None if is_unknown(value) else False


def _alternates(value: Any, _: Resource, assembly: Assembly) -> TriState:
    if assembly.config is None:
        return None
    wanted = {
        "AlternateTargetGroupArn": assembly.reference_to("ServiceStack/Traffic/Green/Resource"),
        "ProductionListenerRule": assembly.reference_to("ServiceStack/Traffic/Production/Resource"),
        "TestListenerRule": assembly.reference_to("ServiceStack/Traffic/Test/Resource"),
        "RoleArn": assembly.reference_to(_TRAFFIC_ROLE, "Arn"),
    }
    same = value == (wanted if assembly.config.deployment.shifts_traffic else None)
    return True if same else None if is_unknown(value) else False


ALLOWED: Mapping[str, AllowedType] = {
    "AWS::ECS::TaskDefinition": allowed(
        *required(
            setting("Cpu", "task_cpu"),
            setting("Memory", "task_memory_mib"),
            chosen("Family", lambda config: config.names.family(API.family), "the family of the service"),
            exactly("NetworkMode", "awsvpc"),
            exactly("RequiresCompatibilities", ["FARGATE"]),
            setting("RuntimePlatform.CpuArchitecture", "cpu_architecture"),
            exactly("RuntimePlatform.OperatingSystemFamily", "LINUX"),
            refers_to_the("ExecutionRoleArn", "ServiceStack/ExecutionRole/Role/Resource"),
            refers_to_the("TaskRoleArn", "ServiceStack/TaskRole/Role/Resource"),
            # The one container: another name is another container.
            exactly(f"{_CONTAINER}.Name", API.container),
            exactly(f"{_CONTAINER}.Essential", True),
            computed(f"{_CONTAINER}.Image", _image, "an image of this environment's repository, or the placeholder"),
            whole(f"{_CONTAINER}.Command", _command, "the placeholder's command, none for an image"),
            exactly(f"{_CONTAINER}.Privileged", False),
            setting(f"{_CONTAINER}.ReadonlyRootFilesystem", "readonly_root_filesystem"),
            setting(f"{_CONTAINER}.User", "container_user"),
            setting(f"{_CONTAINER}.StopTimeout", "stop_timeout_seconds"),
            whole(
                f"{_CONTAINER}.PortMappings",
                lambda config: [{"ContainerPort": config.task.container_port, "Protocol": "tcp"}],
                "setting container_port over TCP, and no other port",
            ),
            whole(
                f"{_CONTAINER}.LinuxParameters",
                lambda config: {"Capabilities": {}, "Tmpfs": [{**_TMP, "Size": config.task.tmp_size_mib}]},
                "no capabilities beyond Fargate's own, and /tmp in memory of setting tmp_size_mib",
            ),
            exactly(f"{_LOG}.LogDriver", "awslogs"),
            refers_to_the(f"{_LOG}.Options.awslogs-group", "ServiceStack/ContainerLogGroup/Resource"),
            chosen(f"{_LOG}.Options.awslogs-region", lambda config: config.network.region, "the environment's region"),
            exactly(f"{_LOG}.Options.awslogs-stream-prefix", STREAM_PREFIX),
            setting(f"{_LOG}.Options.mode", "log_mode"),
            chosen(f"{_LOG}.Options.max-buffer-size", _buffer, "setting log_buffer_mib in bytes, with log_mode non-blocking"),
            whole(f"{_HEALTH}.Command", _health_command, "a request of the health check's path, with container_health_check"),
            _while_checked("Interval", "health_check_interval_seconds", "the value of setting health_check_interval_seconds"),
            _while_checked("Retries", 3, "3"),
            _while_checked("StartPeriod", "health_check_grace_seconds", "the value of setting health_check_grace_seconds"),
            _while_checked("Timeout", 5, "5"),
        ),
        *judged("ecs.environment", f"{_CONTAINER}.Environment[].Name", f"{_CONTAINER}.Environment[].Value"),
        *judged("ecs.environment", f"{_CONTAINER}.Secrets[].Name", f"{_CONTAINER}.Secrets[].ValueFrom"),
        *required(tags()),
        exact=True,
        ServiceStack=one,
    ),
    "AWS::ECS::Cluster": allowed(
        *required(
            chosen("ClusterName", lambda config: config.names.cluster, "the cluster's name"),
            exactly("ClusterSettings", [{"Name": "containerInsights", "Value": "enabled"}]),
        ),
        *required(tags()),
        exact=True,
        ServiceStack=one,
    ),
    "AWS::ECS::Service": allowed(
        *required(
            chosen("ServiceName", lambda config: config.names.service_name(API.part), "the service's name"),
            refers_to_the("Cluster", "ServiceStack/Cluster/Resource"),
            refers_to_the("TaskDefinition", "ServiceStack/Task/Resource"),
            exactly("LaunchType", "FARGATE"),
            exactly("PlatformVersion", "LATEST"),
            exactly("PropagateTags", "SERVICE"),
            exactly("EnableECSManagedTags", True),
            setting("EnableExecuteCommand", "enable_execute_command"),
            chosen(
                "AvailabilityZoneRebalancing",
                lambda config: "ENABLED" if config.scaling.availability_zone_rebalancing else "DISABLED",
                "ENABLED with setting availability_zone_rebalancing, otherwise DISABLED",
            ),
            exactly(f"{_ROLLOUT}.DeploymentCircuitBreaker.Enable", True),
            exactly(f"{_ROLLOUT}.DeploymentCircuitBreaker.Rollback", True),
            exactly(f"{_ROLLOUT}.MinimumHealthyPercent", _LEAST_HEALTHY),
            exactly(f"{_ROLLOUT}.MaximumPercent", _MOST_RUNNING),
            *(
                chosen(f"{_ROLLOUT}.{name}", _strategy(name), "what deployment_strategy asks for")
                for name in ("Strategy", "BakeTimeInMinutes")
            ),
            *(
                whole(f"{_ROLLOUT}.{name}", _strategy(name), expected)
                for name, expected in (
                    ("Alarms", "every alarm about the service, with a rollback"),
                    ("CanaryConfiguration", "the share and minutes of the settings, for canary"),
                    ("LinearConfiguration", "the share and minutes of the settings, for linear"),
                )
            ),
            computed(f"{_ROLLOUT}.LifecycleHooks", _hooks, "the function that asks the new version, and the gate of the settings"),
            setting("HealthCheckGracePeriodSeconds", "health_check_grace_seconds"),
            *free("its parts have rows of their own", "LoadBalancers[]"),
            exactly("LoadBalancers[].ContainerName", API.container),
            setting("LoadBalancers[].ContainerPort", "container_port"),
            refers_to_the("LoadBalancers[].TargetGroupArn", "ServiceStack/LoadBalancer/PublicListener/ECSGroup/Resource"),
            computed("LoadBalancers[].AdvancedConfiguration", _alternates, "the second target group, both rules and their role"),
            exactly(f"{_NETWORK}.AssignPublicIp", "DISABLED"),
            refers_to_the(f"{_NETWORK}.SecurityGroups[]", "NetworkStack/SecurityGroups/EcsSecurityGroup/Resource"),
            computed(f"{_NETWORK}.Subnets", _private_subnets, "the private subnet of every zone, and no other"),
        ),
        *required(tags()),
        exact=True,
        ServiceStack=one,
    ),
}
