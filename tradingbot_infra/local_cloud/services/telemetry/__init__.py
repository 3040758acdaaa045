"""OTLP's endpoints for traces and metrics, what is kept of them, and the queries of metrics."""
