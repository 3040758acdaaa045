"""The account's trail: who did what, in every region, in files that can be validated and in a log that alarms search."""

from collections.abc import Sequence
from typing import Literal

import aws_cdk as cdk
from aws_cdk import aws_cloudtrail as cloudtrail
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from tradingbot_infra.constructs.audit_bucket import AuditBucket
from tradingbot_infra.constructs.service_role import ServiceRole

S3Events = Literal["none", "write", "all"]

_INSIGHTS = ("ApiCallRateInsight", "ApiErrorRateInsight")

_Selector = cloudtrail.CfnTrail.AdvancedEventSelectorProperty
_Field = cloudtrail.CfnTrail.AdvancedFieldSelectorProperty


class AuditTrail(Construct):
    """Management events of every service and region, and requests for objects in the project's buckets.

    `buckets` are what the names of those buckets begin with, because CloudFormation makes them of the names of stacks. `s3_events` is
    which of those requests are recorded.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        buckets: Sequence[str],
        bucket: AuditBucket,
        key: kms.IKey,
        log_group: logs.ILogGroup,
        s3_events: S3Events,
        insights: bool,
    ) -> None:
        super().__init__(scope, construct_id)
        self._bucket = bucket
        self._role = self._writer(log_group)
        # The console's own name for it, by which scanners find it.
        selectors = [_selector("Management events selector", _Field(field="eventCategory", equal_to=["Management"]))]
        if s3_events != "none":
            selectors += self._objects(buckets, only_writes=s3_events == "write")
        self.trail = cloudtrail.CfnTrail(
            self,
            "Trail",
            trail_name=name,
            is_logging=True,
            is_multi_region_trail=True,
            include_global_service_events=True,
            enable_log_file_validation=True,
            s3_bucket_name=bucket.bucket_name,
            kms_key_id=key.key_arn,
            cloud_watch_logs_log_group_arn=log_group.log_group_arn,
            cloud_watch_logs_role_arn=self._role.role_arn,
            advanced_event_selectors=selectors,
            insight_selectors=[cloudtrail.CfnTrail.InsightSelectorProperty(insight_type=each) for each in _INSIGHTS] if insights else None,
        )
        # CloudTrail tries whether it may write.
        if bucket.policy:
            self.trail.node.add_dependency(bucket.policy)

    def _writer(self, log_group: logs.ILogGroup) -> iam.IRole:
        stack = cdk.Stack.of(self)
        streams = stack.format_arn(
            service="logs",
            resource="log-group",
            resource_name=f"{log_group.log_group_name}:log-stream:{stack.account}_CloudTrail_{stack.region}*",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        return ServiceRole(
            self,
            "Role",
            service="cloudtrail.amazonaws.com",
            description="Writes the trail to its log group",
            # CloudTrail does not tell them (CloudTrail User Guide, "Role policy document for CloudTrail to use CloudWatch Logs for
            # monitoring").
            from_this_account=False,
            source_arn=None,
            statements=[iam.PolicyStatement(actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[streams])],
        ).granted

    def _objects(self, buckets: Sequence[str], *, only_writes: bool) -> list[_Selector]:
        """Files that services write into the audit buckets are no requests of anybody; reads of them and deletions are."""
        audit = [bucket.arn_for_objects("") for bucket in (self._bucket, self._bucket.access_logs)]
        stack = cdk.Stack.of(self)
        ours = [stack.format_arn(service="s3", region="", account="", resource=name) for name in buckets]
        of_project = _Field(field="resources.ARN", starts_with=ours, not_starts_with=audit)
        of_audit = _Field(field="resources.ARN", starts_with=audit)
        reads, changes = (_Field(field="readOnly", equal_to=[is_read]) for is_read in ("true", "false"))
        not_written = _Field(field="eventName", not_equals=["PutObject"])
        deletions = _of_objects("Changes of audit logs", of_audit, changes, not_written)
        if only_writes:
            return [_of_objects("Changes of the project's objects", of_project, changes), deletions]
        return [_of_objects("The project's objects", of_project), deletions, _of_objects("Reads of audit logs", of_audit, reads)]


def _of_objects(name: str, *fields: _Field) -> _Selector:
    kinds = (_Field(field="eventCategory", equal_to=["Data"]), _Field(field="resources.type", equal_to=["AWS::S3::Object"]))
    return _selector(name, *kinds, *fields)


def _selector(name: str, *fields: _Field) -> _Selector:
    return _Selector(name=name, field_selectors=list(fields))
