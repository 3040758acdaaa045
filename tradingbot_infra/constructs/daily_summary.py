"""The summary of each day's trading: a scheduled query over the application's log, whose result becomes a file in S3."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from tradingbot_infra.constructs.service_role import ServiceRole
from tradingbot_infra.design.log_lines import ERROR_QUERY
from tradingbot_infra.design.names import Names

PREFIX = "daily-summary"
"""Where the files are in the bucket."""

_SCHEDULE = "cron(10 0 * * ? *)"
"""Ten minutes after midnight UTC, when the last lines of the day have arrived. Rows say of which day they are."""

_SECONDS = 24 * 60 * 60 + 10 * 60
"""How far back the query reads."""

_QUERY = "\n| ".join(
    (
        "fields @timestamp, message, level, strategy",
        f"{ERROR_QUERY} or @message like /ORDER|SIGNAL/",
        "parse message /^(?<what>ORDER|SIGNAL) (?<outcome>[a-z]+)/",
        "stats count(*) as lines by bin(1d) as day, what, outcome, strategy, level",
        "sort lines desc",
    )
)


class DailySummary(Construct):
    """Counts orders by what became of them, signals and errors, by day and strategy.

    The files go to the bucket of access logs under a prefix of their own: it is private, nobody deletes in it by hand, and what is in it
    expires. CloudWatch Logs writes them as one role, which may run queries on this log group and put objects below the prefix.
    """

    def __init__(self, scope: Construct, construct_id: str, *, names: Names, log_group: logs.ILogGroup, bucket: s3.IBucket) -> None:
        super().__init__(scope, construct_id)
        stack = cdk.Stack.of(self)
        group = stack.format_arn(
            service="logs",
            resource="log-group",
            resource_name=f"{names.container_log_group}:*",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        role = ServiceRole(
            self,
            "Role",
            service="logs.amazonaws.com",
            description="Runs the daily summary and writes its result",
            from_this_account=True,
            source_arn=None,
            statements=[
                iam.PolicyStatement(actions=["logs:StartQuery", "logs:GetQueryResults"], resources=[group]),
                iam.PolicyStatement(
                    actions=["s3:PutObject"],
                    resources=[f"arn:{stack.partition}:s3:::{bucket.bucket_name}/{PREFIX}/*"],
                    conditions={"StringEquals": {"aws:ResourceAccount": stack.account}},
                ),
            ],
        )
        logs.CfnScheduledQuery(
            self,
            "Query",
            name=names.daily_summary,
            description="Orders by outcome, signals and errors of a day, by strategy",
            query_language="CWLI",
            query_string=_QUERY,
            log_group_identifiers=[log_group.log_group_name],
            schedule_expression=_SCHEDULE,
            timezone="UTC",
            start_time_offset=_SECONDS,
            execution_role_arn=role.granted.role_arn,
            destination_configuration=logs.CfnScheduledQuery.DestinationConfigurationProperty(
                s3_configuration=logs.CfnScheduledQuery.S3ConfigurationProperty(
                    destination_identifier=f"s3://{bucket.bucket_name}/{PREFIX}/", role_arn=role.granted.role_arn
                )
            ),
        )
