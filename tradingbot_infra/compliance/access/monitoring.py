"""Who may do what in MonitoringStack."""

from collections.abc import Iterator

from tradingbot_infra.compliance.access.row import (
    ACCOUNT,
    ANYONE,
    FROM_THIS_ACCOUNT,
    WITHOUT_TLS,
    Document,
    Entry,
    Listed,
    log_group,
    may,
    role,
)
from tradingbot_infra.config.model import EnvironmentConfig

PUBLISHERS = ("cloudwatch.amazonaws.com", "events.rds.amazonaws.com")
"""The services that publish alarms and events of the database."""

_TOPIC = "<MonitoringStack/AlarmTopic>"
_OWN_BUCKETS = {"StringEquals": {"aws:ResourceAccount": ACCOUNT}}


def entries(config: EnvironmentConfig) -> Iterator[Entry]:
    """The topic of every alarm, and the role by which EventBridge publishes to it."""
    region = config.network.region
    sources = dict(zip(PUBLISHERS, (f"arn:aws:cloudwatch:{region}:{ACCOUNT}:alarm:*", f"arn:aws:rds:{region}:{ACCOUNT}:*"), strict=True))
    yield Document(
        path="MonitoringStack/AlarmTopic/Policy",
        field="PolicyDocument",
        statements=(
            Listed(effect="Deny", actions=("sns:Publish",), resources=(_TOPIC,), principals=(ANYONE,), condition=WITHOUT_TLS),
            *(_publishes(service, arn, _TOPIC) for service, arn in sources.items()),
        ),
    )
    if config.trading.trading_alarms:
        pages = "<MonitoringStack/PagingTopic>"
        yield Document(
            path="MonitoringStack/PagingTopic/Policy",
            field="PolicyDocument",
            statements=(
                Listed(effect="Deny", actions=("sns:Publish",), resources=(pages,), principals=(ANYONE,), condition=WITHOUT_TLS),
                _publishes(PUBLISHERS[0], sources[PUBLISHERS[0]], pages),
            ),
        )
    by_sns = {"StringEquals": {"kms:ViaService": f"sns.{region}.amazonaws.com"}}
    yield from role(
        "MonitoringStack/DeploymentEvents/Role",
        "events.amazonaws.com",
        may("sns:Publish", on="<MonitoringStack/AlarmTopic>"),
        may("kms:Decrypt", "kms:GenerateDataKey", on="<MonitoringStack/MessagingKey.Arn>", when=by_sns),
    )
    if config.dashboards.daily_summary:
        yield from role(
            "MonitoringStack/DailySummary/Role",
            "logs.amazonaws.com",
            may("logs:StartQuery", on=log_group(region, f"{config.names.container_log_group}:*")),
            may("logs:GetQueryResults", on="*"),
            may("s3:PutObject", on="arn:aws:s3:::<DataStack/AccessLogsBucket>/daily-summary/*", when=_OWN_BUCKETS),
        )


def _publishes(service: str, source: str, topic: str) -> Listed:
    return Listed(
        actions=("sns:Publish",),
        resources=(topic,),
        principals=(f"Service:{service}",),
        condition={**FROM_THIS_ACCOUNT, "ArnLike": {"aws:SourceArn": source}},
    )
