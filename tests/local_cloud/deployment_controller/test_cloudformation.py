"""AWS::ECS::Service of a service that shifts traffic: what CloudFormation waits for, and what it says."""

import pytest

from tests.local_cloud.deployment_controller.releases import Site
from tradingbot_infra.local_cloud.handlers.ecs_service import ServiceFailedError, in_full

pytestmark = pytest.mark.local_cloud

HANDLER = in_full({})


def test_a_version_that_dies_fails_the_update_and_the_next_update_does_not_fail_for_it(shop: Site) -> None:
    shop.create(shop.version("one"), bake=0, desired=1)
    shop.until_over()
    service = shop.cluster.service()
    old = {"Cluster": shop.cluster.name, "TaskDefinition": service["taskDefinition"], "DesiredCount": 1}
    new = {**old, "TaskDefinition": shop.cluster.definition("raise SystemExit(3)", portMappings=[{"containerPort": 8001}])}
    with pytest.raises(ServiceFailedError, match="ECS Deployment Circuit Breaker was triggered"):
        HANDLER["update"](service["serviceArn"], old, new, "lab", "Api")
    HANDLER["update"](service["serviceArn"], new, {**old, "DesiredCount": 2}, "lab", "Api")
    assert len(shop.cluster.tasks()) == 2
    assert shop.ask() == "one"
