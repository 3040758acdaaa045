"""Which events a trail wants, by its event selectors, basic or advanced.

Sources: CloudTrail API Reference, EventSelector, AdvancedFieldSelector.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Event = Mapping[str, Any]

_OPERATORS: Mapping[str, tuple[Callable[[str, str], bool], bool]] = {
    "Equals": (operator.eq, True),
    "StartsWith": (str.startswith, True),
    "EndsWith": (str.endswith, True),
    "NotEquals": (operator.eq, False),
    "NotStartsWith": (str.startswith, False),
    "NotEndsWith": (str.endswith, False),
}
"""Name -> comparison, and whether one of the values must fit or none."""


def wants(selectors: Sequence[Mapping[str, Any]], event: Event) -> bool:
    """Whether one of a trail's selectors selects the event."""
    return any(_advanced(one, event) if "FieldSelectors" in one else _basic(one, event) for one in selectors)


def _advanced(selector: Mapping[str, Any], event: Event) -> bool:
    return all(_holds(field, event) for field in selector["FieldSelectors"])


def _holds(field: Mapping[str, Any], event: Event) -> bool:
    value = _value(field["Field"], event)
    return all(
        any(compare(value, each) for each in field[name]) is wanted for name, (compare, wanted) in _OPERATORS.items() if field.get(name)
    )


def _value(field: str, event: Event) -> str:
    resource = _resource(event)
    found = {
        "resources.ARN": resource.get("ARN", ""),
        "resources.type": resource.get("type", ""),
        "userIdentity.arn": event["userIdentity"].get("arn", ""),
        "readOnly": str(event["readOnly"]).lower(),
    }
    return str(found.get(field, event.get(field, "")))


def _resource(event: Event) -> Mapping[str, Any]:
    """What an event on data is about; nothing for a management event."""
    found: Mapping[str, Any] = next(iter(event.get("resources", [])), {})
    return found


def _basic(selector: Mapping[str, Any], event: Event) -> bool:
    kind = selector.get("ReadWriteType", "All")
    if kind != "All" and event["readOnly"] is not (kind == "ReadOnly"):
        return False
    if event["managementEvent"]:
        return bool(selector.get("IncludeManagementEvents", True)) and event["eventSource"] not in selector.get(
            "ExcludeManagementEventSources", ()
        )
    resource = _resource(event)
    return any(
        one["Type"] == resource.get("type") and any(str(resource.get("ARN", "")).startswith(value) for value in one.get("Values", ()))
        for one in selector.get("DataResources", ())
    )
