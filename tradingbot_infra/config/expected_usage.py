"""What environments are expected to use in a month, for the cost estimate only. environments.py spreads it.

Figures of the document; where it has none, orders of magnitude that the first bill should replace.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

EXPECTED_USAGE: Final[Mapping[str, object]] = MappingProxyType(
    {
        "expected_tasks": None,  # the document counts the two tasks that always run
        "expected_lcus": 1,
        "expected_nat_gib": 150,  # the document's 10.00 dollars pay for 170 GB of NAT traffic; 20 of them are image layers and logs
        "expected_image_pull_gib": 15,  # thirty tasks start in a month, for releases and for scaling
        "expected_cross_zone_gib": 20,  # half of the queries: tasks are in both zones, the primary is in one
        "expected_transfer_out_gib": 44,  # the document's 5.00 dollars at the price per GB
        "expected_image_gib": 0.5,
        "expected_log_gib": 5,
        "expected_flow_log_gib": 2,  # all network interfaces, and scans from the internet
        "expected_waf_log_gib": 1.5,  # 1.5 KB per request
        "expected_data_log_gib": 0.5,  # slow statements and errors only
        "expected_container_insights_gib": 0.5,  # one or two KB per minute for each task, container, service and cluster
        "expected_enhanced_monitoring_gib": 0.6,  # about 7 KB per minute for the instance and for its standby
        "expected_state_machine_log_gib": 0.3,  # some sixteen events of 400 bytes a minute
        "expected_other_log_gib": 0.1,
        "expected_query_gib": 50,  # ten queries over the log of the whole month
        "expected_access_log_gib": 0.2,  # 200 bytes per request when compressed
        "expected_extra_backup_gib": 5,  # the document's 0.50 dollars
        "expected_backup_plan_gib": 20,  # one full copy of a database that is less than half full, and 34 days of changes
        "expected_redis_backup_gib": 1,  # four snapshots of half a GiB, half full
        "expected_waf_million_requests": 1,
        "expected_kms_requests": 100_000,  # a few data keys per minute for log groups, RDS and secrets
        "expected_secret_requests": 10_000,  # every secret at the start of each task, and reads by the application
        "expected_alarm_emails": 100,
        # Of what the application sends about itself.
        "expected_strategy_count": 5,
        "expected_exchange_count": 3,
        "expected_symbol_count": 10,
        "expected_model_count": 2,
        "expected_route_count": 20,
        "expected_metric_point_bytes": 450,  # AWS's own examples have 300 and 450
        "expected_traceable_requests": 1_250_000,  # the million requests above, and five strategies that run each minute
        "expected_spans_of_a_trace": 8,  # from the webhook to the exchange and the database
        "expected_span_bytes": 2000,  # a public cost model has 1,872
        "expected_promql_million_samples": 3,  # `status --watch` for two hours a day, and `doctor`; each Grafana adds far more
        "expected_grafana_editors": 1,
        "expected_grafana_viewers": 2,
        # Of the account's security stack, and so of the whole account; small, with two environments.
        "expected_account_environments": 1.5,  # production, and staging, which has about half of its resources
        # One in five seconds: AWS's own services read all day, and each data key of a log group or a secret is an event.
        "expected_management_events": 500_000,
        "expected_write_events": 50_000,  # one in ten; most are tasks that start and sessions of roles
        "expected_s3_data_events": 100_000,  # log files of load balancers and of the trail, and who lists them
        "expected_trail_log_gib": 0.75,  # 1.5 KB an event
        "expected_audit_gib": 0.1,  # a fifth of it when compressed, less what CloudTrail does not repeat
        "expected_audit_files": 40_000,  # every five minutes in three regions with events, and hourly digests of each region
        "expected_watched_hours": 20,  # deployments change policies, groups and routes; the rest should never happen
        "expected_config_items": 400,  # a dozen resources that change on a day: snapshots, task definitions, services, and releases
        "expected_threat_log_gib": 3,  # the flow logs of both environments, and DNS queries
        "expected_lambda_network_gib": 0.01,  # functions that run at deployments
        "expected_image_rescans": 30,  # whenever a vulnerability becomes known that concerns its packages
        "expected_identities": 45,  # roles of both environments, of the bootstrap, of AWS's services, and people
        "expected_security_notices": 200,
        "expected_account_kms_requests": 60_000,  # every file of the trail, and data keys of its log group
    }
)
"""Every setting of the section of expected usage, in the model's order."""

TEST_USAGE: Final[Mapping[str, object]] = MappingProxyType(
    {
        "expected_lcus": 0.1,
        "expected_nat_gib": 15,
        "expected_image_pull_gib": 30,  # many releases, and a new task every morning
        "expected_cross_zone_gib": 1,
        "expected_transfer_out_gib": 2,
        "expected_log_gib": 1,
        "expected_flow_log_gib": 0.5,
        "expected_data_log_gib": 0.1,
        "expected_container_insights_gib": 0.2,
        "expected_query_gib": 10,
        "expected_extra_backup_gib": 0,  # backups stay within the free amount
        "expected_kms_requests": 20_000,
        "expected_secret_requests": 5_000,
        "expected_alarm_emails": 50,
        "expected_strategy_count": 2,
        "expected_exchange_count": 1,
        "expected_symbol_count": 5,
        "expected_traceable_requests": 100_000,
        "expected_promql_million_samples": 1,
    }
)
"""Where staging and development differ: a handful of people during the day, and no market data at night."""
