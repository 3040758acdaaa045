"""What the load balancer and the bucket of its access logs agree on."""

ACCESS_LOG_PREFIX = "load-balancer"
"""The folder of the access logs in their bucket."""
