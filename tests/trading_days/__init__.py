"""Trading days as series of the metrics contract, and the alarms of trading evaluated over them on a real Prometheus."""
