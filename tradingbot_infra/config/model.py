"""The settings of one environment: typed, immutable, without defaults. Values are chosen in environments.py only.

Every leaf has a flat name that is unique in the whole model, because `-c NAME=VALUE` reaches it by that name.
No secret has a place here: secrets live in Secrets Manager and are known by name only.
"""

from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from tradingbot_infra.design.connections import Connection, connections
from tradingbot_infra.design.naming import Names
from tradingbot_infra.design.stacks import PlacedStack, placed_stacks

EnvironmentName = Literal["production", "high-availability", "balanced", "staging", "development"]
DataClassification = Literal["public", "internal", "confidential", "restricted"]

CIDR = r"^(\d{1,3}\.){3}\d{1,3}/\d{1,2}$"
UTC_WINDOW = r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$"
UTC_WEEK_WINDOW = r"^(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d-(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d$"
CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"
COMPLETE_SECRET_ARN = r"^arn:aws:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}$"  # noqa: S105 - the form of a name, not a secret
EMAIL = r"^[^@\s,]+@[^@\s,]+\.[^@\s,]+$"
UNPRIVILEGED_USER = r"^[1-9]\d{0,4}(:[1-9]\d{0,4})?$"

FrozenMap = Annotated[dict[str, str], AfterValidator(MappingProxyType)]


def _setting(purpose: str, *, allowed: str | None = None, **bounds: Any) -> Any:
    """A required setting: what it decides (with its unit), and what is allowed where the type does not say it."""
    return Field(description=purpose, json_schema_extra={"allowed": allowed} if allowed else None, **bounds)


class Section(BaseModel):
    """Settings of one subject. The class argument `title` and the docstring's first line are its heading in docs/settings.md."""

    model_config = ConfigDict(frozen=True, extra="forbid", regex_engine="python-re")

    @classmethod
    def heading(cls) -> tuple[str, str]:
        """The section's title, and what it is about."""
        return cls.model_config["title"] or "", (cls.__doc__ or "").partition("\n")[0]


class NetworkConfig(Section, title="Network"):
    """The VPC and its connection to the internet."""

    region: str = _setting("AWS region of every stack", allowed="ap-southeast-2")
    availability_zones: tuple[str, ...] = _setting(
        "Zones, pinned so that synthesis looks nothing up",
        allowed="two or three zones of the region, separated by commas",
        min_length=2,
        max_length=3,
    )
    vpc_cidr: str = _setting("Addresses of the VPC", allowed="an IPv4 block such as 10.0.0.0/16", pattern=CIDR)
    public_subnet_cidrs: tuple[Annotated[str, Field(pattern=CIDR)], ...] = _setting(
        "Load balancer and NAT, one block a zone", allowed="one IPv4 block a zone, separated by commas"
    )
    private_subnet_cidrs: tuple[Annotated[str, Field(pattern=CIDR)], ...] = _setting(
        "ECS tasks, one block a zone", allowed="one IPv4 block a zone, separated by commas"
    )
    database_subnet_cidrs: tuple[Annotated[str, Field(pattern=CIDR)], ...] = _setting(
        "RDS, no internet route, one block a zone", allowed="one IPv4 block a zone, separated by commas"
    )
    cache_subnet_cidrs: tuple[Annotated[str, Field(pattern=CIDR)], ...] = _setting(
        "Redis, no internet route, one block a zone", allowed="one IPv4 block a zone, separated by commas"
    )
    nat_type: Literal["gateway", "instance"] = _setting("NAT gateways (managed) or NAT instances (cheaper, ours to care for)")
    nat_gateways: int = _setting("Number of NAT gateways or instances; fewer than zones means one zone's failure cuts egress", ge=1, le=3)
    nat_instance_type: str = _setting(
        "EC2 type of a NAT instance", allowed="an EC2 type of the t4g family, such as t4g.nano", pattern=r"^t4g\.(nano|micro|small|medium)$"
    )
    enable_vpc_endpoints: bool = _setting("VPC endpoints for S3, ECR, CloudWatch Logs, Secrets Manager and KMS")


class RetentionConfig(Section, title="Retention"):
    """What is kept, and for how long."""

    retain_data: bool = _setting("Keep or snapshot data, keys, secrets, images and logs when a stack goes")
    deletion_protection: bool = _setting("RDS, the load balancer and the stacks refuse to be deleted")
    log_retention_days: int = _setting("Days that every log group keeps", allowed="a period of CloudWatch Logs")
    adopt_secret_arns: tuple[Annotated[str, Field(pattern=COMPLETE_SECRET_ARN)], ...] = _setting(
        "Secrets that an earlier deployment left; they are used instead of new ones",
        allowed="the complete ARNs of all eight secrets, separated by commas, or nothing",
    )
    adopt_secrets_key_arn: str | None = _setting(
        "KMS key that the adopted secrets are under",
        allowed="arn:aws:kms:REGION:ACCOUNT:key/ID of the same region, or none",
        pattern=r"^arn:aws:kms:[a-z0-9-]+:\d{12}:key/[0-9a-f-]+$",
    )
    key_deletion_days: int = _setting("Days between the deletion of a KMS key and its end", ge=7, le=30)


class DatabaseConfig(Section, title="Database"):
    """RDS for PostgreSQL, and its backups."""

    db_engine_version: str = _setting("PostgreSQL version", allowed="a 15.x that RDS still creates")
    db_instance_class: str = _setting(
        "RDS instance class", allowed="an RDS class such as db.t3.micro", pattern=r"^db\.[a-z0-9]+\.[a-z0-9]+$"
    )
    db_allocated_storage_gib: int = _setting("gp3 storage, GiB", ge=20, le=65536)
    db_multi_az: bool = _setting("A standby in a second zone")
    db_backup_retention_days: int = _setting("Days that automated backups are kept", ge=1, le=35)
    db_backup_window: str = _setting("Daily backup window, UTC", allowed="hh:mm-hh:mm, at least 30 minutes", pattern=UTC_WINDOW)
    db_maintenance_window: str = _setting(
        "Weekly maintenance window, UTC", allowed="ddd:hh:mm-ddd:hh:mm, at least 30 minutes", pattern=UTC_WEEK_WINDOW
    )
    db_auto_minor_version_upgrade: bool = _setting("Minor engine upgrades in the maintenance window")
    db_name: str = _setting(
        "Name of the first database", allowed="letters, digits and underscores, first a letter", pattern=r"^[a-z][a-z0-9_]{0,62}$"
    )
    db_master_username: str = _setting(
        "Master user; the password is RDS's own",
        allowed="a name other than postgres, admin and rdsadmin",
        pattern=r"^(?!(?:postgres|admin|rdsadmin)$)[a-z][a-z0-9_]{0,62}$",
    )
    db_monitoring_interval_seconds: int = _setting("Enhanced monitoring interval, seconds; 0 is off", allowed="an interval of RDS")
    backup_plan: bool = _setting("A daily recovery point in AWS Backup, beside RDS's own backups")
    backup_plan_days: int = _setting("Days that AWS Backup keeps a recovery point", ge=1, le=36_500)


class CacheConfig(Section, title="Cache"):
    """ElastiCache for Redis OSS."""

    enable_redis: bool = _setting("Whether there is a Redis at all")
    redis_engine_version: str = _setting("Redis OSS version", allowed="a 7.x of ElastiCache")
    redis_node_type: str = _setting(
        "ElastiCache node type", allowed="an ElastiCache type such as cache.t3.micro", pattern=r"^cache\.[a-z0-9]+\.[a-z0-9]+$"
    )
    redis_nodes: int = _setting("Nodes: one primary, the others replicas", ge=1, le=6)
    redis_automatic_failover: bool = _setting("A replica takes over when the primary fails")
    redis_snapshot_retention_days: int = _setting("Days that daily snapshots are kept", ge=1, le=35)
    redis_transit_encryption: bool = _setting("TLS and an AUTH token are required of every client")
    redis_parameters: FrozenMap = _setting(
        "Parameters of the custom parameter group", allowed="name=value pairs of family redis7, separated by commas"
    )


class RegistryConfig(Section, title="Image repository"):
    """The ECR repository."""

    ecr_max_images: int = _setting("Images kept, the newest", ge=1, le=1000)
    ecr_pull_accounts: tuple[Annotated[str, Field(pattern=r"^\d{12}$")], ...] = _setting(
        "AWS accounts that may pull images", allowed="12-digit account ids, separated by commas, or nothing"
    )


class TaskConfig(Section, title="Task"):
    """The Fargate task and its container."""

    image_tag: str | None = _setting(
        "Tag of the image to run from the repository; none runs the placeholder",
        allowed="an image tag other than latest, or none",
        pattern=r"^(?!latest$)[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$",
    )
    cpu_architecture: Literal["X86_64", "ARM64"] = _setting("CPU architecture of the image and the task")
    task_cpu: int = _setting("CPU units of a task, 1024 are one vCPU", allowed="a Fargate size")
    task_memory_mib: int = _setting("Memory of a task, MiB", allowed="a size that Fargate offers for task_cpu")
    # Above begin the ports from which Linux itself asks; network ACLs let answers to those in from anywhere.
    container_port: int = _setting("Port that the container listens on", ge=1024, le=32767)
    stop_timeout_seconds: int = _setting("Seconds between SIGTERM and SIGKILL, to finish open orders", ge=2, le=120)
    readonly_root_filesystem: bool = _setting("The container may write to /tmp only")
    container_user: str | None = _setting(
        "User and group that the container runs as; none is the image's own USER",
        allowed="UID or UID:GID such as 1000:1000, neither of them 0, or none",
        pattern=UNPRIVILEGED_USER,
    )
    enable_execute_command: bool = _setting("Shell access to running containers through ECS Exec")


class ScalingConfig(Section, title="Scaling"):
    """How many tasks run, and when."""

    min_tasks: int = _setting("Fewest tasks", ge=1, le=100)
    max_tasks: int = _setting("Most tasks", ge=1, le=100)
    autoscaling_target_cpu: int = _setting("Average CPU that scaling holds, percent", ge=10, le=90)
    autoscaling_target_memory: int = _setting("Average memory that scaling holds, percent", ge=10, le=90)
    scale_down_out_of_hours: bool = _setting("No task at night and at weekends")
    office_hours_start: str = _setting("Tasks start at this time on weekdays, in time_zone", allowed="hh:mm", pattern=CLOCK)
    office_hours_end: str = _setting("Tasks end at this time on weekdays, in time_zone", allowed="hh:mm", pattern=CLOCK)
    time_zone: str = _setting(
        "Time zone of the office hours", allowed="an IANA name such as Australia/Sydney", pattern=r"^[A-Za-z_]+(/[A-Za-z_-]+)*$"
    )


class LoadBalancerConfig(Section, title="Load balancer"):
    """Health checks, certificate and access logs of the load balancer."""

    health_check_path: str = _setting(
        "Path that answers 200 when the task is healthy", allowed="a path that begins with /", pattern=r"^/[A-Za-z0-9/_.-]*$"
    )
    health_check_interval_seconds: int = _setting("Seconds between two health checks of a target", ge=10, le=300)
    certificate_arn: str | None = _setting(
        "ACM certificate; with it HTTPS on 443 and a redirect from 80",
        allowed="arn:aws:acm:REGION:ACCOUNT:certificate/ID of the same region, or none",
        pattern=r"^arn:aws:acm:[a-z0-9-]+:\d{12}:certificate/[0-9a-f-]+$",
    )
    alb_access_logs: bool = _setting("Access logs of the load balancer in a private, encrypted bucket")
    alb_access_log_days: int = _setting("Days that access logs are kept", ge=1, le=3653)


class WebAclConfig(Section, title="Web ACL"):
    """The AWS WAF web ACL in front of the load balancer."""

    waf: bool = _setting("AWS WAF web ACL in front of the load balancer")
    waf_rate_limit: int = _setting("Requests that one address may make in five minutes; AWS WAF blocks more", ge=10, le=2_000_000_000)


class MonitoringConfig(Section, title="Monitoring"):
    """Alarm thresholds, and who is notified."""

    alarm_emails: tuple[Annotated[str, Field(pattern=EMAIL)], ...] = _setting(
        "E-mail addresses subscribed to the alarm topic", allowed="e-mail addresses, separated by commas, or nothing"
    )
    ecs_cpu_alarm_percent: int = _setting("ECS CPU above this, percent", ge=1, le=100)
    ecs_memory_alarm_percent: int = _setting("ECS memory above this, percent", ge=1, le=100)
    alb_response_time_alarm_seconds: float = _setting("Average response time above this, seconds", gt=0, le=60)
    alb_5xx_alarm_count: int = _setting("5XX answers in a period above this", ge=0, le=1_000_000)
    alb_unhealthy_alarm_count: int = _setting("Unhealthy targets above this", ge=0, le=100)
    db_cpu_alarm_percent: int = _setting("RDS CPU above this, percent", ge=1, le=100)
    db_free_storage_alarm_gib: int = _setting("RDS free storage below this, GiB", ge=1, le=65536)
    db_free_memory_alarm_mib: int = _setting("RDS free memory below this, MiB", ge=1, le=1_048_576)
    redis_cpu_alarm_percent: int = _setting("Redis CPU above this, percent", ge=1, le=100)
    redis_memory_alarm_percent: int = _setting("Redis memory above this, percent", ge=1, le=100)
    redis_evictions_alarm_count: int = _setting("Redis evictions in a period above this", ge=0, le=1_000_000_000)
    redis_connections_alarm_count: int = _setting("Redis connections above this", ge=0, le=65_000)
    application_errors_alarm_count: int = _setting("ERROR lines in 5 minutes above this", ge=0, le=1_000_000)
    flow_log_rejects_alarm_count: int = _setting("Rejected flows in 5 minutes above this", ge=0, le=1_000_000_000)
    waf_blocked_alarm_count: int = _setting("Requests that the web ACL blocks in 5 minutes above this", ge=0, le=1_000_000_000)


class UsageConfig(Section, title="Expected usage"):
    """What the cost estimate assumes for one month. Templates do not depend on it. A GiB is what AWS bills as a GB."""

    expected_tasks: Decimal | None = _setting(
        "Cost estimate: tasks that run on average while the service is up",
        allowed="a number from min_tasks to max_tasks, or none for min_tasks",
    )
    expected_lcus: Decimal = _setting("Cost estimate: load balancer capacity units (LCU), on average over all hours", ge=0, le=1000)
    expected_nat_gib: Decimal = _setting("Cost estimate: traffic between tasks and the internet, both ways, GiB a month", ge=0, le=10_000)
    expected_image_pull_gib: Decimal = _setting("Cost estimate: image layers that starting tasks pull, GiB a month", ge=0, le=10_000)
    expected_cross_zone_gib: Decimal = _setting(
        "Cost estimate: traffic from tasks to RDS and Redis in another zone, both ways, GiB a month", ge=0, le=10_000
    )
    expected_transfer_out_gib: Decimal = _setting("Cost estimate: data out to the internet, GiB a month", ge=0, le=10_000)
    expected_image_gib: Decimal = _setting("Cost estimate: images that the repository stores, GiB", ge=0, le=10_000)
    expected_log_gib: Decimal = _setting("Cost estimate: application log, GiB a month", ge=0, le=10_000)
    expected_flow_log_gib: Decimal = _setting("Cost estimate: VPC flow log, GiB a month", ge=0, le=10_000)
    expected_waf_log_gib: Decimal = _setting("Cost estimate: log of AWS WAF, GiB a month", ge=0, le=10_000)
    expected_data_log_gib: Decimal = _setting("Cost estimate: logs of RDS and Redis, GiB a month", ge=0, le=10_000)
    expected_container_insights_gib: Decimal = _setting("Cost estimate: log of Container Insights, GiB a month", ge=0, le=10_000)
    expected_enhanced_monitoring_gib: Decimal = _setting("Cost estimate: log of RDS enhanced monitoring, GiB a month", ge=0, le=10_000)
    expected_other_log_gib: Decimal = _setting(
        "Cost estimate: scan results and the log of the stack's own function, GiB a month", ge=0, le=10_000
    )
    expected_query_gib: Decimal = _setting(
        "Cost estimate: logs that Logs Insights scans, the dashboard's list included, GiB a month", ge=0, le=10_000
    )
    expected_access_log_gib: Decimal = _setting("Cost estimate: access logs of the load balancer, compressed, GiB a month", ge=0, le=10_000)
    expected_extra_backup_gib: Decimal = _setting("Cost estimate: RDS backups beyond the free share, GiB", ge=0, le=100_000)
    expected_backup_plan_gib: Decimal = _setting("Cost estimate: recovery points in the AWS Backup vault, GiB", ge=0, le=100_000)
    expected_redis_backup_gib: Decimal = _setting("Cost estimate: Redis snapshots beyond the free one, GiB", ge=0, le=100_000)
    expected_waf_million_requests: Decimal = _setting("Cost estimate: requests that AWS WAF inspects, millions a month", ge=0, le=10_000)
    expected_kms_requests: int = _setting("Cost estimate: requests to KMS a month", ge=0, le=1_000_000_000)
    expected_secret_requests: int = _setting("Cost estimate: requests to Secrets Manager a month", ge=0, le=1_000_000_000)
    expected_alarm_emails: int = _setting("Cost estimate: e-mails of the alarm topic a month", ge=0, le=1_000_000)


class EnvironmentConfig(Section, title="Project and environment"):
    """What all resources of an environment have in common.

    `load_config` builds it, and applies the rules between settings.
    """

    environment: EnvironmentName
    project: str = _setting(
        "Project, the first part of every name",
        allowed="2 to 16 lower-case letters and digits, single hyphens between them",
        pattern=r"^(?=.{2,16}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$",
    )
    owner: str = _setting(
        "Team that answers for every resource, a tag",
        allowed="2 to 63 lower-case letters and digits, single hyphens between them",
        pattern=r"^(?=.{2,63}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$",
    )
    data_classification: DataClassification = _setting("How sensitive the data of every resource is at most, a tag")
    account_stacks: bool = _setting("A deployment includes the account's stacks; true in one environment of an account")
    network: NetworkConfig
    retention: RetentionConfig
    database: DatabaseConfig
    cache: CacheConfig
    registry: RegistryConfig
    task: TaskConfig
    scaling: ScalingConfig
    load_balancer: LoadBalancerConfig
    web_acl: WebAclConfig
    monitoring: MonitoringConfig
    usage: UsageConfig

    @property
    def names(self) -> Names:
        """The fixed names of this environment."""
        return Names(project=self.project, environment=self.environment)

    @property
    def stacks(self) -> tuple[PlacedStack, ...]:
        """The stacks that a deployment of this environment consists of, in deployment order."""
        return placed_stacks(self.names, region=self.network.region, account_stacks=self.account_stacks)

    @property
    def connections(self) -> tuple[Connection, ...]:
        """Who reaches whom on which port, with these settings."""
        return connections(
            container_port=self.task.container_port,
            redis=self.cache.enable_redis,
            vpc_endpoints=self.network.enable_vpc_endpoints,
            nat_instances=self.network.nat_type == "instance",
        )

    def tags_of(self, names: Names) -> dict[str, str]:
        """Tags of every resource of the environment or account that has these names: names, owner, and how sensitive its data is."""
        return {**names.tags, "Owner": self.owner, "DataClassification": self.data_classification}
