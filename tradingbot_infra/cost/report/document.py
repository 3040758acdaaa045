"""The estimate and the difference as JSON documents, by schema.json and diff_schema.json beside this module.

Money and quantities are decimal numbers as text: a float would round them again. The same templates and prices give the same
document: no clock is read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.settings import SettingValue, setting_values, with_settings
from tradingbot_infra.cost.billed_as import BilledMonth, beside_the_bill
from tradingbot_infra.cost.diff import ChangeKind, Diff, LineItemChange
from tradingbot_infra.cost.estimate import Estimate, LineItem, Prices, Unpriced, total
from tradingbot_infra.cost.item import HOURS, MONTHS, Part, shown
from tradingbot_infra.cost.report.shares import by_service
from tradingbot_infra.cost.savings import Combined, Saving, Savings
from tradingbot_infra.reporting.json_document import versioned

Json = Mapping[str, Any]

SCHEMA_VERSION = 5

PART_TITLES: Mapping[Part, str] = {
    Part.DOCUMENT: "What the document counts",
    Part.NOT_IN_DOCUMENT: "What is not in the document",
    Part.ACCOUNT: "The account's own, once for all environments",
}

_EXACT = Decimal("0.0001")


@dataclass(frozen=True)
class Asked:
    """What an estimate has where it was asked for: savings, and what `comparison` and `actual_costs` return."""

    savings: Savings | None = None
    compared: Json | None = None
    actual: Json | None = None


def estimate_document(
    config: EnvironmentConfig, estimate: Estimate, prices: Prices, asked: Asked, *, given: Iterable[str]
) -> dict[str, Any]:
    """Everything that is known of an environment's costs. `given` names the settings of `-c`."""
    content = {
        **_head(config, prices, given),
        "parts": [_part(part, lines) for part in Part if (lines := estimate.of(part)) or part is not Part.ACCOUNT],
        "monthly": _money(estimate.monthly),
        "yearly": _money(estimate.monthly * MONTHS),
        "unpriced": [_unpriced(found) for found in estimate.unpriced],
        "free": [{"type": found.type, "count": found.count, "reason": found.reason, "source": found.source} for found in estimate.free],
        "observability": _observability(estimate),
        "savings": asked.savings and _savings(asked.savings),
        "compared": asked.compared,
        "actual": asked.actual,
    }
    return versioned(SCHEMA_VERSION, content)


def diff_document(
    config: EnvironmentConfig, base: Estimate, head: Estimate, prices: Prices, changes: Diff, *, given: Iterable[str]
) -> dict[str, Any]:
    """What changes between two assemblies, at the usage and the prices of one environment. `given` names the settings of `-c`."""
    return versioned(SCHEMA_VERSION, {**_head(config, prices, given), **_changes(base, head, changes)})


def comparison(environment: str, base: Estimate, other: Estimate, changes: Diff) -> dict[str, Any]:
    """Another environment beside the first: base is the first, head the other."""
    return {"environment": environment, "services": _services(base, other), **_changes(base, other, changes)}


def _services(base: Estimate, other: Estimate) -> list[Json]:
    before, after = by_service(base.lines), by_service(other.lines)
    return [
        {"service": name, "base": _money(before.get(name, Decimal(0))), "head": _money(after.get(name, Decimal(0)))}
        for name in {**before, **after}
    ]


def actual_costs(estimate: Estimate, months: Sequence[BilledMonth]) -> dict[str, Any]:
    """The bill of each month beside the estimate, by Cost Explorer's services."""
    return {
        "months": [
            {
                "start": month.start.isoformat(),
                "end": month.end.isoformat(),
                "billed": _money(_sum(month.by_service)),
                "untagged": _money(_sum(month.untagged)),
                "others": _money(month.others),
            }
            for month in months
        ],
        "services": [
            {"service": each.service, "estimated": _money(each.estimated), "billed": [_money(amount) for amount in each.billed]}
            for each in beside_the_bill(estimate, months)
        ],
    }


def subject(document: Json) -> str:
    """What was estimated, in a title: the environment, and the settings that make it another one."""
    return with_settings(document["environment"], _given(document))


def made_with(document: Json) -> str:
    """Which settings a report was made with, in a sentence: those of `-c`, each with the value of environments.py."""
    given = ", ".join(f"-c {setting}" for setting in _given(document))
    return f"Made with {given}" if given else "Made with the settings of environments.py, without -c"


def _given(document: Json) -> Sequence[SettingValue]:
    return [SettingValue(**entry) for entry in document["settings"]]


def _head(config: EnvironmentConfig, prices: Prices, given: Iterable[str]) -> dict[str, Any]:
    named = frozenset(given)
    chosen = (setting for setting in setting_values(config) if setting.name in named)
    return {
        "environment": config.environment,
        "settings": [{"name": setting.name, "value": setting.value, "declared": setting.declared} for setting in chosen],
        "region": config.network.region,
        "currency": "USD",
        "hours_per_month": int(HOURS),
        "prices": [
            {"table": table.name.value, "title": table.title, "oldest": table.as_of[0], "newest": table.as_of[1]} for table in prices.tables
        ],
        "usage": {key: None if value is None else shown(Decimal(value)) for key, value in config.usage.model_dump().items()},
    }


def _part(part: Part, lines: Sequence[LineItem]) -> Json:
    return {
        "id": part.value,
        "title": PART_TITLES[part],
        "monthly": _money(total(lines)),
        "yearly": _money(total(lines) * MONTHS),
        "lines": [_line(line) for line in lines],
    }


def _observability(estimate: Estimate) -> Json:
    """Which lines, in whatever part, are there because the application is observed."""
    lines = estimate.observability
    return {
        "monthly": _money(total(lines)),
        "lines": [line.quantity.id for line in lines],
        "transports": [
            {
                "id": each.transport.value,
                "title": each.title,
                "chosen": each.chosen,
                "what": each.what,
                "monthly": _money(each.monthly),
            }
            for each in estimate.transports
        ],
    }


def _line(line: LineItem) -> Json:
    price = line.price
    return {
        "id": line.quantity.id,
        "service": line.service,
        "what": line.quantity.what,
        "quantity": shown(line.units.quantize(_EXACT)),
        "unit": price.unit,
        "unit_price": str(price.usd),
        "monthly": _money(line.monthly),
        "price_key": price.key,
        "table": price.table.value,
        "source": price.source,
        "address": price.address,
        "as_of": price.as_of,
        "confidence": price.confidence,
        "note": line.note,
        "resources": list(line.paths),
    }


def _unpriced(found: Unpriced) -> dict[str, Any]:
    return {
        "what": found.what,
        "count": found.count,
        "reason": found.reason,
        "price_key": found.key,
        "resources": list(found.paths),
    }


def _savings(savings: Savings) -> Json:
    return {
        "refused_by": list(savings.refused_by),
        "each": [_saving(saving) for saving in savings.each],
        "combined": savings.combined and _combined(savings.combined),
    }


def _combined(combined: Combined) -> Json:
    return {
        "scenarios": [scenario.id for scenario in combined.scenarios],
        "titles": [scenario.title for scenario in combined.scenarios],
        "monthly": _money(combined.monthly),
        "yearly": _money(combined.yearly),
        "left": _money(combined.left),
    }


def _saving(saving: Saving) -> Json:
    return {
        "id": saving.scenario.id,
        "title": saving.scenario.title,
        "status": saving.status.value,
        "monthly": _money(saving.monthly),
        "yearly": _money(saving.yearly),
        "documented": saving.scenario.documented,
        "risk": saving.scenario.risk,
        "refused_by": list(saving.refused_by),
        "unpriced": list(saving.unpriced),
        "note": saving.note,
    }


def _changes(base: Estimate, head: Estimate, changes: Diff) -> dict[str, Any]:
    return {
        "base": _money(base.monthly),
        "head": _money(head.monthly),
        "difference": _money(changes.difference),
        "changes": [_change(change) for change in _moved(changes.changes)],
        "unchanged": sum(change.kind is ChangeKind.UNCHANGED for change in changes.changes),
        "unpriced": [{"kind": change.kind.value, **_unpriced(change.found)} for change in changes.unpriced],
    }


def _moved(changes: Iterable[LineItemChange]) -> Iterable[LineItemChange]:
    return (change for change in changes if change.kind is not ChangeKind.UNCHANGED)


def _change(change: LineItemChange) -> Json:
    return {
        "kind": change.kind.value,
        "id": change.id,
        "part": change.part,
        "service": change.service,
        "what": change.what,
        "base": _money(change.base),
        "head": _money(change.head),
        "difference": _money(change.difference),
    }


def _sum(by_service: Mapping[str, Decimal]) -> Decimal:
    return sum(by_service.values(), Decimal(0))


def _money(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"
