"""Capacity providers of stacks."""

import uuid

import pytest

from tests.local_cloud.handlers.resources import create, delete, update
from tradingbot_infra.local_cloud.in_process import call


@pytest.mark.local_cloud
def test_a_cluster_gets_changes_and_loses_its_capacity_providers() -> None:
    cluster = uuid.uuid4().hex
    call("ecs", "CreateCluster", clusterName=cluster)
    strategy = [{"CapacityProvider": "FARGATE", "Weight": "1", "Base": 1}]
    old = {"Cluster": cluster, "CapacityProviders": ["FARGATE"], "DefaultCapacityProviderStrategy": strategy}
    association, _ = create("AWS::ECS::ClusterCapacityProviderAssociations", old)
    assert association == cluster
    (found,) = call("ecs", "DescribeClusters", clusters=[cluster])["clusters"]
    assert found["capacityProviders"] == ["FARGATE"]
    assert found["defaultCapacityProviderStrategy"] == [{"capacityProvider": "FARGATE", "weight": 1, "base": 1}]
    new = {**old, "CapacityProviders": ["FARGATE", "FARGATE_SPOT"]}
    assert update("AWS::ECS::ClusterCapacityProviderAssociations", association, old, new) == cluster
    assert capacity_providers(cluster) == ["FARGATE", "FARGATE_SPOT"]
    delete("AWS::ECS::ClusterCapacityProviderAssociations", association, new)
    assert capacity_providers(cluster) == []
    delete("AWS::ECS::ClusterCapacityProviderAssociations", "gone", {})


def capacity_providers(cluster: str) -> list[str]:
    found: list[str] = call("ecs", "DescribeClusters", clusters=[cluster])["clusters"][0]["capacityProviders"]
    return found
