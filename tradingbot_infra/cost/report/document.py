"""The estimate and the difference as JSON documents, by schema.json and diff_schema.json beside this module.

Money and quantities are decimal numbers as text: a float would round them again. The same templates and prices give the same
document: no clock is read.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.settings import SettingValue, setting_values, with_settings
from tradingbot_infra.cost.diff import ChangeKind, Diff, LineItemChange
from tradingbot_infra.cost.estimate import Estimate, LineItem, Prices, Unpriced, total
from tradingbot_infra.cost.item import HOURS, Part, shown
from tradingbot_infra.cost.savings import MONTHS, Saving
from tradingbot_infra.reporting.json_document import versioned

Json = Mapping[str, Any]

SCHEMA_VERSION = 2

PART_TITLES: Mapping[Part, str] = {
    Part.DOCUMENT: "What the document counts",
    Part.NOT_IN_DOCUMENT: "What is not in the document",
}

_EXACT = Decimal("0.0001")


def estimate_document(
    config: EnvironmentConfig, estimate: Estimate, prices: Prices, savings: Sequence[Saving], compared: Json | None
) -> dict[str, Any]:
    """Everything that is known of an environment's costs. `compared` is what `comparison` returns, or None."""
    content = {
        **_head(config, prices),
        "parts": [_part(part, estimate.of(part)) for part in Part],
        "monthly": _money(estimate.monthly),
        "yearly": _money(estimate.monthly * MONTHS),
        "unpriced": [_unpriced(found) for found in estimate.unpriced],
        "free": [{"type": found.type, "count": found.count, "reason": found.reason, "source": found.source} for found in estimate.free],
        "savings": [_saving(saving) for saving in savings],
        "compared": compared,
    }
    return versioned(SCHEMA_VERSION, content)


def diff_document(config: EnvironmentConfig, base: Estimate, head: Estimate, prices: Prices, changes: Diff) -> dict[str, Any]:
    """What changes between two assemblies, at the usage and the prices of one environment."""
    return versioned(SCHEMA_VERSION, {**_head(config, prices), **_changes(base, head, changes)})


def comparison(environment: str, base: Estimate, other: Estimate, changes: Diff) -> dict[str, Any]:
    """Another environment beside the first: base is the first, head the other."""
    return {"environment": environment, **_changes(base, other, changes)}


def subject(document: Json) -> str:
    """What was estimated, in a title: the environment, and the settings that make it another one."""
    return with_settings(document["environment"], changed_settings(document))


def changed_settings(document: Json) -> Sequence[SettingValue]:
    """The settings that differ from environments.py."""
    return [SettingValue(**entry) for entry in document["settings"]]


def _head(config: EnvironmentConfig, prices: Prices) -> dict[str, Any]:
    changed = (setting for setting in setting_values(config) if setting.differs)
    return {
        "environment": config.environment,
        "settings": [{"name": setting.name, "value": setting.value, "declared": setting.declared} for setting in changed],
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


def _saving(saving: Saving) -> Json:
    return {
        "id": saving.scenario.id,
        "title": saving.scenario.title,
        "status": saving.status.value,
        "monthly": _money(saving.monthly),
        "yearly": _money(saving.yearly),
        "documented": saving.scenario.documented,
        "risk": saving.scenario.risk,
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


def _money(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"
