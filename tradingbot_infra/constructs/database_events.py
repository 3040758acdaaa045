"""RDS event subscriptions: events of the instance and of its parameter group, sent to the alarm topic."""

from aws_cdk import aws_rds as rds
from aws_cdk import aws_sns as sns
from constructs import Construct

_INSTANCE_CATEGORIES = (
    "availability",
    "configuration change",
    "deletion",
    "failover",
    "failure",
    "low storage",
    "maintenance",
    "notification",
    "security patching",
)
"""Categories that need attention (RDS User Guide, "Amazon RDS event categories and event messages"). Routine categories such as
backup and recovery are left out, and `security`, whose one event is Oracle's."""


class DatabaseEvents(Construct):
    """A subscription for the instance and one for its parameter group.

    DB security groups have none: they belonged to EC2-Classic, and no database in a VPC has one.
    """

    def __init__(self, scope: Construct, construct_id: str, *, topic: sns.Topic, instance: str, parameter_group: str) -> None:
        super().__init__(scope, construct_id)
        self._topic = topic
        self._subscribe("Instance", "db-instance", instance, list(_INSTANCE_CATEGORIES))
        self._subscribe("ParameterGroup", "db-parameter-group", parameter_group, ["configuration change"])

    def _subscribe(self, logical_id: str, source_type: str, source: str, categories: list[str]) -> None:
        subscription = rds.CfnEventSubscription(
            self,
            logical_id,
            sns_topic_arn=self._topic.topic_arn,
            source_type=source_type,
            source_ids=[source],
            event_categories=categories,
            enabled=True,
        )
        # RDS publishes a test message when the subscription is created, so the topic's policy must exist.
        subscription.node.add_dependency(self._topic)
