"""A Grafana, wherever it runs: its folders and dashboards, by its HTTP API."""
