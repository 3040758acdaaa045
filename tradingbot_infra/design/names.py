"""Names, tags and paths as pure functions of project and environment."""

from dataclasses import dataclass


def construct_id(secret: str) -> str:
    """The CDK id for a secret: `secret-key` becomes `SecretKey`."""
    return "".join(part.capitalize() for part in secret.split("-"))


@dataclass(frozen=True, kw_only=True)
class Names:
    """Every fixed name of one environment (DESIGN, "most names start with tradingbot-ai-production")."""

    project: str
    environment: str

    @property
    def prefix(self) -> str:
        """`tradingbot-ai-production`; also the name of the VPC and of the image repository."""
        return f"{self.project}-{self.environment}"

    def stack(self, part: str) -> str:
        """The CloudFormation stack of one part, as in `tradingbot-ai-production-network`."""
        return f"{self.prefix}-{part}"

    @property
    def repository(self) -> str:
        """The ECR repository."""
        return self.prefix

    @property
    def database(self) -> str:
        """The RDS instance identifier."""
        return f"{self.prefix}-postgres"

    @property
    def restored_database(self) -> str:
        """The RDS instance that `recovery` restores beside the database; RDS allows 63 characters."""
        return f"{self.database}-restored"

    @property
    def backup_vault(self) -> str:
        """The AWS Backup vault, and its plan; AWS Backup allows 50 characters."""
        return f"{self.prefix}-backups"

    @property
    def redis(self) -> str:
        """The ElastiCache replication group id; ElastiCache allows 40 characters."""
        return f"{self.prefix}-redis"

    def redis_node(self, number: int) -> str:
        """The cache cluster id of the n-th node (from 1) of the replication group, as ElastiCache assigns it."""
        return f"{self.redis}-{number:03d}"

    @property
    def cluster(self) -> str:
        """The ECS cluster."""
        return f"{self.prefix}-cluster"

    def egress_address(self, number: int) -> str:
        """The Name tag of the n-th elastic address (from 1, a zone each), by which it is found after its stack is deleted."""
        return f"{self.prefix}-egress-{number}"

    def service_name(self, part: str) -> str:
        """An ECS service, by the last part of its name."""
        return f"{self.prefix}-{part}"

    @property
    def service(self) -> str:
        """The ECS service of the API."""
        return self.service_name("service")

    def family(self, family: str) -> str:
        """The task definition family of a service; `family` is its last part, empty for the API's."""
        return f"{self.prefix}-{family}" if family else self.prefix

    @property
    def one_off_family(self) -> str:
        """The family of task definitions that last as long as one task (`run --image`, `db`, `redis`)."""
        return f"{self.prefix}-one-off"

    def password_rollout(self, part: str) -> str:
        """The state machine, schedule and schedule group of a service that replace its tasks after a change of the password."""
        return f"{self.service_name(part)}-password-rollout"

    def password_rollout_log_group(self, part: str) -> str:
        """The log of that state machine. With this prefix Step Functions adds no statement a log group to a policy that is limited
        in size (AWS Step Functions Developer Guide, "Using CloudWatch Logs to log execution history")."""
        return f"/aws/vendedlogs/states/{self.password_rollout(part)}"

    @property
    def deployment_check_log_group(self) -> str:
        """The log of the function that asks a new version before traffic moves to it."""
        return f"/aws/lambda/{self.prefix}-deployment-check"

    @property
    def web_acl(self) -> str:
        """The web ACL, and its metric."""
        return f"{self.prefix}-web-acl"

    @property
    def dashboard(self) -> str:
        """The CloudWatch dashboard."""
        return self.prefix

    @property
    def daily_summary(self) -> str:
        """The scheduled query that summarizes a day of trading."""
        return f"{self.prefix}-daily-summary"

    @property
    def grafana_workspace(self) -> str:
        """The workspace of Amazon Managed Grafana."""
        return f"{self.prefix}-grafana"

    def trading_dashboard(self, name: str) -> str:
        """A CloudWatch dashboard of trading, as in `tradingbot-ai-production-business`."""
        return f"{self.prefix}-{name}"

    @property
    def alarm_topic(self) -> str:
        """The SNS topic of alarms that do not page."""
        return f"{self.prefix}-alarms"

    @property
    def paging_topic(self) -> str:
        """The SNS topic that receives alarms of severity page only."""
        return f"{self.prefix}-pages"

    @property
    def telegram_log_group(self) -> str:
        """The log of the function that sends alarms to Telegram."""
        return f"/aws/lambda/{self.prefix}-telegram"

    @property
    def security_topic(self) -> str:
        """The SNS topic of the account that receives alarms and findings of its security."""
        return f"{self.prefix}-security"

    @property
    def trail(self) -> str:
        """The account's trail of CloudTrail."""
        return f"{self.prefix}-trail"

    @property
    def trail_log_group(self) -> str:
        """The log of the trail."""
        return f"/aws/cloudtrail/{self.trail}"

    @property
    def recorder(self) -> str:
        """AWS Config's recorder, and its delivery channel."""
        return f"{self.prefix}-recorder"

    def config_rule(self, name: str) -> str:
        """A rule of AWS Config."""
        return f"{self.prefix}-{name}"

    def analyzer(self, kind: str) -> str:
        """An analyzer of IAM Access Analyzer."""
        return f"{self.prefix}-{kind}"

    @property
    def account_defaults_log_group(self) -> str:
        """The log of the function that sets what CloudFormation has no type for."""
        return f"/aws/lambda/{self.prefix}-defaults"

    def alarm(self, what: str) -> str:
        """An alarm, as in `tradingbot-ai-production-ecs-cpu`."""
        return f"{self.prefix}-{what}"

    @property
    def metric_namespace(self) -> str:
        """The CloudWatch namespace of metrics from metric filters."""
        return f"TradingBot/{self.environment}"

    @property
    def trading_namespace(self) -> str:
        """The CloudWatch namespace of trading metrics that the application writes into its log."""
        return f"{self.metric_namespace}/trading"

    def query(self, title: str) -> str:
        """A saved Logs Insights query; the console shows the part before the slash as a folder."""
        return f"{self.prefix}/{title}"

    def secret(self, name: str) -> str:
        """A secret's name in Secrets Manager, as in `tradingbot-ai/production/secret-key`."""
        return f"{self.project}/{self.environment}/{name}"

    def task_log_group(self, family: str) -> str:
        """The log of a service's tasks, by the last part of its task definition family."""
        return f"/ecs/{self.family(family)}"

    @property
    def container_log_group(self) -> str:
        """The log of the API."""
        return self.task_log_group("")

    @property
    def web_acl_log_group(self) -> str:
        """The log of AWS WAF, which accepts only names that begin with aws-waf-logs-."""
        return f"aws-waf-logs-{self.prefix}"

    @property
    def flow_log_group(self) -> str:
        """The VPC flow log."""
        return f"/aws/vpc/{self.prefix}"

    @property
    def default_security_group_log_group(self) -> str:
        """The log of the function that empties the VPC's default security group."""
        return f"/aws/lambda/{self.prefix}-default-security-group"

    @property
    def scan_results_log_group(self) -> str:
        """Image scan results. EventBridge delivers to any log group, but its console lists only those below /aws/events."""
        return f"/aws/events/ecr/{self.prefix}/scan-results"

    @property
    def container_insights_log_group(self) -> str:
        """The log of Container Insights, created by the stack so that it is encrypted and expires."""
        return f"/aws/ecs/containerinsights/{self.cluster}/performance"

    @property
    def container_events_log_group(self) -> str:
        """The log of ECS's events, once somebody asks Container Insights' console for them: it names this group."""
        return f"/aws/events/ecs/containerinsights/{self.cluster}/performance"

    def database_log_group(self, log: str) -> str:
        """A log that RDS exports, created by the stack so that it is encrypted and expires."""
        return f"/aws/rds/instance/{self.database}/{log}"

    def redis_log_group(self, log: str) -> str:
        """The slow log or engine log of ElastiCache."""
        return f"/aws/elasticache/{self.redis}/{log}"

    def key_alias(self, purpose: str) -> str:
        """The alias of a KMS key."""
        return f"{self.prefix}-{purpose}"

    @property
    def tags(self) -> dict[str, str]:
        """Tags that every resource gets from its name."""
        return {"Project": self.project, "Environment": self.environment, "ManagedBy": "aws-cdk"}
