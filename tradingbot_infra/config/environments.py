"""The environments and their values. This is the file to change when a value or an environment changes.

PRODUCTION has every setting. The other environments state only their differences from it, each with its reason.
Values come from the design document unless a comment says otherwise.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tradingbot_infra.config.account_plans import STANDARD
from tradingbot_infra.config.expected_usage import EXPECTED_USAGE, TEST_USAGE
from tradingbot_infra.config.trading_limits import NOBODY_BESIDE_E_MAIL, SERVICE_LEVELS, TRADING_LIMITS

Settings = Mapping[str, object]
"""Values by the flat setting names that `-c NAME=VALUE` uses (docs/settings.md)."""

PRODUCTION: Final[Settings] = MappingProxyType(
    {
        "project": "tradingbot-ai",
        "owner": "trading-platform",  # the document does not name a team
        "data_classification": "confidential",  # customers' orders and exchange keys
        "account_stacks": True,  # exactly one environment deploys them: the one that nobody destroys
        # Network
        "region": "ap-southeast-2",
        "availability_zones": ("ap-southeast-2a", "ap-southeast-2b"),
        "vpc_cidr": "10.0.0.0/16",
        "public_subnet_cidrs": ("10.0.0.0/24", "10.0.1.0/24"),
        "private_subnet_cidrs": ("10.0.10.0/24", "10.0.11.0/24"),
        "database_subnet_cidrs": ("10.0.20.0/24", "10.0.21.0/24"),
        "cache_subnet_cidrs": ("10.0.30.0/24", "10.0.31.0/24"),
        "nat_type": "gateway",
        "nat_gateways": 2,  # one per zone: if one zone fails, the other still reaches the exchanges
        "nat_instance_type": "t4g.micro",  # the document's t4g.nano has too little memory to install its own packages
        "nat_allocation_ids": (),  # set only after a destroy that kept the addresses, or to bring addresses that exchanges know
        # Not in the document. 443: AWS, REST, most streams. 8443: OKX's streams (ws.okx.com:8443 in its API guide and in most libraries;
        # it has announced 443 for them). 9443: Binance's streams (stream.binance.com:9443 in "Web Socket Streams for Binance").
        "egress_ports": (443, 8443, 9443),
        "enable_vpc_endpoints": False,
        # Retention
        "retain_data": True,
        "deletion_protection": True,
        "log_retention_days": 400,  # PCI DSS 10.5.1 requires twelve months; 400 is the next period of CloudWatch Logs above 365
        "adopt_secret_arns": (),
        "adopt_secrets_key_arn": None,  # set only after a destroy that kept the secrets (docs/operations.md, "Destroying")
        "key_deletion_days": 30,  # the longest that KMS allows: data cannot be decrypted without its key
        # Database
        "db_engine_version": "15.19",  # the document's 15.5 can no longer be created
        "db_instance_class": "db.t3.micro",
        "db_allocated_storage_gib": 20,
        "db_multi_az": True,
        "db_backup_retention_days": 7,
        "db_backup_window": "03:00-04:00",
        "db_maintenance_window": "sun:04:00-sun:05:00",
        "db_auto_minor_version_upgrade": True,
        # Not in the document. Extended support of PostgreSQL 15 begins in 2028 and costs more than this whole system; RDS announces the
        # upgrade that it does instead, and verify names the date from half a year before.
        "db_extended_support": False,
        "db_name": "tradingbot",
        "db_master_username": "tradingbot",
        "db_credentials": "rds-managed",  # nobody ever has the password, and a stolen one works for a week at most
        # Until tasks are replaced, an application that does not read the secret again cannot log in. A minute costs less than a dollar.
        "db_password_check_minutes": 1,
        "db_monitoring_interval_seconds": 60,
        "backup_plan": True,  # not in the document: automated backups go back only seven days
        "backup_plan_days": 35,  # not in the document: the longest retention of RDS, for errors found after a month's closing
        # Cache
        "enable_redis": True,
        "redis_engine_version": "7.0",
        "redis_node_type": "cache.t3.micro",
        "redis_nodes": 1,  # the document omits the replica to save cost; high-availability has one
        "redis_automatic_failover": False,
        "redis_snapshot_retention_days": 5,
        "redis_snapshot_window": "03:00-04:00",  # not in the document: the database's
        "redis_maintenance_window": "sun:04:00-sun:05:00",  # not in the document: the database's, so that one hour a week is uncertain
        "redis_transit_encryption": True,
        "redis_parameters": MappingProxyType({"maxmemory-policy": "allkeys-lru", "activedefrag": "yes"}),
        # Registry
        "ecr_max_images": 10,
        "ecr_pull_accounts": (),
        # Task
        "image_tag": None,  # `deploy --tag` chooses the image; until the first, a placeholder answers the health check
        "cpu_architecture": "X86_64",
        "task_cpu": 512,
        "task_memory_mib": 1024,
        "container_port": 8001,
        "retiring_container_port": None,  # only while a deployment moves tasks to another port
        "stop_timeout_seconds": 120,  # the longest that Fargate allows: open orders must be completed or cancelled
        "readonly_root_filesystem": True,
        "container_user": "1000:1000",  # not in the document: an attacker who takes over the application is not root
        "tmp_size_mib": 64,  # not in the document: /tmp is memory of the task
        # A trader that waits for its log misses a price, and a lost line is known by the gap in its neighbours' times; 25 MiB hold minutes.
        "log_mode": "non-blocking",
        "log_buffer_mib": 25,
        "container_health_check": True,  # the document lists one for the task definition as well
        "enable_execute_command": False,  # nobody needs a shell next to customers' exchange keys
        # Scaling
        "min_tasks": 2,
        "max_tasks": 10,
        "autoscaling_target_cpu": 70,  # ten below the alarm, so that scaling acts before anyone is paged
        "autoscaling_target_memory": 75,  # ten below the alarm
        # Not in the document. Without it both tasks may stay in one zone after the other one's failure, until the next deployment. Scaling
        # stops tasks at any time anyway, so the application must survive it.
        "availability_zone_rebalancing": True,
        "scale_down_out_of_hours": False,  # exchanges never close
        "office_hours_start": "07:00",
        "office_hours_end": "20:00",
        "time_zone": "Australia/Sydney",
        # Deployment, not in the document
        "deployment_strategy": "rolling",  # the others are tried in staging first (docs/delivery.md)
        # The rest holds for the other strategies only.
        "deployment_bake_minutes": 30,  # an alarm needs a quarter of an hour, and a rollback within the bake is instant
        "deployment_step_percent": 10,  # a fault that one request in ten meets is still small
        "deployment_step_minutes": 15,  # until an alarm can know
        "deployment_gate_minutes": None,
        "deployment_check_paths": (),  # the health check's path is always asked
        # Load balancer
        "health_check_path": "/api/v1/health",
        "health_check_interval_seconds": 30,
        "health_check_grace_seconds": 60,  # not in the document: a FastAPI container starts within seconds
        # Not in the document; AWS's default is 300. A request that waits for an exchange or an AI provider ordinarily takes less than 20,
        # and whoever stops trading waits for it too, as do both versions in a deployment.
        "deregistration_delay_seconds": 20,
        "desync_mitigation_mode": "defensive",  # AWS's default: strictest refuses what common HTTP clients send (docs/design.md)
        "domain_name": None,  # the document names none
        "hosted_zone_id": None,
        "certificate_arn": None,  # the document makes HTTPS optional; without a certificate traffic is plain HTTP
        "alb_access_logs": True,
        "alb_access_log_days": 400,  # as long as the log groups
        # Web ACL
        "waf": True,  # the document recommends it, and the load balancer is public
        "waf_rate_limit": 2000,  # seven per second for five minutes: far above a person or a signal sender, far below a flood
        # What a trading API's own clients send, and AWS's rules take for an attack; the same patterns block in path, query and cookies.
        # docs/design.md, "What the web ACL lets pass", says what is lost with each and what still protects.
        "waf_counted_rules": (
            "NoUserAgent_HEADER",  # Telegram's webhooks have no User-Agent
            "SizeRestrictions_BODY",  # 8 KB, and a load balancer's limit cannot be raised
            "EC2MetaDataSSRF_BODY",  # these judge text: prompts, messages and alerts that quote addresses, paths, HTML or SQL
            "GenericLFI_BODY",
            "GenericRFI_BODY",
            "CrossSiteScripting_BODY",
            "SQLi_BODY",
            "SQLiExtendedPatterns_BODY",
        ),
        # Monitoring
        "alarm_emails": (),
        # Not in the document. 80 percent of it are above the 314 that `cost` estimates at list prices: a usual month sends no e-mail.
        "monthly_budget_usd": 400,
        "ecs_cpu_alarm_percent": 80,
        "ecs_memory_alarm_percent": 85,
        "alb_response_time_alarm_seconds": 2,
        "alb_5xx_alarm_count": 10,
        "alb_unhealthy_alarm_count": 0,
        "db_cpu_alarm_percent": 80,
        "db_free_storage_alarm_gib": 2,
        "db_free_memory_alarm_mib": 256,
        # Not in the document. RDS gives a db.t3.micro about 85 (memory less the system's, by 9,531,392 bytes). Ten tasks that a deployment
        # doubles take 60 with a pool of three.
        "db_connections_alarm_count": 65,
        "redis_cpu_alarm_percent": 75,
        # Not in the document. Redis has one thread, so a node is full at 100 / vCPUs. AWS advises 90 / vCPUs; a cache.t3.micro has two.
        "redis_host_cpu_alarm_percent": 45,
        "redis_memory_alarm_percent": 85,
        "redis_evictions_alarm_count": 1000,
        "redis_connections_alarm_count": 500,
        "application_errors_alarm_count": 10,
        # Not in the document. Every public address is scanned all day: replace both thresholds with those of a quiet week.
        "flow_log_rejects_alarm_count": 2000,
        "waf_blocked_alarm_count": 500,
        # Telemetry. Not in the document's tables; its Phase 10 asks for traces, and for dashboards of trading.
        "tracing": "xray",
        "trace_sample_percent": 5,  # as X-Ray's own default rule; ten would cost the example some 6 % of its throughput
        "metrics": "otlp",  # billed by volume; as lines of the log each series is a custom metric
        "metrics_interval_seconds": 60,
        "trading_alarms": True,
        **TRADING_LIMITS,
        **NOBODY_BESIDE_E_MAIL,  # who gets alarms besides alarm_emails
        **SERVICE_LEVELS,
        "trading_dashboards": True,
        "managed_grafana": False,  # 9 US dollars an editor, and it needs Identity Center
        "daily_summary": False,  # until a first deployment in staging shows that Sydney has scheduled queries
        # Delivery. Not in the document's tables; its Phase 9 asks for workflows. Without a repository there is no DeliveryStack.
        "github_repository": None,
        "github_owner_id": None,
        "github_repository_id": None,
        "github_image_repository": None,
        "github_image_repository_id": None,
        "github_branch": "main",
        "github_environments": ("staging", "production"),  # what deploy.yml deploys, one after the other
        "github_provider_arn": None,
        # CloudFormation waits for a database that it changes and for tasks to be healthy. A session that ends before leaves it at work, and
        # the workflow red. Twelve hours are AWS's most.
        "github_session_hours": 3,
        # Account security. Not in the document's tables; it names GuardDuty and AWS Config as next steps, and claims CIS.
        "account_security": "ours",
        "account_security_evidence": None,
        "account_security_review": None,
        "security_emails": (),  # who reads alarms reads these too, until a team has somebody of its own for security
        "audit_log_days": 400,  # as long as the log groups
        **STANDARD,  # the plan of its parts
        "transaction_search": "ours",
        "trace_indexing_percent": 1,  # the free share
        "span_log_days": 30,  # long enough to explain last month; orders are in the log and in the database
        "security_contact_name": None,  # the document names nobody
        "security_contact_title": None,
        "security_contact_email": None,
        "security_contact_phone": None,
        "account_budget_usd": 650,  # 80 percent of it are above production, staging and the account's own parts together
        **EXPECTED_USAGE,
    }
)

BALANCED: Final[Settings] = MappingProxyType(
    {
        **PRODUCTION,
        "account_stacks": False,  # production deploys them; destroying this environment must not delete them
        "enable_vpc_endpoints": True,  # image layers, logs and secrets bypass NAT, which charges for traffic
        "monthly_budget_usd": 550,  # the endpoints cost more than they save, also those of telemetry: 426 are estimated
        # The document's other difference, one-year reservations, is bought in the billing console and does not change templates.
    }
)

HIGH_AVAILABILITY: Final[Settings] = MappingProxyType(
    {
        **PRODUCTION,
        "account_stacks": False,  # production deploys them; destroying this environment must not delete them
        "redis_nodes": 2,  # a replica in the second zone
        "redis_automatic_failover": True,  # the replica takes over without anyone on call
        "redis_snapshot_retention_days": 15,  # rules of NIST 800-53 and HIPAA require 15
        "min_tasks": 3,  # two tasks still serve while one fails or is replaced
        "db_backup_retention_days": 14,  # an error found two weekends later can still be undone
        "monthly_budget_usd": 450,  # a replica and a third task more than production: 356 are estimated
        "expected_redis_backup_gib": 3.5,  # fourteen snapshots beyond the free one, half full
    }
)

# What staging and development have in common: no customer data, and nobody uses them at night.
_TEST: Final[Settings] = MappingProxyType(
    {
        **PRODUCTION,
        "account_stacks": False,  # production deploys them; destroying this environment must not delete them
        "nat_gateways": 1,  # an outage of outbound traffic does no harm here
        "db_multi_az": False,  # a standby costs as much as the instance itself
        "db_backup_retention_days": 1,  # data can be recreated
        "db_monitoring_interval_seconds": 0,  # nobody reads these metrics
        "enable_redis": False,  # the application caches in memory instead
        "min_tasks": 1,  # a restart may interrupt the service
        "max_tasks": 1,  # nothing scales by accident
        "scale_down_out_of_hours": True,  # nobody uses it at night
        "retain_data": False,  # a destroy leaves nothing behind, so the next deployment can use every name again
        "deletion_protection": False,  # so that a destroy succeeds
        "data_classification": "internal",  # test keys and invented customers only
        "backup_plan": False,  # data can be recreated, and a vault with recovery points would block a destroy
        "key_deletion_days": 7,  # the shortest that KMS allows
        "log_retention_days": 30,  # long enough for debugging; no auditor needs it
        "trading_alarms": False,  # tasks stop at night, and nobody gets up for invented customers
        "trading_dashboards": False,  # operations has what a test needs; each dashboard costs 3 US dollars a month
        "waf": False,  # no customer traffic to protect; saves about 10 US dollars a month
        "alb_access_logs": False,  # no customer traffic to record, and a bucket with logs would block a destroy
        "monthly_budget_usd": 180,  # 136 are estimated
        **TEST_USAGE,
    }
)

STAGING: Final[Settings] = MappingProxyType(
    {
        **_TEST,
        "db_backup_retention_days": 7,  # restores are practised here
    }
)

DEVELOPMENT: Final[Settings] = MappingProxyType(
    {
        **_TEST,
        "log_retention_days": 7,  # developers read only recent logs
        "enable_execute_command": True,  # a shell next to test keys is harmless; it is root, whatever container_user says
        "readonly_root_filesystem": False,  # the ECS Exec agent must write to the root file system
    }
)

ENVIRONMENTS: Final[Mapping[str, Settings]] = MappingProxyType(
    {
        "production": PRODUCTION,
        "high-availability": HIGH_AVAILABILITY,
        "balanced": BALANCED,
        "staging": STAGING,
        "development": DEVELOPMENT,
    }
)
