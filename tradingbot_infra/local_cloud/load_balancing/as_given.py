"""Parts of actions and conditions that ministack drops: weighted target groups and query strings."""

from collections.abc import Mapping, Sequence
from typing import Any

from tradingbot_infra.local_cloud.ministack import load_balancers as records

_WEIGHTED = "ForwardConfig"
_QUERY = "QueryStringConfig"
_Parts = Sequence[Mapping[str, Any]]


def keep(arn: str, actions: _Parts, conditions: _Parts = ()) -> None:
    """Writes into the record of a listener or rule what it was given beyond what ministack keeps."""
    record = records.listener(arn) or records.rule(arn) or {}
    for kept, given in zip(_actions(record), actions, strict=False):
        if _WEIGHTED in given:
            kept[_WEIGHTED] = given[_WEIGHTED]
    for kept, given in zip(record.get("Conditions", []), conditions, strict=False):
        if _QUERY in given:
            kept.update({_QUERY: given[_QUERY], "Values": []})


def forward(rule_arn: str, actions: _Parts) -> None:
    """Gives a rule other forward actions, at once: a request finds either those before or these."""
    record = records.rule(rule_arn)
    if record is not None:
        kept = ("Type", "TargetGroupArn", _WEIGHTED)
        record["Actions"] = [
            {"Order": int(one.get("Order", number)), **{name: one[name] for name in kept if name in one}}
            for number, one in enumerate(actions, start=1)
        ]


def complete(described: Mapping[str, Any]) -> None:
    """Writes what was kept into a listener or rule as the API describes it."""
    record = records.listener(described.get("ListenerArn", "")) or records.rule(described.get("RuleArn", "")) or {}
    for shown, kept in zip(_actions(described), _actions(record), strict=False):
        if shown["Type"] == "forward":
            _show_weights(shown, kept)
    for shown, kept in zip(described.get("Conditions", []), record.get("Conditions", []), strict=False):
        if _QUERY in kept:
            shown[_QUERY] = kept[_QUERY]


def _show_weights(shown: dict[str, Any], kept: Mapping[str, Any]) -> None:
    """As on AWS, an action has both forms if it names one target group, and only the longer one if it names several."""
    only_one = [{"TargetGroupArn": kept["TargetGroupArn"], "Weight": 1}] if "TargetGroupArn" in kept else []
    groups = [{"Weight": 1, **one} for one in kept.get(_WEIGHTED, {}).get("TargetGroups", only_one)]
    shown[_WEIGHTED] = {
        "TargetGroups": [{**one, "Weight": int(one["Weight"])} for one in groups],
        "TargetGroupStickinessConfig": {"Enabled": False},
    }
    shown.pop("TargetGroupArn", None)
    if len(groups) == 1:
        shown["TargetGroupArn"] = groups[0]["TargetGroupArn"]


def _actions(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    actions: list[dict[str, Any]] = record.get("DefaultActions") or record.get("Actions") or []
    return actions
