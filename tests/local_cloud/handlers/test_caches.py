"""Replication groups: what ElastiCache refuses in one update, and takes in two."""

from typing import Any

import pytest
from ministack.services.cloudformation import provisioners

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.handlers.completions import COMPLETIONS
from tradingbot_infra.local_cloud.in_process import call

STACK, KIND = "lab", "AWS::ElastiCache::ReplicationGroup"
REFUSED = "at least one read replica to enable autofailover"


def group(nodes: int, *, failover: object) -> dict[str, Any]:
    return {
        "ReplicationGroupId": "lab-redis",
        "ReplicationGroupDescription": "d",
        "CacheNodeType": "cache.t3.micro",
        "Engine": "redis",
        "NumCacheClusters": nodes,
        "AutomaticFailoverEnabled": failover,
    }


def shown() -> tuple[int, str]:
    (found,) = call("elasticache", "DescribeReplicationGroups", ReplicationGroupId="lab-redis")["ReplicationGroups"]
    return len(found["NodeGroups"][0]["NodeGroupMembers"]), found["AutomaticFailover"]


@pytest.mark.parametrize("true", [True, "true"])
def test_a_replica_and_failover_in_one_update_are_refused_and_in_two_they_come(true: object) -> None:
    handler = COMPLETIONS[KIND](provisioners.__dict__["_RESOURCE_HANDLERS"][KIND])
    one, two, safe = group(1, failover=False), group(2, failover=False), group(2, failover=true)
    name, _ = handler["create"]("Logical", one, STACK)
    try:
        with pytest.raises(LocalApiError, match=REFUSED):
            handler["update"](name, one, safe, STACK, "Logical")
        assert shown() == (1, "disabled")
        handler["update"](name, one, two, STACK, "Logical")
        assert shown() == (2, "disabled")
        handler["update"](name, two, safe, STACK, "Logical")
        assert shown() == (2, "enabled")
        handler["update"](name, safe, safe, STACK, "Logical")
        with pytest.raises(LocalApiError, match=REFUSED):
            handler["update"](name, one, group(1, failover=true), STACK, "Logical")
    finally:
        handler["delete"](name, safe)
