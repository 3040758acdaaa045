"""ECS: services and tasks, which run as processes. Clusters' records and task definitions are ministack's."""

from collections.abc import Mapping

from tradingbot_infra.local_cloud.services.ecs import clusters, service_deployments, services, tasks
from tradingbot_infra.local_cloud.services.operation import Operation

OPERATIONS: Mapping[str, Operation] = {
    "ContinueServiceDeployment": service_deployments.continue_,
    "CreateService": services.create,
    "DeleteCluster": clusters.delete,
    "DeleteService": services.delete,
    "DescribeClusters": clusters.describe,
    "DescribeServiceDeployments": service_deployments.describe_deployments,
    "DescribeServiceRevisions": service_deployments.describe_revisions,
    "DescribeServices": services.describe,
    "DescribeTasks": tasks.describe,
    "ExecuteCommand": tasks.execute_command,
    "ListServiceDeployments": service_deployments.list_deployments,
    "ListServices": services.list_services,
    "ListTagsForResource": services.list_tags,
    "ListTasks": tasks.list_tasks,
    "RegisterTaskDefinition": tasks.register,
    "RunTask": tasks.run,
    "StopServiceDeployment": service_deployments.stop,
    "StopTask": tasks.stop,
    "UpdateService": services.update,
}
"""The API's operation name -> the function that answers it."""
