"""Operations of AWS's APIs that ministack does not have or answers wrongly, a module or package for each subject.

They call the local cloud through `Call.ask`, so they see what boto3 sees. Where its APIs have no call, they use `ministack.records`.
"""

from collections.abc import Mapping

from tradingbot_infra.local_cloud.services import (
    alarm_mute_rules,
    application_autoscaling,
    caches,
    databases,
    ec2,
    ecs,
    images,
    load_balancers,
    log_events,
    metric_filters,
    policy_simulation,
    protections,
    quotas,
    restored_databases,
    rotation,
    service_linked_roles,
    stack_states,
    stacks,
    subscriptions,
    target_health,
)
from tradingbot_infra.local_cloud.services.operation import Operation

OPERATIONS: Mapping[str, Mapping[str, Operation]] = {
    "application-autoscaling": application_autoscaling.OPERATIONS,
    "ce": {},
    "cloudformation": {"DescribeStacks": stacks.describe, **stack_states.OPERATIONS},
    "cloudwatch": alarm_mute_rules.OPERATIONS,
    "ec2": {**ec2.OPERATIONS, **protections.EC2_OPERATIONS},
    "ecr": images.OPERATIONS,
    "ecs": ecs.OPERATIONS,
    "elasticache": {
        "CreateReplicationGroup": caches.create,
        "DecreaseReplicaCount": caches.resize,
        "DeleteReplicationGroup": caches.delete,
        "IncreaseReplicaCount": caches.resize,
        "ModifyReplicationGroup": caches.modify,
    },
    "elbv2": {**load_balancers.OPERATIONS, **target_health.OPERATIONS},
    "iam": {
        "CreateServiceLinkedRole": service_linked_roles.create,
        "SimulateCustomPolicy": policy_simulation.simulate_custom,
        "SimulatePrincipalPolicy": policy_simulation.simulate_principal,
    },
    "logs": {"FilterLogEvents": log_events.filter_events, "PutLogEvents": metric_filters.put_log_events},
    "pricing": {},
    "rds": {
        **protections.RDS_OPERATIONS,
        "CreateDBInstance": databases.create,
        "CreateDBSnapshot": restored_databases.create_snapshot,
        "DeleteDBInstance": databases.delete,
        "DescribeDBInstanceAutomatedBackups": restored_databases.automated_backups,
        "DescribeDBInstances": databases.describe,
        "ModifyDBInstance": databases.modify,
        "RebootDBInstance": databases.reboot,
        "RestoreDBInstanceFromDBSnapshot": restored_databases.from_snapshot,
        "RestoreDBInstanceToPointInTime": restored_databases.to_point_in_time,
        "StartDBInstance": databases.start,
        "StopDBInstance": databases.stop,
    },
    "secretsmanager": {"RotateSecret": rotation.rotate_secret},
    "service-quotas": quotas.OPERATIONS,
    "sns": {
        "ConfirmSubscription": subscriptions.with_emails_held,
        "GetSubscriptionAttributes": subscriptions.with_emails_held,
        "GetTopicAttributes": subscriptions.with_emails_held,
        "ListSubscriptions": subscriptions.list_subscriptions,
        "ListSubscriptionsByTopic": subscriptions.list_subscriptions,
        "Publish": subscriptions.with_emails_held,
        "Subscribe": subscriptions.subscribe,
    },
}
"""boto3's service name -> the API's operation name -> the function that answers it."""

TARGETS: Mapping[str, str] = {
    "application-autoscaling": application_autoscaling.TARGET,
    "ce": "AWSInsightsIndexService",
    "pricing": "AWSPriceListService",
    "service-quotas": "ServiceQuotasV20190624",
}
"""Services that ministack does not have -> the prefix of their operations in X-Amz-Target. Other operations are refused."""
