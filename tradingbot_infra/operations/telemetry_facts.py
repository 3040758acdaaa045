"""What the application says of itself, by metrics, traces and log lines, and whether it can say it at all."""

from collections.abc import Mapping
from functools import cached_property

from tradingbot_infra.operations.live.refusals import read_refusals
from tradingbot_infra.operations.live.spans import Traces, read_traces
from tradingbot_infra.operations.live.trading import Trading, read_trading
from tradingbot_infra.operations.live.trading_signs import Latencies, Signs, read_latencies, read_signs
from tradingbot_infra.operations.live.usage import Usage, read_usage
from tradingbot_infra.operations.stack_facts import StackFacts


class TelemetryFacts(StackFacts):
    """One environment's telemetry. Errors of AWS escape, and the next check asks again."""

    @cached_property
    def trading(self) -> Trading:
        """Heartbeats, orders, prices, the lease."""
        return read_trading(self.session, self.config, now=self.now)

    @cached_property
    def signs(self) -> Signs:
        """Old prices, errors of exchanges, reconnects, rate limits."""
        return read_signs(self.session, self.config.environment, now=self.now)

    @cached_property
    def latencies(self) -> Latencies:
        """Slow calls, by the application's metrics."""
        return read_latencies(self.session, self.config.environment, now=self.now)

    @cached_property
    def traces(self) -> Traces:
        """The service's traces; slow ones are longer than the service level allows."""
        limit = self.config.service_levels.slo_latency_milliseconds / 1000
        return read_traces(self.session, self.names.service, now=self.now, slow_seconds=limit)

    @cached_property
    def traces_are_kept(self) -> bool:
        """Whether X-Ray keeps spans as log lines, which its OTLP endpoint needs."""
        return self.session.xray.get_trace_segment_destination().get("Destination") == "CloudWatchLogs"

    @cached_property
    def refusals(self) -> Mapping[str, int]:
        """Orders that the application did not place lately, by reason."""
        return read_refusals(self.session, self.names, now=self.now)

    @cached_property
    def usage(self) -> Usage:
        """CPU and memory of the tasks."""
        return read_usage(self.session, self.names, now=self.now)
