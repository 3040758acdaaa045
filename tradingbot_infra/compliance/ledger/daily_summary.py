"""Exceptions of the daily summary's role."""

from tradingbot_infra.compliance.exception import ComplianceException, on
from tradingbot_infra.compliance.ledger.acceptance import OWNER, YEARLY_REVIEW

_BUCKET = '{"Fn::GetStackOutput":{"StackName":"{prefix}-data","Region":"{region}","OutputName":"PublishOutputRefAccessLogsBucketB3A7F86D"}}'

ENTRIES = (
    ComplianceException(
        id="daily-summary-places",
        rules=(
            "AwsSolutions-IAM5[Resource::arn:aws:logs:{region}:<AWS::AccountId>:log-group:/ecs/{prefix}:*]",
            f"AwsSolutions-IAM5[Resource::arn:aws:s3:::{_BUCKET}/daily-summary/*]",
        ),
        paths=("MonitoringStack/DailySummary/Role/Policy/Resource",),
        when=(on("daily_summary"),),
        mechanism="A query reads every stream of the log group, and each result is a new file below one prefix; their names are not known",
        consequence="The role can put any file below the prefix",
        compensation="It can neither read nor delete there, and the group is the application's own",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
)
