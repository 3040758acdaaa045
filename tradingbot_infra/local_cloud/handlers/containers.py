"""Capacity providers of an ECS cluster."""

from collections.abc import Mapping

from tradingbot_infra.local_cloud.handlers.resource import Created, Properties, Resource, camel_case, given, ignoring
from tradingbot_infra.local_cloud.in_process import call

_NONE: Mapping[str, list[str]] = {"capacityProviders": [], "defaultCapacityProviderStrategy": []}


def _create(properties: Properties, _name: str) -> Created:
    wanted = camel_case(given(properties, "Cluster", "CapacityProviders", "DefaultCapacityProviderStrategy"))
    call("ecs", "PutClusterCapacityProviders", **{**_NONE, **wanted})
    return properties["Cluster"], {}


def _delete(cluster: str, _properties: Properties) -> None:
    with ignoring("ClusterNotFoundException"):
        call("ecs", "PutClusterCapacityProviders", cluster=cluster, **_NONE)


RESOURCES: Mapping[str, Resource] = {
    "AWS::ECS::ClusterCapacityProviderAssociations": Resource(
        create=_create, in_place=frozenset({"CapacityProviders", "DefaultCapacityProviderStrategy"}), delete=_delete
    )
}
