"""Operations: load balancer, tasks, database and cache, of which AWS itself sends classic metrics.

CloudWatch's dashboard of these is constructs/dashboard.py; a test holds that both show the same metrics.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tradingbot_infra.design.dashboards.panel import TROUBLESHOOTING, WHEN_AN_ALARM_RINGS, Level, Threshold, Unit


@dataclass(frozen=True, kw_only=True)
class AwsMetric:
    """A metric that AWS sends. A dimension's value may have Grafana's `$environment` and `$load_balancer` in it."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    statistic: str
    legend: str


@dataclass(frozen=True, kw_only=True)
class AwsPanel:
    """One panel of metrics that AWS sends; the rest is as in `panel.Panel`."""

    title: str
    description: str
    korean: str
    unit: Unit
    metrics: tuple[AwsMetric, ...]
    section: str
    width: int
    thresholds: tuple[Threshold, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OperationsLimits:
    """The limits of the alarms on these; settings choose them (docs/settings.md, "Monitoring")."""

    ecs_cpu_percent: float
    ecs_memory_percent: float
    response_seconds: float
    errors_5xx: float
    database_cpu_percent: float
    database_connections: float
    database_free_storage_bytes: float
    redis_cpu_percent: float
    redis_host_cpu_percent: float
    redis_memory_percent: float


@dataclass(frozen=True, kw_only=True)
class OperationsDesign:
    """The dashboard of what AWS runs."""

    name: str
    title: str
    description: str
    korean: str
    panels: tuple[AwsPanel, ...]


def operations(prefix: str, limits: OperationsLimits, *, redis: bool) -> OperationsDesign:
    """`prefix` is how names of an environment's resources begin, such as `tradingbot-ai-$environment`."""
    return OperationsDesign(
        name="operations",
        title="Operations",
        description="Load balancer, tasks, database and cache",
        korean="로드 밸런서, 태스크, 데이터베이스, 캐시",
        panels=(*_front(prefix, limits), *_database(prefix, limits), *(_redis(prefix, limits) if redis else ())),
    )


def _alarm(value: float, name: str, words: str, *, above: bool = True) -> tuple[Threshold, ...]:
    return (Threshold(value=value, level=Level.ALARM, words=f"alarm {name}: {words}", above=above),)


def _front(prefix: str, limits: OperationsLimits) -> tuple[AwsPanel, ...]:
    def balancer(name: str, statistic: str, legend: str) -> AwsMetric:
        dimensions = {"LoadBalancer": "$load_balancer"}
        return AwsMetric(namespace="AWS/ApplicationELB", name=name, dimensions=dimensions, statistic=statistic, legend=legend)

    def service(namespace: str, name: str, legend: str) -> AwsMetric:
        dimensions = {"ClusterName": f"{prefix}-cluster", "ServiceName": f"{prefix}-service"}
        return AwsMetric(namespace=namespace, name=name, dimensions=dimensions, statistic="Average", legend=legend)

    return (
        AwsPanel(
            title="Requests",
            description="Requests that reached the load balancer, and answers of tasks without an error, in five minutes.",
            korean="로드 밸런서에 도착한 요청과 태스크의 정상 응답, 5분 단위",
            unit=Unit.COUNT,
            metrics=(balancer("RequestCount", "Sum", "requests"), balancer("HTTPCode_Target_2XX_Count", "Sum", "answered 2xx")),
            section=TROUBLESHOOTING,
            width=8,
        ),
        AwsPanel(
            title="Server errors",
            description="Errors of tasks and of the load balancer itself, in five minutes. Both together at the line twice in a row: alarm "
            "alb-5xx rings.",
            korean="태스크와 로드 밸런서의 서버 오류, 5분 단위. 둘의 합이 두 번 연속 선을 넘으면 alb-5xx 경보가 울림",
            unit=Unit.COUNT,
            metrics=(
                balancer("HTTPCode_Target_5XX_Count", "Sum", "of tasks"),
                balancer("HTTPCode_ELB_5XX_Count", "Sum", "of the load balancer"),
            ),
            section=WHEN_AN_ALARM_RINGS,
            width=8,
            thresholds=_alarm(limits.errors_5xx, "alb-5xx", f"{limits.errors_5xx:g}"),
        ),
        AwsPanel(
            title="Response time",
            description="Time from the load balancer to a task and back, mean. At the line, alarm alb-response-time rings.",
            korean="태스크의 평균 응답 시간. 선을 넘으면 alb-response-time 경보가 울림",
            unit=Unit.SECONDS,
            metrics=(balancer("TargetResponseTime", "Average", "mean"),),
            section=WHEN_AN_ALARM_RINGS,
            width=8,
            thresholds=_alarm(limits.response_seconds, "alb-response-time", f"{limits.response_seconds:g} seconds"),
        ),
        AwsPanel(
            title="CPU and memory of tasks",
            description="Share of what tasks may use, mean of all tasks. At the lines, alarms ecs-cpu and ecs-memory ring.",
            korean="태스크 CPU와 메모리 사용률의 평균. 선을 넘으면 ecs-cpu, ecs-memory 경보가 울림",
            unit=Unit.PERCENT,
            metrics=(service("AWS/ECS", "CPUUtilization", "CPU"), service("AWS/ECS", "MemoryUtilization", "memory")),
            section=WHEN_AN_ALARM_RINGS,
            width=12,
            thresholds=(
                *_alarm(limits.ecs_cpu_percent, "ecs-cpu", f"{limits.ecs_cpu_percent:g} %"),
                *_alarm(limits.ecs_memory_percent, "ecs-memory", f"{limits.ecs_memory_percent:g} %"),
            ),
        ),
        AwsPanel(
            title="Running tasks",
            description="Tasks of the API that run.",
            korean="실행 중인 API 태스크 수",
            unit=Unit.COUNT,
            metrics=(service("ECS/ContainerInsights", "RunningTaskCount", "tasks"),),
            section=TROUBLESHOOTING,
            width=12,
        ),
    )


def _database(prefix: str, limits: OperationsLimits) -> tuple[AwsPanel, ...]:
    def database(name: str, statistic: str, legend: str) -> AwsMetric:
        dimensions = {"DBInstanceIdentifier": f"{prefix}-postgres"}
        return AwsMetric(namespace="AWS/RDS", name=name, dimensions=dimensions, statistic=statistic, legend=legend)

    return (
        AwsPanel(
            title="CPU of the database",
            description="Share of the instance's CPU. At the line, alarm rds-cpu rings.",
            korean="데이터베이스 CPU 사용률. 선을 넘으면 rds-cpu 경보가 울림",
            unit=Unit.PERCENT,
            metrics=(database("CPUUtilization", "Average", "CPU"),),
            section=WHEN_AN_ALARM_RINGS,
            width=8,
            thresholds=_alarm(limits.database_cpu_percent, "rds-cpu", f"{limits.database_cpu_percent:g} %"),
        ),
        AwsPanel(
            title="Connections to the database",
            description="Open connections. At the line, alarm rds-connections rings.",
            korean="데이터베이스 연결 수. 선을 넘으면 rds-connections 경보가 울림",
            unit=Unit.COUNT,
            metrics=(database("DatabaseConnections", "Average", "connections"),),
            section=WHEN_AN_ALARM_RINGS,
            width=8,
            thresholds=_alarm(limits.database_connections, "rds-connections", f"{limits.database_connections:g}"),
        ),
        AwsPanel(
            title="Free storage of the database",
            description="What is left of the database's storage. Below the line, alarm rds-free-storage rings.",
            korean="데이터베이스의 남은 저장 공간. 선 아래로 내려가면 rds-free-storage 경보가 울림",
            unit=Unit.BYTES,
            metrics=(database("FreeStorageSpace", "Minimum", "free"),),
            section=WHEN_AN_ALARM_RINGS,
            width=8,
            thresholds=_alarm(limits.database_free_storage_bytes, "rds-free-storage", "too little is left", above=False),
        ),
    )


def _redis(prefix: str, limits: OperationsLimits) -> tuple[AwsPanel, ...]:
    def node(name: str, statistic: str, legend: str) -> AwsMetric:
        dimensions = {"CacheClusterId": f"{prefix}-redis-001"}
        return AwsMetric(namespace="AWS/ElastiCache", name=name, dimensions=dimensions, statistic=statistic, legend=legend)

    return (
        AwsPanel(
            title="CPU and memory of Redis",
            description="Redis's one thread, its whole host, and its memory, of the first node. At the lines, alarms redis-cpu, "
            "redis-host-cpu and redis-memory ring.",
            korean="첫 노드의 Redis 스레드, 호스트 CPU, 메모리 사용률. 선을 넘으면 redis-cpu, redis-host-cpu, redis-memory 경보가 울림",
            unit=Unit.PERCENT,
            metrics=(
                node("EngineCPUUtilization", "Average", "Redis's thread"),
                node("CPUUtilization", "Average", "host"),
                node("DatabaseMemoryUsagePercentage", "Average", "memory"),
            ),
            section=WHEN_AN_ALARM_RINGS,
            width=12,
            thresholds=(
                *_alarm(limits.redis_cpu_percent, "redis-cpu", f"{limits.redis_cpu_percent:g} %"),
                *_alarm(limits.redis_host_cpu_percent, "redis-host-cpu", f"{limits.redis_host_cpu_percent:g} %"),
                *_alarm(limits.redis_memory_percent, "redis-memory", f"{limits.redis_memory_percent:g} %"),
            ),
        ),
        AwsPanel(
            title="Connections and evictions of Redis",
            description="Connections to the first node, and keys that it gave up for lack of memory, in five minutes.",
            korean="첫 번째 노드의 연결 수와 메모리 부족으로 버린 키 수, 5분 단위",
            unit=Unit.COUNT,
            metrics=(node("CurrConnections", "Average", "connections"), node("Evictions", "Sum", "evictions")),
            section=WHEN_AN_ALARM_RINGS,
            width=12,
        ),
    )
