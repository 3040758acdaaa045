"""What RDS instances and their PostgreSQL servers have to do with each other. Nothing happens without data stores.

Every function blocks; they are for threads.
"""

from collections.abc import Callable

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.data_stores import databases, switch
from tradingbot_infra.local_cloud.data_stores.errors import DataStoreError
from tradingbot_infra.local_cloud.data_stores.postgres.settings import DatabaseSettings, Master
from tradingbot_infra.local_cloud.ministack import records, store_records

_ENGINE = "postgres"


def create(instance: str, password: str | None = None) -> None:
    """Starts the server of a new instance and makes its address the instance's endpoint.

    The master user gets `password`, or without one the password that the instance was created with.

    Raises:
        LocalApiError: the server could not be created.
    """
    record = records.database(instance)
    if not switch.is_on() or record.get("Engine") != _ENGINE:
        return
    master = Master(name=record["MasterUsername"], password=password or record["_MasterUserPassword"], database=record["DBName"])
    record["DBInstanceStatus"] = "creating"
    try:
        record["Endpoint"]["Address"] = databases.create(instance, _settings(instance), master)
    except DataStoreError as error:
        raise LocalApiError("InternalFailure", f"The server of DB instance {instance} was not created: {error}") from error
    record["DBInstanceStatus"] = "available"


def follow(instance: str) -> None:
    """Restarts the server if the instance has other settings now.

    Raises:
        LocalApiError: it did not start again.
    """
    _done(lambda: databases.change(instance, _settings(instance)))


def start(instance: str) -> None:
    """Starts the server, or starts it again, with the instance's settings.

    Raises:
        LocalApiError: it did not start.
    """
    _done(lambda: databases.start(instance, _settings(instance)))


def stop(instance: str) -> None:
    """Ends the server; its data stays."""
    databases.stop(instance)


def delete(instance: str) -> None:
    """Ends the server and removes its data."""
    databases.delete(instance)


def dumped(instance: str) -> bytes | None:
    """What the instance's database holds; None without data stores.

    Raises:
        LocalApiError: the server does not run.
    """
    record = records.database(instance)
    try:
        return databases.dumped(instance, record["DBName"])
    except DataStoreError as error:
        raise LocalApiError("InvalidDBInstanceState", str(error)) from error


def load(instance: str, dump: bytes) -> None:
    """Fills the database of a new instance.

    Raises:
        LocalApiError: the server does not take the dump.
    """
    _done(lambda: databases.load(instance, records.database(instance)["DBName"], dump))


def set_password(instance: str, password: str) -> None:
    """Changes the password of the master user.

    Raises:
        LocalApiError: the server does not run.
    """
    _done(lambda: databases.set_password(instance, records.database(instance)["MasterUsername"], password))


def _settings(instance: str) -> DatabaseSettings:
    record = records.database(instance)
    groups = [group["DBParameterGroupName"] for group in record.get("DBParameterGroups", [])]
    parameters = {name: value for group in groups for name, value in store_records.database_parameters(group).items()}
    return DatabaseSettings(port=int(record["Endpoint"]["Port"]), instance_class=record["DBInstanceClass"], parameters=parameters)


def _done(work: Callable[[], None]) -> None:
    if not switch.is_on():
        return
    try:
        work()
    except DataStoreError as error:
        raise LocalApiError("InternalFailure", str(error)) from error
