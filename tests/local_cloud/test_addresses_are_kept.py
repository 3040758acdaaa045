"""The addresses that exchanges know, through changes of NAT and a destroy: deployed by the real CDK CLI.

The tests build on each other in order, as the life of an environment does.
"""

from collections.abc import Iterator, Mapping

import pytest

from tests.conftest import PROJECT_ROOT
from tests.deployed import session_of
from tradingbot_infra.cdk_cli.program import CdkResult
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.local_cloud.cdk_cli import CdkCli
from tradingbot_infra.local_cloud.server import LocalCloud, running
from tradingbot_infra.operations.live.egress import read_egress

pytestmark = pytest.mark.local_cloud

REGION = "ap-southeast-2"
KEEPING: Mapping[str, object] = {"retain_data": True, "nat_gateways": 2}
"""Staging holds test data, so NAT instances are allowed there; like production it keeps what it has, and has two NAT."""


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """A local cloud with such a staging."""
    with running(tmp_path_factory.mktemp("local-cloud"), time_scale=60) as started:
        assert cli(started).bootstrap(capture=True).returncode == 0
        assert deploy(started).returncode == 0
        yield started


@pytest.fixture(scope="module")
def known(cloud: LocalCloud) -> list[str]:
    """The addresses of its first deployment, by zone."""
    return list(addresses(cloud))


def cli(cloud: LocalCloud) -> CdkCli:
    """The CDK CLI for a local cloud."""
    return CdkCli(PROJECT_ROOT, cloud, (REGION,), cloud.state_directory / "cdk.out")


def deploy(cloud: LocalCloud, **settings: object) -> CdkResult:
    """The network of such a staging, with other settings over it."""
    words = [word for name, value in {**KEEPING, **settings}.items() for word in ("-c", f"{name}={value}")]
    return cli(cloud).deploy("staging", [*words, "--import-existing-resources"], capture=True)


def addresses(cloud: LocalCloud) -> dict[str, str]:
    """What uses each address, in the order of the zones."""
    return {each.address: each.used_by for each in read_egress(session_of(cloud), load_config("staging", KEEPING))}


def test_the_first_deployment_has_an_address_for_each_gateway(cloud: LocalCloud, known: list[str]) -> None:
    assert len(known) == 2
    assert all(used_by.startswith("nat-") for used_by in addresses(cloud).values())


def test_one_gateway_less_leaves_its_address_waiting_and_it_takes_it_again(cloud: LocalCloud, known: list[str]) -> None:
    assert deploy(cloud, nat_gateways=1).returncode == 0
    assert (list(addresses(cloud)), addresses(cloud)[known[1]]) == (known, "")
    assert deploy(cloud).returncode == 0
    assert list(addresses(cloud)) == known
    assert all(addresses(cloud).values())


def test_another_kind_of_nat_cannot_take_them_at_once_and_what_was_stays(cloud: LocalCloud, known: list[str]) -> None:
    result = deploy(cloud, nat_type="instance")
    assert result.returncode != 0
    assert "AlreadyAssociated" in result.text
    assert list(addresses(cloud)) == known
    assert all(used_by.startswith("nat-") for used_by in addresses(cloud).values())


def test_with_the_way_out_closed_in_between_it_takes_them(cloud: LocalCloud, known: list[str]) -> None:
    assert deploy(cloud, nat_gateways=0).returncode == 0
    assert addresses(cloud) == dict.fromkeys(known, "")
    assert deploy(cloud, nat_type="instance").returncode == 0
    assert list(addresses(cloud)) == known
    assert all(used_by.startswith("i-") for used_by in addresses(cloud).values())
