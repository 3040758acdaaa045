"""What an application sends as traces and metrics, from the environment of its container and the expected usage.

Series are counted from the contract's rows (design/trading_metrics.py): the values of its labels, multiplied.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.item import HOURS
from tradingbot_infra.cost.quantities.fargate import hours_of
from tradingbot_infra.design.trading_metrics import EXCHANGE, STRATEGY, SYMBOL, TRADING_METRICS, TradingMetric
from tradingbot_infra.templates import Assembly, Resource

GIB = Decimal(1024**3)

MONTH_SECONDS = HOURS * 3600

OF_EACH_TASK = frozenset({"trading_lease_held", "trading_active_users", "trading_logins_total", "trading_api_requests_total"})
"""Metrics that every task sends; the others come from the one that holds the lease and trades."""

FIXED_LABELS: Mapping[str, int] = {"status": 4, "side": 2, "result": 2, "code": 3, "method": 1}
"""Values of labels that do not depend on what is traded: placed to rejected, or 2xx to 5xx; a route has one method, as a rule, and an
exchange a few errors at a time."""

EMF_BYTES_OF_A_VALUE = 60
"""Name, unit and number of one metric in a line of embedded metric format."""


class Transport(StrEnum):
    """How metrics are sent: the values of setting `metrics` that cost something, and what neither does."""

    OTLP = "otlp"
    EMF = "emf"
    EACH = "each"
    """A custom metric for each combination of labels, as an agent for StatsD or CloudWatch's own API would publish them."""


@dataclass(frozen=True)
class Sender:
    """A service whose container sends telemetry. `tasks` is their average number over all hours of a month."""

    service: Resource
    variables: Mapping[str, str]
    tasks: Decimal

    @property
    def transport(self) -> Transport | None:
        """How it sends metrics; None where it sends none."""
        found = self.variables.get("TRADING_METRICS", "off")
        return Transport(found) if found in list(Transport) else None

    @property
    def traces(self) -> bool:
        """Whether it sends traces."""
        return self.variables.get("OTEL_TRACES_EXPORTER") == "otlp"

    @property
    def sampled(self) -> Decimal:
        """Share of requests that are traced; all of them without a sampler's argument."""
        return Decimal(self.variables.get("OTEL_TRACES_SAMPLER_ARG", "1"))


def senders(assembly: Assembly, usage: UsageConfig) -> tuple[Sender, ...]:
    """Services on ECS with the environment of their containers.

    Raises UserError for a schedule that cannot be read.
    """
    found = ((service, assembly.referred(service.properties.get("TaskDefinition"))) for service in assembly.of_type("AWS::ECS::Service"))
    return tuple(Sender(service, _variables(task), hours_of(assembly, service, usage) / HOURS) for service, task in found if task)


def series(usage: UsageConfig) -> int:
    """Combinations of labels of one process that trades."""
    return sum(_combinations(metric, usage) for metric in TRADING_METRICS)


def points_a_minute(usage: UsageConfig, tasks: Decimal) -> Decimal:
    """Values that all tasks send in each interval."""
    of_each = sum(_combinations(metric, usage) for metric in TRADING_METRICS if metric.name in OF_EACH_TASK)
    return series(usage) - of_each + of_each * tasks


def otlp_gib(sender: Sender, usage: UsageConfig) -> Decimal:
    """What CloudWatch charges for: each value with its name, labels and resource attributes, as serialized."""
    times = MONTH_SECONDS / _interval(sender)
    return points_a_minute(usage, sender.tasks) * times * usage.expected_metric_point_bytes / GIB


def emf_metrics(usage: UsageConfig) -> int:
    """Custom metrics of embedded metric format: one of each row, whatever its labels, and the heartbeat of each strategy."""
    return len(TRADING_METRICS) + usage.expected_strategy_count


def emf_gib(sender: Sender, usage: UsageConfig) -> Decimal:
    """The lines of the log that carry them: one a task and interval."""
    return sender.tasks * MONTH_SECONDS / _interval(sender) * emf_metrics(usage) * EMF_BYTES_OF_A_VALUE / GIB


def spans(sender: Sender, usage: UsageConfig) -> Decimal:
    """Spans a month that are recorded."""
    return Decimal(usage.expected_traceable_requests) * sender.sampled * usage.expected_spans_of_a_trace


def spans_gib(sender: Sender, usage: UsageConfig) -> Decimal:
    """The spans as X-Ray keeps them, a JSON document each."""
    return spans(sender, usage) * usage.expected_span_bytes / GIB


def sent_gib(sender: Sender, usage: UsageConfig) -> Decimal:
    """What leaves the tasks for X-Ray's and CloudWatch's endpoints. It is compressed on its way; its size is counted."""
    traced = spans_gib(sender, usage) if sender.traces else Decimal(0)
    return traced + (otlp_gib(sender, usage) if sender.transport is Transport.OTLP else Decimal(0))


def _interval(sender: Sender) -> Decimal:
    """Seconds between two values; OpenTelemetry's own default where no variable says it."""
    return Decimal(sender.variables.get("OTEL_METRIC_EXPORT_INTERVAL", "60000")) / 1000


def _combinations(metric: TradingMetric, usage: UsageConfig) -> int:
    counts: Mapping[str, int] = {
        **FIXED_LABELS,
        STRATEGY: usage.expected_strategy_count,
        EXCHANGE: usage.expected_exchange_count,
        SYMBOL: usage.expected_symbol_count,
        "model": usage.expected_model_count,
        "route": usage.expected_route_count,
    }
    number = 1
    for label in metric.labels:
        number *= counts[label]
    return number


def _variables(task: Resource) -> Mapping[str, str]:
    """Those of every container together: one of them is the application's."""
    containers = task.properties.get("ContainerDefinitions", [])
    return {str(each["Name"]): str(each["Value"]) for container in containers for each in container.get("Environment", [])}
