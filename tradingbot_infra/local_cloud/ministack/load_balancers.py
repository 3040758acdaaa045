"""Load balancers, listeners, rules and target groups in ministack's state, of the account and region of the current request.

The load balancer reads them for every request, and its API may be busy with a stack. Records may be read and changed.
"""

from collections.abc import Mapping
from typing import Any

from ministack.services.alb import _lb_attrs, _lbs, _listeners, _rules, _targets, _tg_attrs, _tgs

Record = dict[str, Any]


def balancers() -> list[Record]:
    """Every load balancer."""
    return list(_lbs.values())


def balancer(arn: str) -> Record | None:
    """One load balancer; None when there is none."""
    return _lbs.get(arn)  # type: ignore[no-any-return]  # ministack has no types


def listeners() -> list[Record]:
    """Every listener."""
    return list(_listeners.values())


def listener(arn: str) -> Record | None:
    """One listener; None when there is none."""
    return _listeners.get(arn)  # type: ignore[no-any-return]  # ministack has no types


def rules(listener_arn: str) -> list[Record]:
    """The rules of a listener in the order in which they are tried; the default rule is the last."""
    return sorted((rule for rule in list(_rules.values()) if rule["ListenerArn"] == listener_arn), key=_priority)


def rule(arn: str) -> Record | None:
    """One rule; None when there is none."""
    return _rules.get(arn)  # type: ignore[no-any-return]  # ministack has no types


def target_group(arn: str) -> Record | None:
    """One target group; None when there is none."""
    return _tgs.get(arn)  # type: ignore[no-any-return]  # ministack has no types


def target_groups() -> list[Record]:
    """Every target group."""
    return list(_tgs.values())


def targets(group_arn: str) -> list[Record]:
    """The registered targets of a target group, to be read or changed."""
    return _targets.get(group_arn, [])  # type: ignore[no-any-return]  # ministack has no types


def balancer_attributes(arn: str) -> Mapping[str, str]:
    """The attributes of a load balancer that are set, by their keys."""
    return _by_key(_lb_attrs.get(arn, []))


def target_group_attributes(arn: str) -> Mapping[str, str]:
    """The attributes of a target group that are set, by their keys."""
    return _by_key(_tg_attrs.get(arn, []))


def _by_key(attributes: list[Record]) -> Mapping[str, str]:
    return {one["Key"]: str(one["Value"]) for one in attributes}


def _priority(rule: Record) -> tuple[bool, int]:
    return (True, 0) if rule.get("IsDefault") else (False, int(rule["Priority"]))
