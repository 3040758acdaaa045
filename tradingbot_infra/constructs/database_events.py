"""What RDS tells by itself: events of the database and of its parameters, to the alarm topic."""

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
"""What somebody should know of (RDS User Guide, "Amazon RDS event categories and event messages"). Left out is daily business, such as
backup and recovery, and `security`, which has one event of Oracle's."""


class DatabaseEvents(Construct):
    """A subscription for the instance and one for its parameter group.

    None for DB security groups: those were of EC2-Classic, and no database in a VPC has one.
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
        # RDS tries the topic at once, and so needs its policy first.
        subscription.node.add_dependency(self._topic)
