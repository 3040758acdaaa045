"""The five environments, and nothing else: the one file that an operator reads and changes.

PRODUCTION is whole. Every other environment is named by what differs from production, each difference with its why.
The figures are those of the design document unless a comment says otherwise.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

Settings = Mapping[str, object]
"""Flat setting name to value, as `-c NAME=VALUE` names them."""

PRODUCTION: Final[Settings] = MappingProxyType(
    {
        "project": "tradingbot-ai",
        "owner": "trading-platform",  # the document names no team
        "data_classification": "confidential",  # customers' orders and exchange keys
        "account_stacks": True,  # one environment of an account deploys them, and none outlives production
        # Network
        "region": "ap-southeast-2",
        "availability_zones": ("ap-southeast-2a", "ap-southeast-2b"),
        "vpc_cidr": "10.0.0.0/16",
        "public_subnet_cidrs": ("10.0.0.0/24", "10.0.1.0/24"),
        "private_subnet_cidrs": ("10.0.10.0/24", "10.0.11.0/24"),
        "database_subnet_cidrs": ("10.0.20.0/24", "10.0.21.0/24"),
        "cache_subnet_cidrs": ("10.0.30.0/24", "10.0.31.0/24"),
        "nat_type": "gateway",
        "nat_gateways": 2,  # one a zone: a zone's failure leaves the other zone its way to the exchanges
        "nat_instance_type": "t4g.nano",
        "enable_vpc_endpoints": False,
        # Retention
        "retain_data": True,
        "deletion_protection": True,
        "log_retention_days": 400,  # PCI DSS 10.5.1 wants twelve months; 400 is CloudWatch's next step above 365
        "adopt_secret_arns": (),
        "adopt_secrets_key_arn": None,  # only after a destroy that kept the secrets (docs/operations.md, "Destroying")
        "key_deletion_days": 30,  # the longest that KMS offers: a lost key is lost data
        # Database
        "db_engine_version": "15.19",  # the document's 15.5 can no longer be created
        "db_instance_class": "db.t3.micro",
        "db_allocated_storage_gib": 20,
        "db_multi_az": True,
        "db_backup_retention_days": 7,
        "db_backup_window": "03:00-04:00",
        "db_maintenance_window": "sun:04:00-sun:05:00",
        "db_auto_minor_version_upgrade": True,
        "db_name": "tradingbot",
        "db_master_username": "tradingbot",
        "db_monitoring_interval_seconds": 60,
        "backup_plan": True,  # not in the document: RDS's own backups reach back seven days only
        "backup_plan_days": 35,  # not in the document: as long as RDS's longest, for faults found after a month's closing
        # Cache
        "enable_redis": True,
        "redis_engine_version": "7.0",
        "redis_node_type": "cache.t3.micro",
        "redis_nodes": 1,  # the document saves the replica; high-availability has it
        "redis_automatic_failover": False,
        "redis_snapshot_retention_days": 5,
        "redis_transit_encryption": True,
        "redis_parameters": MappingProxyType({"maxmemory-policy": "allkeys-lru", "activedefrag": "yes"}),
        # Registry
        "ecr_max_images": 10,
        "ecr_pull_accounts": (),
        # Service
        "image_tag": None,  # set it once the first image is pushed; until then the placeholder answers the health check
        "cpu_architecture": "X86_64",
        "task_cpu": 512,
        "task_memory_mib": 1024,
        "container_port": 8001,
        "health_check_path": "/api/v1/health",
        "health_check_interval_seconds": 30,
        "min_tasks": 2,
        "max_tasks": 10,
        "autoscaling_target_cpu": 70,  # ten below the alarm, so that scaling acts before anyone is paged
        "autoscaling_target_memory": 75,  # ten below the alarm
        "scale_down_out_of_hours": False,  # exchanges never close
        "office_hours_start": "07:00",
        "office_hours_end": "20:00",
        "time_zone": "Australia/Sydney",
        "stop_timeout_seconds": 120,  # the longest that Fargate allows: an order in flight must be finished or cancelled
        "readonly_root_filesystem": True,
        "container_user": "1000:1000",  # not in the document: whoever breaks into the application is not root
        "enable_execute_command": False,  # nobody needs a shell beside customers' exchange keys
        "certificate_arn": None,  # the document makes HTTPS an option; without it traffic is plain HTTP
        "alb_access_logs": True,
        "alb_access_log_days": 400,  # as long as the log groups
        "waf": True,  # the document recommends it, and the address is public
        "waf_rate_limit": 2000,  # seven a second for five minutes: no person or signal sender comes near, a flood does at once
        # Monitoring
        "alarm_emails": (),
        "ecs_cpu_alarm_percent": 80,
        "ecs_memory_alarm_percent": 85,
        "alb_response_time_alarm_seconds": 2,
        "alb_5xx_alarm_count": 10,
        "alb_unhealthy_alarm_count": 0,
        "db_cpu_alarm_percent": 80,
        "db_free_storage_alarm_gib": 2,
        "db_free_memory_alarm_mib": 256,
        "redis_cpu_alarm_percent": 75,
        "redis_memory_alarm_percent": 85,
        "redis_evictions_alarm_count": 1000,
        "redis_connections_alarm_count": 500,
        "application_errors_alarm_count": 10,
        # Not in the document. The internet probes every public address all day; renew both figures from a quiet week of yours.
        "flow_log_rejects_alarm_count": 2000,
        "waf_blocked_alarm_count": 500,
        # Usage of a month, for the cost estimate only. The document's figures; where it has none, orders of magnitude to be
        # renewed from the first bill.
        "expected_tasks": None,  # the document counts the two that always run
        "expected_lcus": 1,
        "expected_nat_gib": 150,  # the document's 10.00 dollars buy 170 at NAT's price a GB; image layers and the log are 20 of them
        "expected_image_pull_gib": 15,  # thirty tasks start in a month, by releases and by scaling
        "expected_cross_zone_gib": 20,  # every second query crosses: tasks are in both zones, the primary in one
        "expected_transfer_out_gib": 44,  # the document's 5.00 dollars at the price a GB
        "expected_image_gib": 0.5,
        "expected_log_gib": 5,
        "expected_flow_log_gib": 2,  # eight interfaces, and the internet's probes
        "expected_waf_log_gib": 1.5,  # one and a half KB a request
        "expected_data_log_gib": 0.5,  # slow statements and errors only
        "expected_container_insights_gib": 0.5,  # a KB or two a minute for each task, container, service and cluster
        "expected_enhanced_monitoring_gib": 0.6,  # some 7 KB a minute of the instance, and of its standby
        "expected_other_log_gib": 0.1,
        "expected_query_gib": 50,  # ten looks at the whole month's log
        "expected_access_log_gib": 0.2,  # 200 bytes a request once compressed
        "expected_extra_backup_gib": 5,  # the document's 0.50 dollars
        "expected_backup_plan_gib": 20,  # one whole copy of a database that is not half full, and 34 days of changes
        "expected_redis_backup_gib": 1,  # four snapshots of half a GiB, half full
        "expected_waf_million_requests": 1,
        "expected_kms_requests": 100_000,  # log groups, RDS and secrets ask for data keys, a few a minute
        "expected_secret_requests": 10_000,  # twelve secrets at each task's start, and the application's own reads
        "expected_alarm_emails": 100,
    }
)

BALANCED: Final[Settings] = MappingProxyType(
    {
        **PRODUCTION,
        "account_stacks": False,  # production deploys them; a destroy of this environment must not take them away
        "enable_vpc_endpoints": True,  # image layers, logs and secrets no longer pay for NAT traffic
        # The document's other difference, one-year reservations, is bought in the billing console and changes no template.
    }
)

HIGH_AVAILABILITY: Final[Settings] = MappingProxyType(
    {
        **PRODUCTION,
        "account_stacks": False,  # production deploys them; a destroy of this environment must not take them away
        "redis_nodes": 2,  # a replica in the second zone
        "redis_automatic_failover": True,  # takes over without anyone awake
        "redis_snapshot_retention_days": 15,  # NIST 800-53 and HIPAA rules ask for 15
        "min_tasks": 3,  # one task can be lost or replaced while two still serve
        "db_backup_retention_days": 14,  # a fault found two weekends later can still be undone
        "expected_redis_backup_gib": 3.5,  # fourteen snapshots beyond the free one, half full
    }
)

_SMALL: Final[Settings] = MappingProxyType(
    {
        **PRODUCTION,
        "account_stacks": False,  # production deploys them; a destroy of this environment must not take them away
        "nat_gateways": 1,  # an hour without egress costs nothing here
        "db_multi_az": False,  # a standby costs as much as the instance
        "db_backup_retention_days": 1,  # data can be made again
        "db_monitoring_interval_seconds": 0,  # nobody reads its metrics
        "enable_redis": False,  # the application keeps its cache in memory
        "min_tasks": 1,  # nothing must survive a task
        "max_tasks": 1,  # and nothing may scale by accident
        "scale_down_out_of_hours": True,  # nobody works with it at night
        "retain_data": False,  # a destroy leaves nothing, and the next deploy finds every name free
        "deletion_protection": False,  # as above
        "data_classification": "internal",  # test keys and made-up customers only
        "backup_plan": False,  # data can be made again, and a vault that holds recovery points would block a destroy
        "key_deletion_days": 7,  # the shortest that KMS offers
        "log_retention_days": 30,  # long enough to debug, no auditor asks
        "waf": False,  # no customer traffic to protect, and about 10 US dollars a month saved
        "alb_access_logs": False,  # no customer traffic to account for, and a full bucket would block a destroy
        # A handful of people by day, and no market data stream that runs all night.
        "expected_lcus": 0.1,
        "expected_nat_gib": 15,
        "expected_image_pull_gib": 30,  # many releases, and a start every morning
        "expected_cross_zone_gib": 1,
        "expected_transfer_out_gib": 2,
        "expected_log_gib": 1,
        "expected_flow_log_gib": 0.5,
        "expected_data_log_gib": 0.1,
        "expected_container_insights_gib": 0.2,
        "expected_query_gib": 10,
        "expected_extra_backup_gib": 0,  # backups stay below the free share
        "expected_kms_requests": 20_000,
        "expected_secret_requests": 5_000,
        "expected_alarm_emails": 50,
    }
)

STAGING: Final[Settings] = MappingProxyType(
    {
        **_SMALL,
        "db_backup_retention_days": 7,  # restores are rehearsed here
    }
)

DEVELOPMENT: Final[Settings] = MappingProxyType(
    {
        **_SMALL,
        "log_retention_days": 7,  # a developer looks at today's log
        "enable_execute_command": True,  # a shell beside test keys helps, and is root's whatever container_user says; staging stays closed
        "readonly_root_filesystem": False,  # what a shell installs must fit somewhere
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
