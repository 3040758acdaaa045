"""What a workspace of Amazon Managed Grafana may read, and its version."""

GRAFANA_VERSION = "12.4"
"""The lowest that asks CloudWatch in PromQL, with version 3.0.0 or later of the plugin Amazon Managed Service for Prometheus (Amazon
Managed Grafana User Guide, "Query Amazon CloudWatch metrics using PromQL")."""

METRIC_ACTIONS = ("cloudwatch:GetMetricData", "cloudwatch:ListMetrics")
"""What PromQL and the graphs of operations need (CloudWatch User Guide, "IAM permissions for PromQL")."""

TRACE_ACTIONS = ("xray:BatchGetTraces", "xray:GetServiceGraph", "xray:GetTraceGraph", "xray:GetTraceSummaries")
"""What the data source of X-Ray reads. All read; none writes."""
