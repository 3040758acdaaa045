"""Without data stores, endpoints are only names and nothing starts."""

from collections.abc import Iterator

import psutil
import pytest

from tests.data_stores import Stores, deploy, template
from tradingbot_infra.local_cloud.server import LocalCloudError, running, start

pytestmark = pytest.mark.local_cloud


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """The same stack as with data stores, without them."""
    with running(tmp_path_factory.mktemp("no-stores")) as cloud:
        yield deploy(cloud, "stores", template())


def test_the_address_of_a_database_is_a_name_and_nothing_runs(stores: Stores) -> None:
    assert stores.outputs["Host"].endswith(".rds.amazonaws.com")
    assert psutil.Process(stores.cloud.pid).children(recursive=True) == []


def test_every_operation_on_the_instance_goes_on_as_before(stores: Stores) -> None:
    rds, name = stores.api("rds"), stores.instance
    rds.stop_db_instance(DBInstanceIdentifier=name)
    rds.start_db_instance(DBInstanceIdentifier=name)
    rds.modify_db_instance(DBInstanceIdentifier=name, DBInstanceClass="db.t3.small", ApplyImmediately=True)
    rds.reboot_db_instance(DBInstanceIdentifier=name)
    assert rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]["Endpoint"]["Address"] == stores.outputs["Host"]


def test_a_running_local_cloud_without_data_stores_does_not_pass_for_one_with_them(stores: Stores) -> None:
    assert start(stores.cloud.state_directory) == stores.cloud
    with pytest.raises(LocalCloudError, match="runs without data stores: stop it with `make down`"):
        start(stores.cloud.state_directory, data_stores=True)
