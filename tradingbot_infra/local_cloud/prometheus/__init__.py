"""A Prometheus server in the place of CloudWatch's store of OpenTelemetry metrics: written to by remote write, queried by PromQL.

CloudWatch's PromQL follows Prometheus 3 (CloudWatch User Guide, "Query metrics with PromQL"); Debian's 2.42 runs here, which knows
native histograms but no names with dots. Useful without a local cloud too: `PrometheusServer` is all it takes.
"""
