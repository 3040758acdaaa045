"""Construct paths that several entries name. Each is one CloudFormation resource, or one stack."""

from tradingbot_infra.design.names import construct_id
from tradingbot_infra.design.secrets import DATABASE_MASTER_SECRET, DATABASE_URL_SECRET, REDIS_AUTH_TOKEN_SECRET

DATABASE = "DataStack/Database/Resource"
CACHE = "DataStack/Cache/ReplicationGroup"
IMAGES = "DataStack/Images/Resource"
ACCESS_LOGS_BUCKET = "DataStack/AccessLogsBucket/Resource"
LOAD_BALANCER = "ServiceStack/LoadBalancer/Resource"
TASK = "ServiceStack/Task/Resource"
SERVICE = "ServiceStack/Api/Service/Service"
WEB_ACL = "ServiceStack/WebAcl/Acl"
WEB_ACL_LOG = "ServiceStack/WebAclLog/Resource"
ALARM_TOPIC = "MonitoringStack/AlarmTopic/Resource"
PAGING_TOPIC = "MonitoringStack/{paging_topic}/Resource"
PARTS_OF_AN_OUTAGE = ("MonitoringStack/TradingAlarms/{part_of_outage}/Resource",)

STACKS = ("{stack}",)
"""Every stack that a deployment of the environment consists of (design/stacks.py)."""

KEYS = (
    "NetworkStack/LogsKey/Resource",
    "DataStack/DatabaseKey/Resource",
    "DataStack/{secrets_key}/Resource",
    "DataStack/StorageKey/Resource",
    "MonitoringStack/MessagingKey/Resource",
)

LOG_GROUPS = (
    "NetworkStack/FlowLogGroup/Resource",
    "NetworkStack/DefaultSecurityGroupLog/Resource",
    "DataStack/DatabasePostgresqlLog/Resource",
    "DataStack/DatabaseUpgradeLog/Resource",
    "DataStack/ScanResultsLog/Resource",
    "ServiceStack/ContainerLogGroup/Resource",
    "ServiceStack/ContainerInsightsLogGroup/Resource",
    "ServiceStack/PasswordRolloutLog/Resource",
    "ServiceStack/ContainerEventsLogGroup/Resource",
)

CACHE_LOG_GROUPS = ("DataStack/RedisSlowLog/Resource", "DataStack/RedisEngineLog/Resource")


def _secret(name: str) -> str:
    return f"DataStack/{construct_id(name)}/Resource"


PROVIDER_SECRETS = ("DataStack/{provider_secret}/Resource",)
TEAM_SECRETS = ("DataStack/{team_secret}/Resource",)
DATABASE_MASTER = _secret(DATABASE_MASTER_SECRET)
DATABASE_URL = _secret(DATABASE_URL_SECRET)
REDIS_AUTH_TOKEN = _secret(REDIS_AUTH_TOKEN_SECRET)
