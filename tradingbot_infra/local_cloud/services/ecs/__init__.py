"""ECS: services and tasks, which run as processes. Clusters' records and task definitions are ministack's."""

from collections.abc import Mapping

from tradingbot_infra.local_cloud.services.ecs import clusters, services, tasks
from tradingbot_infra.local_cloud.services.operation import Operation

OPERATIONS: Mapping[str, Operation] = {
    "CreateService": services.create,
    "DeleteCluster": clusters.delete,
    "DeleteService": services.delete,
    "DescribeClusters": clusters.describe,
    "DescribeServices": services.describe,
    "DescribeTasks": tasks.describe,
    "ExecuteCommand": tasks.execute_command,
    "ListServices": services.list_services,
    "ListTagsForResource": services.list_tags,
    "ListTasks": tasks.list_tasks,
    "RegisterTaskDefinition": tasks.register,
    "RunTask": tasks.run,
    "StopTask": tasks.stop,
    "UpdateService": services.update,
}
"""The API's operation name -> the function that answers it."""
