"""Who may do what in MonitoringStack."""

from collections.abc import Iterator

from tradingbot_infra.compliance.access.row import (
    ACCOUNT,
    ANYONE,
    FROM_THIS_ACCOUNT,
    WITHOUT_TLS,
    Attachment,
    Document,
    Entry,
    Listed,
    log_group,
    may,
    role,
    trust,
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
    if config.notifications.chat == "slack":
        yield from _slack()
    if config.notifications.chat == "telegram":
        yield from _telegram(config)
    by_sns = {"StringEquals": {"kms:ViaService": f"sns.{region}.amazonaws.com"}}
    yield from role(
        "MonitoringStack/DeploymentEvents/Role",
        "events.amazonaws.com",
        may("sns:Publish", on="<MonitoringStack/AlarmTopic>"),
        may("kms:Decrypt", "kms:GenerateDataKey", on="<MonitoringStack/MessagingKey.Arn>", when=by_sns),
    )
    if config.dashboards.managed_grafana:
        yield from role(
            "MonitoringStack/GrafanaWorkspace/Role",
            "grafana.amazonaws.com",
            may(
                *("cloudwatch:GetMetricData", "cloudwatch:ListMetrics"),
                *("xray:BatchGetTraces", "xray:GetServiceGraph", "xray:GetTraceGraph", "xray:GetTraceSummaries"),
                on="*",
                when={"StringEquals": {"aws:RequestedRegion": region}},
            ),
        )
    if config.dashboards.daily_summary:
        yield from role(
            "MonitoringStack/DailySummary/Role",
            "logs.amazonaws.com",
            may("logs:StartQuery", "logs:GetQueryResults", on=log_group(region, f"{config.names.container_log_group}:*")),
            may("s3:PutObject", on="arn:aws:s3:::<DataStack/AccessLogsBucket>/daily-summary/*", when=_OWN_BUCKETS),
        )


def _slack() -> Iterator[Entry]:
    """Nobody does anything from the channel."""
    path = "MonitoringStack/SlackChannel"
    yield trust(f"{path}/Role", "chatbot.amazonaws.com", when=None)
    yield Attachment(path=f"{path}/Role", field="ManagedPolicyArns", names=(f"<{path}/Policy>",))
    nothing = Listed(effect="Deny", actions=("*",), resources=("*",))
    yield Document(path=f"{path}/Policy", field="PolicyDocument", statements=(nothing,))


def _telegram(config: EnvironmentConfig) -> Iterator[Entry]:
    """The function reads the one secret and writes its log; topics call it."""
    path, region = "MonitoringStack/TelegramNotifier", config.network.region
    by_secrets_manager = {"StringEquals": {"kms:ViaService": f"secretsmanager.{region}.amazonaws.com"}}
    yield from role(
        f"{path}/Role",
        "lambda.amazonaws.com",
        may("secretsmanager:GetSecretValue", on=config.adopted_secret_arn("telegram-bot-token") or "<DataStack/TelegramBotToken>"),
        may("kms:Decrypt", on=config.retention.adopt_secrets_key_arn or "<DataStack/SecretsKey.Arn>", when=by_secrets_manager),
        may("logs:CreateLogStream", "logs:PutLogEvents", on="<MonitoringStack/TelegramLog.Arn>"),
        when=None,
    )
    for topic in ("AlarmTopic", *(["PagingTopic"] if config.trading.trading_alarms else [])):
        # Who calls is in the one property; allowed/lambda_functions.py says for which topic.
        yield Attachment(path=f"{path}/{topic}Calls", field="Principal", names=("sns.amazonaws.com",), is_of_identity=False)


def _publishes(service: str, source: str, topic: str) -> Listed:
    return Listed(
        actions=("sns:Publish",),
        resources=(topic,),
        principals=(f"Service:{service}",),
        condition={**FROM_THIS_ACCOUNT, "ArnLike": {"aws:SourceArn": source}},
    )
