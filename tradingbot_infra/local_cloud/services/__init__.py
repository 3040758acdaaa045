"""Operations of AWS's APIs that ministack does not have or answers wrongly, a module or package for each subject.

They call the local cloud through `Call.ask`, so they see what boto3 sees. Where its APIs have no call, they use `ministack.records`.
"""

from collections.abc import Mapping

from tradingbot_infra.local_cloud.services import (
    access_analyzer,
    alarm_mute_rules,
    alternate_contacts,
    application_autoscaling,
    aws_config,
    caches,
    composite_alarms,
    databases,
    ec2,
    ecs,
    guardduty,
    images,
    inspector,
    load_balancers,
    log_events,
    log_group_keys,
    metric_filters,
    policy_simulation,
    protections,
    public_access,
    quotas,
    restored_databases,
    rotation,
    security_hub,
    server_certificates,
    service_linked_roles,
    stack_states,
    stacks,
    subscriptions,
    target_health,
)
from tradingbot_infra.local_cloud.services.insights import queries as insights
from tradingbot_infra.local_cloud.services.insights import scheduled
from tradingbot_infra.local_cloud.services.operation import Operation
from tradingbot_infra.local_cloud.services.promql_alarms import alarms as promql_alarms
from tradingbot_infra.local_cloud.services.telemetry import transaction_search
from tradingbot_infra.local_cloud.services.trails import operations as trails

OPERATIONS: Mapping[str, Mapping[str, Operation]] = {
    "accessanalyzer": access_analyzer.OPERATIONS,
    "account": alternate_contacts.OPERATIONS,
    "application-autoscaling": application_autoscaling.OPERATIONS,
    "ce": {},
    "cloudformation": {"DescribeStacks": stacks.describe, **stack_states.OPERATIONS},
    "cloudtrail": trails.OPERATIONS,
    "cloudwatch": {**alarm_mute_rules.OPERATIONS, **composite_alarms.OPERATIONS, **promql_alarms.OPERATIONS},
    "config": aws_config.OPERATIONS,
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
    "guardduty": guardduty.OPERATIONS,
    "iam": {
        "CreateServiceLinkedRole": service_linked_roles.create,
        "ListServerCertificates": server_certificates.none,
        "SimulateCustomPolicy": policy_simulation.simulate_custom,
        "SimulatePrincipalPolicy": policy_simulation.simulate_principal,
    },
    "inspector2": inspector.OPERATIONS,
    "logs": {
        "FilterLogEvents": log_events.filter_events,
        "PutLogEvents": metric_filters.put_log_events,
        **log_group_keys.OPERATIONS,
        **insights.OPERATIONS,
        **scheduled.OPERATIONS,
    },
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
    "s3control": public_access.OPERATIONS,
    "secretsmanager": {"RotateSecret": rotation.rotate_secret},
    "securityhub": security_hub.OPERATIONS,
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
    "xray": transaction_search.OPERATIONS,
}
"""boto3's service name -> the API's operation name -> the function that answers it."""

TARGETS: Mapping[str, str] = {
    "application-autoscaling": application_autoscaling.TARGET,
    "ce": "AWSInsightsIndexService",
    "pricing": "AWSPriceListService",
    "service-quotas": "ServiceQuotasV20190624",
}
"""Services that ministack does not have -> the prefix of their operations in X-Amz-Target. Other operations are refused."""

ADDED = TARGETS.keys() | {"accessanalyzer", "guardduty", "s3control", "securityhub", "xray"}
"""Those, and those whose requests say in method and path what they ask for. `ministack.s3_control` routes s3control."""
