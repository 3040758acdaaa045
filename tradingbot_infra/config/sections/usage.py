"""Expected usage: what templates do not state and the cost estimate needs."""

from decimal import Decimal

from tradingbot_infra.config.sections.base import Section, setting


class UsageConfig(Section, title="Expected usage"):
    """What the cost estimate assumes for one month. Templates do not depend on it. A GiB is what AWS bills as a GB."""

    expected_tasks: Decimal | None = setting(
        "Average number of tasks while the service runs", allowed="a number from min_tasks to max_tasks, or none for min_tasks"
    )
    expected_lcus: Decimal = setting("Load balancer capacity units (LCU), average over all hours", ge=0, le=1000)
    expected_nat_gib: Decimal = setting("Traffic between tasks and the internet, both directions, GiB per month", ge=0, le=10_000)
    expected_image_pull_gib: Decimal = setting("Image layers pulled by starting tasks, GiB per month", ge=0, le=10_000)
    expected_cross_zone_gib: Decimal = setting(
        "Traffic between tasks and RDS or Redis in another zone, both directions, GiB per month", ge=0, le=10_000
    )
    expected_transfer_out_gib: Decimal = setting("Data transfer out to the internet, GiB per month", ge=0, le=10_000)
    expected_image_gib: Decimal = setting("Images in the repository, GiB", ge=0, le=10_000)
    expected_log_gib: Decimal = setting("Application log, GiB per month", ge=0, le=10_000)
    expected_flow_log_gib: Decimal = setting("VPC flow log, GiB per month", ge=0, le=10_000)
    expected_waf_log_gib: Decimal = setting("AWS WAF log, GiB per month", ge=0, le=10_000)
    expected_data_log_gib: Decimal = setting("RDS and Redis logs, GiB per month", ge=0, le=10_000)
    expected_container_insights_gib: Decimal = setting("Container Insights log, GiB per month", ge=0, le=10_000)
    expected_enhanced_monitoring_gib: Decimal = setting("RDS Enhanced Monitoring log, GiB per month", ge=0, le=10_000)
    expected_state_machine_log_gib: Decimal = setting(
        "Log of the state machine that replaces tasks after a change of the database password, GiB per month", ge=0, le=10_000
    )
    expected_other_log_gib: Decimal = setting("Image scan results and the log of the stack's own function, GiB per month", ge=0, le=10_000)
    expected_query_gib: Decimal = setting(
        "Logs scanned by Logs Insights queries, including the dashboard's, GiB per month", ge=0, le=10_000
    )
    expected_access_log_gib: Decimal = setting("Access logs of the load balancer, compressed, GiB per month", ge=0, le=10_000)
    expected_extra_backup_gib: Decimal = setting("RDS backups beyond the free amount, GiB", ge=0, le=100_000)
    expected_backup_plan_gib: Decimal = setting("Recovery points in the AWS Backup vault, GiB", ge=0, le=100_000)
    expected_redis_backup_gib: Decimal = setting("Redis snapshots beyond the free one, GiB", ge=0, le=100_000)
    expected_waf_million_requests: Decimal = setting("Requests inspected by AWS WAF, millions per month", ge=0, le=10_000)
    expected_kms_requests: int = setting("Requests to KMS, per month", ge=0, le=1_000_000_000)
    expected_secret_requests: int = setting("Requests to Secrets Manager, per month", ge=0, le=1_000_000_000)
    expected_alarm_emails: int = setting("E-mails sent by the alarm topic, per month", ge=0, le=1_000_000)
    expected_strategy_count: int = setting("Strategies that run", ge=0, le=1000)
    expected_exchange_count: int = setting("Exchanges that are traded on", ge=0, le=1000)
    expected_symbol_count: int = setting("Symbols that are traded, on each exchange and by each strategy", ge=0, le=10_000)
    expected_model_count: int = setting("AI models that are asked", ge=0, le=1000)
    expected_route_count: int = setting("Routes of the API that are requested", ge=0, le=10_000)
    expected_metric_point_bytes: int = setting(
        "One value of a trading metric with its name, labels and resource attributes, bytes", ge=1, le=10_000
    )
    expected_traceable_requests: int = setting(
        "Requests and runs of strategies from which traces are sampled, per month", ge=0, le=1_000_000_000
    )
    expected_spans_of_a_trace: int = setting("Spans of a trace", ge=1, le=10_000)
    expected_span_bytes: int = setting("One span as X-Ray stores it, bytes", ge=1, le=100_000)
    expected_promql_million_samples: int = setting(
        "Samples that PromQL queries of Grafana and of `tradingbot` read, millions per month", ge=0, le=1_000_000
    )
    expected_grafana_editors: int = setting("Editors and administrators of Amazon Managed Grafana who use it in a month", ge=0, le=10_000)
    expected_grafana_viewers: int = setting("Viewers of Amazon Managed Grafana who use it in a month", ge=0, le=10_000)
    expected_account_environments: Decimal = setting(
        "Environments that the account's security services watch, counted in the size of this one", ge=1, le=100
    )
    expected_management_events: int = setting("Management events that CloudTrail records, per month", ge=0, le=1_000_000_000)
    expected_write_events: int = setting("Management events that change something, per month", ge=0, le=1_000_000_000)
    expected_s3_data_events: int = setting("Requests for objects in the project's buckets, per month", ge=0, le=1_000_000_000)
    expected_trail_log_gib: Decimal = setting("Log group of the trail, GiB per month", ge=0, le=10_000)
    expected_audit_gib: Decimal = setting(
        "Files of CloudTrail and AWS Config in the audit bucket, compressed, GiB per month", ge=0, le=10_000
    )
    expected_audit_files: int = setting("Files written into the audit bucket, per month", ge=0, le=1_000_000_000)
    expected_watched_hours: Decimal = setting("Hours a month in which an event of a CIS alarm happens, for each alarm", ge=0, le=730)
    expected_config_items: int = setting("Configuration items that AWS Config records, per month", ge=0, le=10_000_000)
    expected_threat_log_gib: Decimal = setting("VPC flow and DNS logs that GuardDuty analyzes, GiB per month", ge=0, le=10_000)
    expected_lambda_network_gib: Decimal = setting(
        "Network logs of Lambda functions that GuardDuty analyzes, GiB per month", ge=0, le=10_000
    )
    expected_image_rescans: int = setting("Further scans of each image by Inspector, per month", ge=0, le=10_000)
    expected_identities: int = setting("Roles and users of the account, for the analyzer of unused access", ge=0, le=100_000)
    expected_security_notices: int = setting("E-mails sent by the security topic, per month", ge=0, le=1_000_000)
    expected_account_kms_requests: int = setting("Requests to the keys of the account's stack, per month", ge=0, le=1_000_000_000)
