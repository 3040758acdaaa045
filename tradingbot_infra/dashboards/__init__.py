"""Dashboards in Grafana's form. Only the command `dashboards` imports this: Grafana's builders are a library of their own."""
