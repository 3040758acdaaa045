"""Causes on the way of telemetry itself: the container is not told to send it, may not, or nobody keeps what it sends."""

from tradingbot_infra.operations.diagnosis.finding import Cause, Certainty, Diagnosed, Normal
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.roles import Role
from tradingbot_infra.operations.printed_commands import OwnCommand, revert, sentence
from tradingbot_infra.operations.verdict import NotAssessed

_METRICS_VARIABLE = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"
_TRACES_VARIABLE = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
_METRICS_ACTION, _TRACES_ACTION = "cloudwatch:PutMetricData", "xray:PutSpans"


def metrics_not_sent(facts: Facts) -> Diagnosed:
    """The endpoint in the container, and the task role's permission. Without metrics most checks of trading cannot be made."""
    if facts.config.telemetry.metrics != "otlp":
        return NotAssessed(facts.trading.unknown)
    found = _cannot_send(facts, "metrics", _METRICS_VARIABLE, _METRICS_ACTION)
    if found or not facts.trading.silent:
        return found
    if not facts.config.trading.expected_strategies:
        return NotAssessed("no metrics yet, and expected_strategies names no strategy that should send any")
    return Cause(
        id="no-metrics",
        title="The application sends no metrics, although it is told where to and may do so",
        certainty=Certainty.POSSIBLE,
        evidence=("CloudWatch has no heartbeat, equity, price or lease of this environment in 6 days",),
        fix=(
            "An image that is not instrumented sends none: docs/metrics.md says what to send, and examples/api does",
            sentence("One that is: ", OwnCommand("logs --since 1h"), " shows whether it says that metrics are not sent"),
            sentence(OwnCommand("doctor exchange-unreachable"), " says whether tasks reach anything outside"),
        ),
    )


def traces_not_sent(facts: Facts) -> Diagnosed:
    """The endpoint in the container, the task role's permission, and whether X-Ray keeps spans where they can be read."""
    telemetry = facts.config.telemetry
    if telemetry.tracing == "off":
        return NotAssessed("tracing=off: the application sends no traces")
    found = _cannot_send(facts, "traces", _TRACES_VARIABLE, _TRACES_ACTION)
    if found:
        return found
    if not facts.traces_are_kept:
        return Cause(
            id="transaction-search-off",
            title="X-Ray does not keep spans in CloudWatch Logs, so its OTLP endpoint refuses them",
            certainty=Certainty.CERTAIN,
            evidence=("X-Ray's destination of trace segments is not CloudWatchLogs: transaction search is off",),
            fix=(
                "transaction_search=ours in the settings of the environment that deploys the account's stack, then deploy that",
                sentence("Or, where somebody switched it off by hand: ", revert("account-security")),
            ),
        )
    return Normal(f"{telemetry.trace_sample_percent} % of requests are kept")


def _cannot_send(facts: Facts, what: str, variable: str, action: str) -> Cause | None:
    if variable not in facts.variables.plain:
        return Cause(
            id=f"{what}-endpoint",
            title=f"The container is not told where to send {what}",
            certainty=Certainty.CERTAIN,
            evidence=(f"the running task definition has no variable {variable}",),
            fix=(revert("service"),),
        )
    role = facts.roles["task role"]
    if role is not None and not _may(role, action):
        return Cause(
            id=f"{what}-permission",
            title=f"The task role may not send {what}",
            certainty=Certainty.CERTAIN,
            evidence=(f"no policy of {role.name} allows {action}",),
            fix=(revert("service"),),
        )
    return None


def _may(role: Role, action: str) -> bool:
    return any(each in ("*", action, f"{action.partition(':')[0]}:*") for each in role.actions)
