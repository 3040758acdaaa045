"""AWS Config: what is recorded of the account's resources, and rules over it."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_config as config
from constructs import Construct

from tradingbot_infra.constructs.audit_bucket import AuditBucket
from tradingbot_infra.constructs.audit_key import AuditKey
from tradingbot_infra.design.aws_config import FREQUENCY, RECORDED_TYPES, ConfigRule
from tradingbot_infra.design.names import Names

_SERVICE_LINKED_ROLE = "aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"


class ConfigRecorder(Construct):
    """The region's one recorder, and the channel by which it delivers to the audit bucket.

    Neither waits for the other: CloudFormation starts the recorder when it creates it, which needs a channel, and a channel needs a
    recorder, so it creates both at once (CloudFormation Template Reference, "AWS::Config::DeliveryChannel").
    """

    def __init__(self, scope: Construct, construct_id: str, *, names: Names, bucket: AuditBucket, key: AuditKey) -> None:
        super().__init__(scope, construct_id)
        bucket.admit_config()
        key.admit_config()
        role = cdk.Stack.of(self).format_arn(service="iam", region="", resource="role", resource_name=_SERVICE_LINKED_ROLE)
        self.recorder = config.CfnConfigurationRecorder(
            self,
            "Recorder",
            name=names.recorder,
            role_arn=role,
            recording_group=config.CfnConfigurationRecorder.RecordingGroupProperty(
                all_supported=False,
                include_global_resource_types=False,
                resource_types=list(RECORDED_TYPES),
                recording_strategy=config.CfnConfigurationRecorder.RecordingStrategyProperty(use_only="INCLUSION_BY_RESOURCE_TYPES"),
            ),
            recording_mode=config.CfnConfigurationRecorder.RecordingModeProperty(recording_frequency=FREQUENCY),
        )
        channel = config.CfnDeliveryChannel(
            self,
            "Channel",
            name=names.recorder,
            s3_bucket_name=bucket.bucket_name,
            s3_kms_key_arn=key.key_arn,
            config_snapshot_delivery_properties=config.CfnDeliveryChannel.ConfigSnapshotDeliveryPropertiesProperty(
                delivery_frequency="TwentyFour_Hours"
            ),
        )
        # AWS Config tries whether it may write.
        if bucket.policy:
            channel.node.add_dependency(bucket.policy)


class ConfigRules(Construct):
    """Managed rules. `recorder` is the one that they wait for, None where the account has its own."""

    def __init__(
        self, scope: Construct, construct_id: str, *, names: Names, rules: Sequence[ConfigRule], recorder: cdk.CfnResource | None
    ) -> None:
        super().__init__(scope, construct_id)
        for rule in rules:
            resource = config.CfnConfigRule(
                self,
                "".join(part.capitalize() for part in rule.name.split("-")),
                config_rule_name=names.config_rule(rule.name),
                description=rule.words,
                source=config.CfnConfigRule.SourceProperty(owner="AWS", source_identifier=rule.identifier),
                input_parameters=dict(rule.parameters) or None,
                maximum_execution_frequency="TwentyFour_Hours" if rule.periodic else None,
            )
            if recorder:
                resource.add_resource_dependency(recorder)
