"""The PostgreSQL server of each RDS instance of the current account and region."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tradingbot_infra.local_cloud import addresses
from tradingbot_infra.local_cloud.addresses import Tier
from tradingbot_infra.local_cloud.data_stores import places
from tradingbot_infra.local_cloud.data_stores.errors import DataStoreError
from tradingbot_infra.local_cloud.ministack.scopes import by_account_and_region

if TYPE_CHECKING:
    from tradingbot_infra.local_cloud.data_stores.postgres.server import PostgresServer
    from tradingbot_infra.local_cloud.data_stores.postgres.settings import DatabaseSettings, Master


@dataclass(frozen=True)
class _Database:
    server: PostgresServer
    lock: threading.Lock = field(default_factory=threading.Lock)


_databases: Any = by_account_and_region()


def create(instance: str, settings: DatabaseSettings, master: Master) -> str:
    """Creates and starts the server of a new instance. Returns its address.

    Raises:
        DataStoreError: the instance has one, or it could not be created.
    """
    if instance in _databases:
        raise DataStoreError(f"DB instance {instance} already has a server")
    database = _databases[instance] = _Database(_new_server(settings.port))
    try:
        with database.lock:
            database.server.create(settings, master)
    except DataStoreError:
        delete(instance)
        raise
    return database.server.address


def address(instance: str) -> str | None:
    """Where the instance's server is; None when it has none."""
    database = _databases.get(instance)
    return database.server.address if database else None


def is_running(instance: str) -> bool:
    """Whether the instance has a server that runs."""
    database = _databases.get(instance)
    return bool(database and database.server.is_running)


def change(instance: str, settings: DatabaseSettings) -> None:
    """Restarts a running server if its class or port is another now; a stopped one takes both when it starts.

    Other parameters wait for the next start, as RDS calls it "pending-reboot".

    Raises:
        DataStoreError: it did not start again.
    """
    database = _databases.get(instance)
    if database is None:
        return
    with database.lock:
        if database.server.is_running and not _same_place(database.server.settings, settings):
            database.server.stop()
            database.server.start(settings)


def stop(instance: str) -> None:
    """Ends the server; its data and address stay."""
    database = _databases.get(instance)
    if database is not None:
        with database.lock:
            database.server.stop()


def start(instance: str, settings: DatabaseSettings) -> None:
    """Starts a stopped server, or starts a running one again.

    Raises:
        DataStoreError: it did not start.
    """
    database = _databases.get(instance)
    if database is not None:
        with database.lock:
            database.server.stop()
            database.server.start(settings)


def delete(instance: str) -> None:
    """Ends the server and removes its data; nothing happens where there is none."""
    database = _databases.pop(instance, None)
    if database is not None:
        with database.lock:
            database.server.remove()
        addresses.give_back(database.server.address)


def dumped(instance: str, database: str) -> bytes | None:
    """A dump of a database of the instance; None where it has no server.

    Raises:
        DataStoreError: the server does not run.
    """
    found = _databases.get(instance)
    if found is None:
        return None
    with found.lock:
        dump: bytes = found.server.dumped(database)
        return dump


def load(instance: str, database: str, dump: bytes) -> None:
    """Puts a dump into a new, empty database of the instance.

    Raises:
        DataStoreError: the server does not run, or does not take the dump.
    """
    found = _databases[instance]
    with found.lock:
        found.server.load(database, dump)


def set_password(instance: str, user: str, password: str) -> None:
    """Changes the password of a user, where the instance has a server.

    Raises:
        DataStoreError: the server does not run.
    """
    database = _databases.get(instance)
    if database is not None:
        with database.lock:
            database.server.set_password(user, password)


def _same_place(old: DatabaseSettings | None, new: DatabaseSettings) -> bool:
    return old is not None and (old.port, old.instance_class) == (new.port, new.instance_class)


def _new_server(port: int) -> PostgresServer:
    # Loading the driver takes a tenth of a second, which only a local cloud with data stores should pay.
    from tradingbot_infra.local_cloud.data_stores.postgres.server import PostgresServer

    return PostgresServer(places.take(Tier.DATABASE, port))
