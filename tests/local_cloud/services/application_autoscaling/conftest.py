"""An ECS service, and a scalable target of it."""

import uuid

import pytest

from tests.local_cloud.services.application_autoscaling.calls import naming, register
from tradingbot_infra.local_cloud.in_process import call


@pytest.fixture
def cluster() -> str:
    name = uuid.uuid4().hex
    call("ecs", "CreateCluster", clusterName=name)
    call("ecs", "RegisterTaskDefinition", family=name, containerDefinitions=[{"name": "app", "image": "app"}])
    call("ecs", "CreateService", cluster=name, serviceName="api", taskDefinition=name, desiredCount=1)
    return name


@pytest.fixture
def target(cluster: str) -> dict[str, str]:
    """A registered target, as calls name it."""
    named = naming(cluster)
    register(named, 1, 4)
    return named
