"""Capacity providers of an ECS cluster."""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.local_cloud.handlers.resource import Created, Properties, Resource, ignoring
from tradingbot_infra.local_cloud.in_process import call


def _create(properties: Properties, _name: str) -> Created:
    cluster = properties["Cluster"]
    call(
        "ecs",
        "PutClusterCapacityProviders",
        cluster=cluster,
        capacityProviders=list(properties.get("CapacityProviders", [])),
        defaultCapacityProviderStrategy=[_strategy(item) for item in properties.get("DefaultCapacityProviderStrategy", [])],
    )
    return cluster, {}


def _strategy(item: Mapping[str, Any]) -> dict[str, object]:
    strategy: dict[str, object] = {"capacityProvider": item["CapacityProvider"]}
    for name in ("Base", "Weight"):
        if name in item:
            strategy[name.lower()] = int(item[name])
    return strategy


def _delete(cluster: str, _properties: Properties) -> None:
    with ignoring("ClusterNotFoundException"):
        call("ecs", "PutClusterCapacityProviders", cluster=cluster, capacityProviders=[], defaultCapacityProviderStrategy=[])


RESOURCES: Mapping[str, Resource] = {
    "AWS::ECS::ClusterCapacityProviderAssociations": Resource(
        create=_create, in_place=frozenset({"CapacityProviders", "DefaultCapacityProviderStrategy"}), delete=_delete
    )
}
