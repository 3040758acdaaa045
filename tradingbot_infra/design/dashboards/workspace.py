"""What a workspace of Amazon Managed Grafana may read, and its version."""

GRAFANA_VERSION = "10.4"
"""Of those that Amazon Managed Grafana offers (Amazon Managed Grafana User Guide, "Grafana versions")."""

METRIC_ACTIONS = ("cloudwatch:GetMetricData", "cloudwatch:ListMetrics")
"""What PromQL and the graphs of operations need (CloudWatch User Guide, "IAM permissions for PromQL")."""

TRACE_ACTIONS = ("xray:BatchGetTraces", "xray:GetServiceGraph", "xray:GetTraceGraph", "xray:GetTraceSummaries")
"""What the data source of X-Ray reads. All read; none writes."""
