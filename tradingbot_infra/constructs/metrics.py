"""CloudWatch metrics, defined once for alarms and dashboard."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_rds as rds

from tradingbot_infra.constructs.alarm import PERIOD
from tradingbot_infra.design.names import Names


class ServiceMetrics:
    """ECS, by service."""

    def __init__(self, service: ecs.FargateService) -> None:
        self.cpu = service.metric_cpu_utilization(period=PERIOD)
        self.memory = service.metric_memory_utilization(period=PERIOD)
        self.running_tasks = cloudwatch.Metric(
            namespace="ECS/ContainerInsights",
            metric_name="RunningTaskCount",
            dimensions_map={"ClusterName": service.cluster.cluster_name, "ServiceName": service.service_name},
            statistic="Average",
            period=PERIOD,
        )


class LoadBalancerMetrics:
    """The load balancer, whatever its target groups are."""

    def __init__(self, load_balancer: elbv2.ApplicationLoadBalancer) -> None:
        of_targets = load_balancer.metrics.http_code_target
        self.response_time = load_balancer.metrics.target_response_time(period=PERIOD, statistic="Average")
        self.requests = load_balancer.metrics.request_count(period=PERIOD)
        self.target_2xx = of_targets(elbv2.HttpCodeTarget.TARGET_2XX_COUNT, period=PERIOD)
        self.target_5xx = of_targets(elbv2.HttpCodeTarget.TARGET_5XX_COUNT, period=PERIOD)
        self.own_5xx = load_balancer.metrics.http_code_elb(elbv2.HttpCodeElb.ELB_5XX_COUNT, period=PERIOD)
        # Without a healthy target the load balancer itself returns 503, and no target metric counts it.
        self.all_5xx = cloudwatch.MathExpression(
            expression="FILL(targets, 0) + FILL(balancer, 0)",
            using_metrics={"targets": self.target_5xx, "balancer": self.own_5xx},
            period=PERIOD,
        )


class TargetGroupMetrics:
    """The targets of one group behind the load balancer."""

    def __init__(self, load_balancer: elbv2.ApplicationLoadBalancer, target_group: elbv2.ApplicationTargetGroup) -> None:
        # By full names: the target group's own method parses the listener's ARN, which is a reference to another stack.
        self._dimensions = {
            "LoadBalancer": load_balancer.load_balancer_full_name,
            "TargetGroup": target_group.target_group_full_name,
        }
        self.unhealthy = self._metric("UnHealthyHostCount", "Maximum")
        self.healthy = self._metric("HealthyHostCount", "Minimum")
        self.requests = self._metric("RequestCount", "Sum")

    def healthy_in(self, period: cdk.Duration) -> cloudwatch.Metric:
        """Healthy targets in a period, as whichever node of the load balancer sees most."""
        return self._metric("HealthyHostCount", "Maximum").with_(period=period)

    def _metric(self, name: str, statistic: str) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace="AWS/ApplicationELB", metric_name=name, dimensions_map=self._dimensions, statistic=statistic, period=PERIOD
        )


class DatabaseMetrics:
    """RDS, by instance."""

    def __init__(self, database: rds.DatabaseInstance) -> None:
        self.cpu = database.metric_cpu_utilization(period=PERIOD)
        self.connections = database.metric_database_connections(period=PERIOD)
        self.free_storage = database.metric_free_storage_space(period=PERIOD, statistic="Minimum")
        self.free_memory = database.metric_freeable_memory(period=PERIOD)


class RedisNodeMetrics:
    """ElastiCache, by node: there are no metrics of a whole replication group."""

    def __init__(self, names: Names, node: int) -> None:
        self._node = names.redis_node(node)
        # The engine's one thread. With two vCPUs the host can be full before it, by TLS and ElastiCache's own processes (ElastiCache User
        # Guide, "Which metrics should I monitor?").
        self.engine_cpu = self._metric("EngineCPUUtilization", "Average")
        self.host_cpu = self._metric("CPUUtilization", "Average")
        self.memory = self._metric("DatabaseMemoryUsagePercentage", "Average")
        self.connections = self._metric("CurrConnections", "Average")
        self.evictions = self._metric("Evictions", "Sum")

    def _metric(self, name: str, statistic: str) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace="AWS/ElastiCache",
            metric_name=name,
            dimensions_map={"CacheClusterId": self._node},
            statistic=statistic,
            period=PERIOD,
        )
