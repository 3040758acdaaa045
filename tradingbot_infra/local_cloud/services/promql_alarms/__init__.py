"""PromQL alarms: each series that the query returns is a contributor, which breaches while it is returned."""
