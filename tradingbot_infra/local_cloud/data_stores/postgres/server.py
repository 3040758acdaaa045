"""The life of one PostgreSQL server: created, started, stopped, removed."""

import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path

from tradingbot_infra.local_cloud.data_stores import certificates, programs
from tradingbot_infra.local_cloud.data_stores.errors import DataStoreError
from tradingbot_infra.local_cloud.data_stores.postgres import files
from tradingbot_infra.local_cloud.data_stores.postgres.roles import ADMINISTRATOR, Administration
from tradingbot_infra.local_cloud.data_stores.postgres.settings import DatabaseSettings, Master
from tradingbot_infra.local_cloud.data_stores.processes import Program, forget_directory, give, new_directory

START_SECONDS = 60.0
"""How long creating or starting may take before it counts as failed; on a quiet machine it takes two seconds."""

_POLL_SECONDS = 0.05


class PostgresServer:
    """A PostgreSQL server on one address. Not for use by two threads at once."""

    def __init__(self, address: str) -> None:
        self._programs = programs.needed(programs.postgres_directory())
        self.address = address
        self.directory = new_directory("postgres")
        self._data = self.directory / "data"
        self._log = self.directory / "postgresql.log"
        self._password = secrets.token_urlsafe(24)
        self._certificate = certificates.issue(address, self.directory)
        give(self._certificate.chain, self._certificate.key, self._certificate.authority)
        self._program: Program | None = None
        self._settings: DatabaseSettings | None = None

    @property
    def settings(self) -> DatabaseSettings | None:
        """What it was started with last."""
        return self._settings

    @property
    def authority(self) -> Path:
        """The certificate of the authority that signed the server's, in PEM."""
        return self._certificate.authority

    @property
    def is_running(self) -> bool:
        """Whether the process exists."""
        return self._program is not None and self._program.is_running

    def create(self, settings: DatabaseSettings, master: Master) -> None:
        """Creates its files, starts it, and creates the master user and its database.

        Raises:
            DataStoreError: it could not be created or started.
        """
        self._initialize()
        self.start(settings)
        self._administration(settings).set_up(master)

    def start(self, settings: DatabaseSettings) -> None:
        """Starts it and waits until it takes connections.

        Raises:
            DataStoreError: it ended, or takes none within START_SECONDS.
        """
        self._settings = settings
        self._write("postgresql.conf", self._configuration(settings))
        self._write("pg_hba.conf", files.authentication(settings))
        self._program = self._run("postgres", "-D", self._data)
        self._await_connections(self._program, self._administration(settings))

    def stop(self) -> None:
        """Ends it and every connection; the data stays."""
        if self._program is not None:
            self._program.stop(signal.SIGINT)  # fast shutdown
            self._program = None

    def remove(self) -> None:
        """Ends it and removes the data."""
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)
        forget_directory(self.directory)

    def set_password(self, user: str, password: str) -> None:
        """Changes the password of a user.

        Raises:
            DataStoreError: it does not run, or has no such user.
        """
        if self._settings is None or not self.is_running:
            raise DataStoreError(f"PostgreSQL on {self.address} does not run")
        self._administration(self._settings).set_password(user, password)

    def dumped(self, database: str) -> bytes:
        """A consistent dump of a database, in pg_dump's own format.

        Raises:
            DataStoreError: it does not run, or pg_dump failed.
        """
        return self._client("pg_dump", "--format", "custom", database)

    def load(self, database: str, dump: bytes) -> None:
        """Puts a dump into an empty database, with the owners that it names.

        Raises:
            DataStoreError: it does not run, or pg_restore failed.
        """
        self._client("pg_restore", "--exit-on-error", "--dbname", database, given=dump)

    def _client(self, program: str, *words: str, given: bytes | None = None) -> bytes:
        if self._settings is None or not self.is_running:
            raise DataStoreError(f"PostgreSQL on {self.address} does not run")
        where = {"PGHOST": self.address, "PGPORT": str(self._settings.port), "PGUSER": ADMINISTRATOR, "PGSSLMODE": "require"}
        ended = subprocess.run(
            [self._programs / program, *words],
            input=given,
            env={**where, "PGPASSWORD": self._password},
            capture_output=True,
            check=False,
        )
        if ended.returncode:
            raise DataStoreError(f"{program} failed: {ended.stderr.decode(errors='replace').strip()}")
        return ended.stdout

    def _initialize(self) -> None:
        password = self._write("password", self._password, self.directory)
        made = self._run(
            "initdb",
            *("-D", self._data, "--username", ADMINISTRATOR, "--pwfile", password),
            *("--encoding", "UTF8", "--locale", _locale(), "--auth", "scram-sha-256", "--no-sync", "--no-instructions"),
        )
        try:
            code = made.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            made.stop(signal.SIGINT)
            raise DataStoreError(f"initdb did not end within {START_SECONDS:.0f} seconds") from None
        password.unlink()
        if code != 0:
            raise DataStoreError(f"initdb failed: {made.last_words}")

    def _await_connections(self, program: Program, administration: Administration) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not administration.answers():
            if not program.is_running:
                raise DataStoreError(f"PostgreSQL ended: {program.last_words}")
            if time.monotonic() > deadline:
                raise DataStoreError(f"PostgreSQL takes no connections: {program.last_words}")
            time.sleep(_POLL_SECONDS)

    def _configuration(self, settings: DatabaseSettings) -> str:
        return files.configuration(
            settings,
            address=self.address,
            certificate=self._certificate,
            programs=self._programs,
            version=programs.major_version(self._programs),
        )

    def _run(self, program: str, *words: str | Path) -> Program:
        return Program([self._programs / program, *words], directory=self.directory, log=self._log)

    def _write(self, name: str, content: str, directory: Path | None = None) -> Path:
        path = (directory or self._data) / name
        path.touch(mode=0o600)
        path.write_text(content, encoding="utf-8")
        give(path)
        return path

    def _administration(self, settings: DatabaseSettings) -> Administration:
        return Administration(self.address, settings.port, self._password)


def _locale() -> str:
    """RDS's own, en_US.UTF-8, where this machine has it; it decides how text is sorted."""
    listed = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout.split()  # noqa: S607 - POSIX
    return next((name for name in ("en_US.utf8", "en_US.UTF-8", "C.utf8", "C.UTF-8") if name in listed), "C")
