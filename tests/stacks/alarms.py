"""Which alarms there are. A new alarm is a new name in OWN_ALARMS, and its facts beside the others."""

DOCUMENT_ALARMS = (
    "ecs-cpu",
    "ecs-memory",
    "alb-response-time",
    "alb-5xx",
    "alb-unhealthy-targets",
    "rds-cpu",
    "rds-free-storage",
    "rds-free-memory",
    "redis-cpu",
    "redis-memory",
    "redis-evictions",
    "redis-connections",
    "application-errors",
)
"""The thirteen of the design document (DESIGN, Monitoring)."""

CONTROL_ALARMS = ("flow-log-silent", "flow-log-rejects", "password-rollout", "backup-failed", "backup-expired", "waf-blocked")
"""For controls that fail silently."""

OWN_ALARMS: tuple[str, ...] = ("rds-connections", "redis-host-cpu")
"""What the project adds besides."""

OUTAGE_ALARMS = ("strategy-silent", "equity-unknown", "no-signals", "no-orders", "price-stale", "reconnect-storm", "exchange-slow")
"""Parts of the composite alarm trading-outage; by themselves they tell nobody."""

TRADING_ALARMS = (*OUTAGE_ALARMS, "rate-limit-nearly-used", "order-loop", "drawdown", "exposure", "llm-cost", "service-down")
"""For silence and money, and that nothing serves at all."""

PRODUCTION_ALARMS = (*DOCUMENT_ALARMS, *CONTROL_ALARMS, *OWN_ALARMS, *TRADING_ALARMS)
