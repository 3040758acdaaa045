"""Dashboards as data: what each panel asks, and how it is read. Grafana, CloudWatch and docs/dashboards.md show the same."""
