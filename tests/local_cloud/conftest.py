"""A local cloud of a module's own, and parts of a network in ministack's services in this process."""

import uuid
from collections.abc import Iterator

import pytest
from ministack.core.responses import request_scope

from tradingbot_infra.local_cloud import clock
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.server import LocalCloud, running


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """A local cloud for this module."""
    with running(tmp_path_factory.mktemp("local-cloud")) as started:
        yield started


@pytest.fixture
def account() -> Iterator[str]:
    """An account of the test's own in this process, in which nothing exists yet."""
    number = f"{uuid.uuid4().int % 10**12:012}"
    with request_scope(number, "ap-southeast-2"):
        yield number


@pytest.fixture
def vpc() -> str:
    made: str = call("ec2", "CreateVpc", CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    return made


@pytest.fixture
def subnet(vpc: str) -> str:
    made: str = call("ec2", "CreateSubnet", VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    return made


@pytest.fixture
def group(vpc: str) -> str:
    return new_group(vpc)


@pytest.fixture
def peer(vpc: str) -> str:
    return new_group(vpc)


def new_group(vpc: str) -> str:
    made: str = call("ec2", "CreateSecurityGroup", VpcId=vpc, GroupName=uuid.uuid4().hex, Description="test")["GroupId"]
    return made


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five seconds of AWS take a tenth of one in this process."""
    monkeypatch.setattr(clock, "_scale", 50.0)
