"""What RDS puts into a new PostgreSQL instance, and the password of its master user."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

from tradingbot_infra.local_cloud.data_stores.errors import DataStoreError
from tradingbot_infra.local_cloud.data_stores.postgres.settings import Master

ADMINISTRATOR = "rdsadmin"
"""The superuser, which RDS keeps for itself."""

_CONNECT_SECONDS = 5
_GROUPS = ("rds_superuser", "rds_replication", "rds_password", "rds_iam")
_OF_SUPERUSER = ("pg_monitor", "pg_signal_backend", "rds_replication", "rds_password")


@dataclass(frozen=True)
class Administration:
    """Access to a server as its superuser."""

    address: str
    port: int
    password: str = field(repr=False)

    def set_up(self, master: Master) -> None:
        """Creates the master user, with the rights of RDS's, and its database.

        Source: "Understanding the rds_superuser role" (Amazon RDS User Guide).
        """
        user = sql.Identifier(master.name)
        with self._session() as run:
            for group in _GROUPS:
                run(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(group)))
            for right in _OF_SUPERUSER:
                run(sql.SQL("GRANT {} TO rds_superuser WITH ADMIN OPTION").format(sql.Identifier(right)))
            run(sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER INHERIT CREATEDB CREATEROLE NOREPLICATION VALID UNTIL 'infinity'").format(user))
            run(sql.SQL("GRANT rds_superuser TO {}").format(user))
            if master.database and master.database != "postgres":
                run(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(master.database), user))
        self.set_password(master.name, master.password)

    def set_password(self, user: str, password: str) -> None:
        """Changes the password of a user; its open connections live on."""
        with self._session() as run:
            # The server must not write the password into its log, whatever log_statement says.
            run(sql.SQL("SET log_statement = 'none'"))
            run(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(user), sql.Literal(password)))

    def answers(self) -> bool:
        """Whether the server takes connections."""
        try:
            with self._session():
                return True
        except DataStoreError:
            return False

    @contextmanager
    def _session(self) -> "Iterator[_Run]":
        try:
            with psycopg.connect(
                host=self.address,
                port=self.port,
                user=ADMINISTRATOR,
                password=self.password,
                dbname="postgres",
                sslmode="require",
                sslrootcert="",
                connect_timeout=_CONNECT_SECONDS,
                autocommit=True,
            ) as connection:
                yield _Run(connection)
        except psycopg.Error as error:
            raise DataStoreError(" ".join(str(error).split())) from error


@dataclass(frozen=True)
class _Run:
    connection: "psycopg.Connection[tuple[object, ...]]"

    def __call__(self, statement: sql.SQL | sql.Composed) -> None:
        self.connection.execute(statement)
