"""What observability costs of an estimate, and what its metrics would cost if they were sent another way."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.item import ACCOUNT_LINE, shown
from tradingbot_infra.cost.prices import PriceTable, cents
from tradingbot_infra.cost.quantities.telemetry import Sender, Transport, emf_gib, emf_metrics, otlp_gib, senders, series
from tradingbot_infra.templates import Assembly

MOST_IN_PRODUCTION = Decimal(20)
"""US dollars a month that observability may cost in production at its expected usage."""

TITLES = MappingProxyType(
    {
        Transport.OTLP: "OTLP, by volume (metrics=otlp)",
        Transport.EMF: "Embedded metric format, one value across labels (metrics=emf)",
        Transport.EACH: "A custom metric for each combination of labels",
    }
)

_GRAFANA = "grafana."
_MARKS = (".telemetry", ".trading")


@dataclass(frozen=True)
class TransportCost:
    """What trading metrics cost one way, US dollars a month. `what` says how that is counted; `chosen` is how they are sent."""

    transport: Transport
    chosen: bool
    what: str
    monthly: Decimal

    @property
    def title(self) -> str:
        """The way, with the setting that chooses it."""
        return TITLES[self.transport]


def is_observability(identifier: str) -> bool:
    """Whether a line's id is that of traces, metrics and alarms of trading, or what is made of them."""
    own = identifier.removeprefix(ACCOUNT_LINE)
    return own.startswith(_GRAFANA) or any(mark in own for mark in _MARKS)


def transports(assembly: Assembly, usage: UsageConfig, tables: tuple[PriceTable, ...]) -> tuple[TransportCost, ...]:
    """Every way for the services that send trading metrics; none where no service does, or a price is missing.

    Raises UserError for a schedule that cannot be read.
    """
    sending = [sender for sender in senders(assembly, usage) if sender.transport]
    return tuple(cost for sender in sending for cost in _of(sender, usage, tables))


def _of(sender: Sender, usage: UsageConfig, tables: tuple[PriceTable, ...]) -> Iterator[TransportCost]:
    gib, lines, number = otlp_gib(sender, usage), emf_gib(sender, usage), series(usage)
    of = f"{number} series, {shown(gib.quantize(Decimal('0.01')))} GB"
    parts = {
        Transport.OTLP: (of, {"cloudwatch.otlp_gb": gib}),
        Transport.EMF: (
            f"{emf_metrics(usage)} custom metrics and their log",
            {"cloudwatch.custom_metric_month": Decimal(emf_metrics(usage)), "logs.ingest_gb": lines},
        ),
        Transport.EACH: (f"{number} custom metrics", {"cloudwatch.custom_metric_month": Decimal(number)}),
    }
    for transport, (what, amounts) in parts.items():
        found = {key: _price(key, amount, tables) for key, amount in amounts.items()}
        known = [amount for amount in found.values() if amount is not None]
        if len(known) == len(found):
            yield TransportCost(transport, transport is sender.transport, what, cents(sum(known, Decimal(0))))


def _price(key: str, amount: Decimal, tables: tuple[PriceTable, ...]) -> Decimal | None:
    price = next((found for table in tables if (found := table.get(key))), None)
    return None if price is None else price.of(amount)
