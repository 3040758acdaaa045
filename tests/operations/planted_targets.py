"""A target that somebody registers by hand with the load balancer of a deployed production."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.deployed import Deployed
from tradingbot_infra.operations.live.service import read_service

_PATIENCE_SECONDS = 90.0
_DELAY = "deregistration_delay.timeout_seconds"


@contextmanager
def registered(deployed: Deployed, port: int) -> Iterator[None]:
    """A target on this machine, once its first health checks are done; at the end it leaves without draining."""
    elbv2, group = deployed.session.elbv2, read_service(deployed.session, deployed.names).target_group_arn
    named: Any = {"TargetGroupArn": group, "Targets": [{"Id": "127.0.0.1", "Port": port}]}
    elbv2.register_targets(**named)
    try:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while elbv2.describe_target_health(**named)["TargetHealthDescriptions"][0]["TargetHealth"]["State"] == "initial":
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield
    finally:
        attributes = elbv2.describe_target_group_attributes(TargetGroupArn=group)["Attributes"]
        before: Any = next((one for one in attributes if one["Key"] == _DELAY), {"Key": _DELAY, "Value": "300"})
        elbv2.modify_target_group_attributes(TargetGroupArn=group, Attributes=[{"Key": _DELAY, "Value": "0"}])
        elbv2.deregister_targets(**named)
        elbv2.modify_target_group_attributes(TargetGroupArn=group, Attributes=[before])
