"""The dashboard: one widget each for service, load balancer, target groups that alternate, database, each Redis node, newest errors."""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from constructs import Construct

from tradingbot_infra.constructs.log_queries import RECENT_ERRORS_SHOWN, error_lines
from tradingbot_infra.constructs.metrics import DatabaseMetrics, LoadBalancerMetrics, RedisNodeMetrics, ServiceMetrics, TargetGroupMetrics


class Dashboard(cloudwatch.Dashboard):
    """The state of one environment on one page.

    `target_groups` are those that deployments alternate between, by name: the one with requests is live. They are empty where there is one.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        service: ServiceMetrics,
        load_balancer: LoadBalancerMetrics,
        target_groups: Mapping[str, TargetGroupMetrics],
        database: DatabaseMetrics,
        redis: Sequence[RedisNodeMetrics],
        log_group: logs.ILogGroup,
    ) -> None:
        super().__init__(scope, construct_id, dashboard_name=name)
        self.add_widgets(
            _graph("ECS service", left=[service.cpu, service.memory], right=[service.running_tasks]),
            _graph(
                "Load balancer",
                left=[load_balancer.requests, load_balancer.target_2xx, load_balancer.target_5xx, load_balancer.own_5xx],
                right=[load_balancer.response_time],
            ),
        )
        if target_groups:
            groups = target_groups.items()
            self.add_widgets(
                _graph(
                    "Target groups",
                    left=[targets.requests.with_(label=f"{name} requests") for name, targets in groups],
                    right=[targets.healthy.with_(label=f"{name} healthy targets") for name, targets in groups],
                )
            )
        self.add_widgets(
            _graph("RDS PostgreSQL", left=[database.cpu, database.connections], right=[database.free_storage]),
            *(
                _graph(f"Redis node {number}", left=[node.engine_cpu, node.host_cpu, node.memory], right=[node.connections, node.evictions])
                for number, node in enumerate(redis, start=1)
            ),
        )
        self.add_widgets(
            cloudwatch.LogQueryWidget(
                title="Newest errors",
                log_group_names=[log_group.log_group_name],
                query_lines=error_lines(RECENT_ERRORS_SHOWN),
                width=24,
                height=6,
            )
        )


def _graph(title: str, *, left: list[cloudwatch.IMetric], right: list[cloudwatch.IMetric]) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=left, right=right, width=12, height=6)
