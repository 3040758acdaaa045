"""Who may do what in ServiceStack. A stack that runs another service of design/services.py has `task` of that service."""

from collections.abc import Iterator

from tradingbot_infra.compliance.access.data import PULL
from tradingbot_infra.compliance.access.row import (
    ACCOUNT,
    FROM_THIS_ACCOUNT,
    Condition,
    Document,
    Entry,
    Listed,
    from_source,
    may,
    role,
)
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.names import construct_id
from tradingbot_infra.design.parties import REDIS
from tradingbot_infra.design.secrets import DATABASE_MASTER_SECRET, DATABASE_URL_SECRET, REDIS_AUTH_TOKEN_SECRET
from tradingbot_infra.design.services import API, ServiceRow

_SHELL = (
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
)
"""What ECS Exec takes (ECS Developer Guide, "ECS Exec"); these actions support no resource narrower than `*`."""

_LOG_DELIVERY = (
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
)
"""What the log of a state machine takes (AWS Step Functions Developer Guide, "Using CloudWatch Logs to log execution history")."""

_READ_BALANCER = (
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeRules",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
)
"""What ECS reads to move traffic (AWS Managed Policy Reference, AmazonECSInfrastructureRolePolicyForLoadBalancers)."""

_TRACES = ("xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments")
"""What its traces take (AWS Step Functions Developer Guide, "Trace Step Functions request data in AWS X-Ray")."""


def entries(config: EnvironmentConfig) -> Iterator[Entry]:
    """The task of the API, what replaces its tasks after a change of the password or for a release, and the web ACL's log."""
    yield from task("ServiceStack", API, config)
    yield from _password_rollout("ServiceStack", API, config)
    if config.deployment.shifts_traffic:
        yield from _deployment(config)
    if config.web_acl.waf:
        yield _web_acl_log(config.network.region)


def task(stack: str, service: ServiceRow, config: EnvironmentConfig) -> Iterator[Entry]:
    """The execution role and the task role of one service."""
    read = _read_secrets(service, config)
    yield from role(
        f"{stack}/ExecutionRole",
        "ecs-tasks.amazonaws.com",
        # The action supports no narrower resource.
        may("ecr:GetAuthorizationToken", on="*"),
        may(*PULL, on="<DataStack/Images.Arn>"),
        may("logs:CreateLogStream", "logs:PutLogEvents", on=f"<{stack}/ContainerLogGroup.Arn>"),
        *read,
    )
    shell = [may(*_SHELL, on="*")] if config.task.enable_execute_command else []
    yield from role(f"{stack}/TaskRole", "ecs-tasks.amazonaws.com", *read, *_telemetry(config), *shell)


def _telemetry(config: EnvironmentConfig) -> Iterator[Listed]:
    """Traces and metrics of the application itself; these actions support no narrower resource, and lines of the log need none."""
    here = {"StringEquals": {"aws:RequestedRegion": config.network.region}}
    if config.telemetry.tracing == "xray":
        yield may("xray:PutSpans", "xray:PutSpansForIndexing", "xray:PutTraceSegments", on="*", when=here)
    if config.telemetry.metrics == "otlp":
        yield may("cloudwatch:PutMetricData", on="*", when=here)


def _read_secrets(service: ServiceRow, config: EnvironmentConfig) -> tuple[Listed, ...]:
    """The secrets of a service's row and the addresses and passwords of its data stores, decrypted by Secrets Manager only."""
    key = config.retention.adopt_secrets_key_arn or "<DataStack/SecretsKey.Arn>"
    secrets = [config.adopted_secret_arn(name) or _secret(name) for name in service.secrets]
    by_secrets_manager = {"StringEquals": {"kms:ViaService": f"secretsmanager.{config.network.region}.amazonaws.com"}}
    stores = (_secret(DATABASE_URL_SECRET), _database_secret(config), *_redis_secret(service, config))
    return (
        may("secretsmanager:GetSecretValue", on=(*secrets, *stores)),
        may("kms:Decrypt", on=key, when=by_secrets_manager),
    )


def _secret(name: str) -> str:
    return f"<DataStack/{construct_id(name)}>"


def _database_secret(config: EnvironmentConfig) -> str:
    managed = config.database.db_credentials == "rds-managed"
    return "<DataStack/Database.MasterUserSecret.SecretArn>" if managed else _secret(DATABASE_MASTER_SECRET)


def _redis_secret(service: ServiceRow, config: EnvironmentConfig) -> tuple[str, ...]:
    encrypted = config.cache.enable_redis and config.cache.redis_transit_encryption
    return (_secret(REDIS_AUTH_TOKEN_SECRET),) if encrypted and REDIS in service.uses else ()


def _password_rollout(stack: str, service: ServiceRow, config: EnvironmentConfig) -> Iterator[Entry]:
    path, name, region = f"{stack}/PasswordRollout", config.names.password_rollout(service.part), config.network.region
    in_cluster: Condition = {"ArnEquals": {"ecs:cluster": f"<{stack}/Cluster.Arn>"}}
    yield from role(
        f"{path}/Role",
        "states.amazonaws.com",
        # Dates and names of versions; no value of a secret.
        may("secretsmanager:DescribeSecret", on=_database_secret(config)),
        may("ecs:DescribeServices", "ecs:UpdateService", on=f"<{stack}/Api/Service/Service>"),
        may("ecs:DescribeTasks", on=f"arn:aws:ecs:{region}:{ACCOUNT}:task/<{stack}/Cluster>/*", when=in_cluster),
        # Tasks are listed by container instance, which tasks on Fargate have none of.
        may("ecs:ListTasks", on="*", when=in_cluster),
        may(*_LOG_DELIVERY, *_TRACES, on="*"),
        when=from_source(f"arn:aws:states:{region}:{ACCOUNT}:stateMachine:{name}"),
    )
    yield from role(
        f"{path}/ScheduleRole",
        "scheduler.amazonaws.com",
        may("states:StartExecution", on=f"<{path}/StateMachine.Arn>"),
        when=from_source(f"arn:aws:scheduler:{region}:{ACCOUNT}:schedule-group/{name}"),
    )


def _deployment(config: EnvironmentConfig) -> Iterator[Entry]:
    """Neither ECS's nor Lambda's documentation has a condition for a role that it assumes."""
    service = f"arn:aws:ecs:{config.network.region}:{ACCOUNT}:service/<ServiceStack/Cluster>/{config.names.service_name(API.part)}"
    yield from role(
        "ServiceStack/DeploymentCheck/Role",
        "lambda.amazonaws.com",
        may("ecs:DescribeServices", on=service),
        may("logs:CreateLogStream", "logs:PutLogEvents", on="<ServiceStack/DeploymentCheckLog.Arn>"),
        when=None,
    )
    yield from role(
        "ServiceStack/Traffic/Role",
        "ecs.amazonaws.com",
        # These actions support no narrower resource.
        may(*_READ_BALANCER, on="*"),
        may(
            "elasticloadbalancing:DeregisterTargets",
            "elasticloadbalancing:RegisterTargets",
            on=("<ServiceStack/LoadBalancer/PublicListener/ECSGroup>", "<ServiceStack/Traffic/Green>"),
        ),
        may("elasticloadbalancing:ModifyRule", on=("<ServiceStack/Traffic/Test>", "<ServiceStack/Traffic/Production>")),
        may("lambda:InvokeFunction", on="<ServiceStack/DeploymentCheck/Function.Arn>"),
        when=None,
    )


def _web_acl_log(region: str) -> Document:
    delivery = Listed(
        actions=("logs:CreateLogStream", "logs:PutLogEvents"),
        resources=("<ServiceStack/WebAclLog.Arn>",),
        principals=("Service:delivery.logs.amazonaws.com",),
        condition={**FROM_THIS_ACCOUNT, "ArnLike": {"aws:SourceArn": f"arn:aws:logs:{region}:{ACCOUNT}:*"}},
    )
    return Document(path="ServiceStack/WebAcl/LogDelivery/ResourcePolicy", field="PolicyDocument", statements=(delivery,))
