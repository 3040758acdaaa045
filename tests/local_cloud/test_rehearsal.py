"""The end of a rehearsal, with the real CDK CLI on a stack that stands for an environment's."""

import json
from pathlib import Path

import pytest

from tests.conftest import PROJECT_ROOT
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.local_cloud import server
from tradingbot_infra.local_cloud.rehearsal import Rehearsal

pytestmark = pytest.mark.local_cloud

TEMPLATE = json.dumps({"Resources": {"Address": {"Type": "AWS::EC2::EIP"}}})


@pytest.mark.parametrize("protected", [True, False])
def test_a_protected_stack_is_destroyed_too_and_that_its_protection_is_lifted_is_told(tmp_path: Path, protected: bool) -> None:
    config = load_config("production")
    name = config.names.stack("network")
    told: list[str] = []
    cloud = server.start(tmp_path)
    try:
        cloudformation = server.client(cloud.endpoint, config.network.region, "cloudformation")
        cloudformation.create_stack(StackName=name, TemplateBody=TEMPLATE, EnableTerminationProtection=protected)
        cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
        cloudformation.close()
        destruction = Rehearsal(PROJECT_ROOT, tmp_path, config, told.append).destroy()
        assert destruction
        assert destruction.stood
        assert server.find(tmp_path) is None, "the local cloud stops when nothing stands in it"
    finally:
        server.stop(tmp_path)
    lifted = [line for line in told if "termination protection" in line]
    assert lifted == ([f"Lifting the termination protection of {name}"] if protected else [])
