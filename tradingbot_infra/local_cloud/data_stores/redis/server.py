"""The life of one Redis server: started, changed, stopped."""

import secrets
import shutil
import signal
import time
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tradingbot_infra.local_cloud.data_stores import certificates, programs
from tradingbot_infra.local_cloud.data_stores.certificates import Certificate
from tradingbot_infra.local_cloud.data_stores.errors import DataStoreError
from tradingbot_infra.local_cloud.data_stores.processes import Program, forget_directory, give, new_directory
from tradingbot_infra.local_cloud.data_stores.redis.settings import CacheSettings

START_SECONDS = 30.0
"""How long a start may take before it counts as failed; on a quiet machine it takes a tenth of a second."""

_ADMINISTRATOR = "elasticache"
_RESTRICTED = ("bgrewriteaof", "bgsave", "debug", "migrate", "replicaof", "save", "shutdown", "slaveof", "sync")
"""With `config`, what ElastiCache makes unavailable. Source: "Restricted commands" (Amazon ElastiCache User Guide)."""
_TIMEOUT_SECONDS = 5.0
_POLL_SECONDS = 0.02


class RedisServer:
    """A Redis server on one address. Not for use by two threads at once."""

    def __init__(self, address: str) -> None:
        self._program_file = programs.needed(programs.redis_server())
        self.address = address
        self.directory = new_directory("redis")
        self._log = self.directory / "redis.log"
        self._password = secrets.token_urlsafe(24)
        self._config_command = f"CONFIG{secrets.token_hex(8)}"
        self._certificate = certificates.issue(address, self.directory)
        give(self._certificate.chain, self._certificate.key, self._certificate.authority)
        self._program: Program | None = None
        self._settings: CacheSettings | None = None

    @property
    def settings(self) -> CacheSettings | None:
        """What it was started with, or changed to, last."""
        return self._settings

    @property
    def is_running(self) -> bool:
        """Whether the process exists."""
        return self._program is not None and self._program.is_running

    def start(self, settings: CacheSettings) -> None:
        """Starts it, empty, and waits until it answers.

        Raises:
            DataStoreError: it ended, does not answer within START_SECONDS, or was built without the TLS that the settings ask for.
        """
        if settings.transit_encryption and not programs.redis_has_tls(self._program_file):
            raise DataStoreError(f"{self._program_file} was built without TLS, which transit encryption needs: install another Redis")
        configuration = self.directory / "redis.conf"
        configuration.touch(mode=0o600)
        configuration.write_text(self._configuration(settings), encoding="utf-8")
        give(configuration)
        self._settings = settings
        self._program = Program([self._program_file, configuration], directory=self.directory, log=self._log)
        self._await_answer(self._program)
        self._apply()

    def change(self, settings: CacheSettings) -> None:
        """Applies other tokens, another node type or parameters; data and connections stay.

        Raises:
            DataStoreError: it does not answer.
        """
        self._settings = settings
        self._apply()

    def stop(self) -> None:
        """Ends it; the data is lost."""
        if self._program is not None:
            self._program.stop(signal.SIGTERM)
            self._program = None

    def remove(self) -> None:
        """Ends it and removes its files."""
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)
        forget_directory(self.directory)

    def _configuration(self, settings: CacheSettings) -> str:
        lines = [
            f"bind {self.address}",
            *_listeners(settings, self._certificate),
            "protected-mode no",
            "daemonize no",
            'save ""',
            "appendonly no",
            f"dir {self.directory}",
            f"rename-command config {self._config_command}",
            *(f'rename-command {name} ""' for name in _RESTRICTED),
            f"user {_ADMINISTRATOR} on ~* &* +@all >{self._password}",
            # Nobody gets in before the tokens are set.
            "user default off",
        ]
        return "".join(f"{line}\n" for line in lines)

    def _apply(self) -> None:
        settings = self._settings
        if settings is None:
            return
        with self._administration() as administration:
            for name, value in {**settings.parameters, "maxmemory": str(settings.maxmemory)}.items():
                self._set(administration, name, value)
            administration.acl_setuser("default", enabled=True, **_rules(settings))

    def _set(self, administration: Any, name: str, value: str) -> None:
        """Sets a parameter, unless this Redis does not know it or cannot change it: ElastiCache has parameters of its own."""
        try:
            administration.execute_command(self._config_command, "SET", name, value)
        except redis.ResponseError as error:
            with self._log.open("a", encoding="utf-8") as log:
                log.write(f"Parameter {name} is not applied: {error}\n")

    def _await_answer(self, program: Program) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if not program.is_running:
                raise DataStoreError(f"Redis ended: {program.last_words}")
            if time.monotonic() > deadline:
                raise DataStoreError(f"Redis does not answer: {program.last_words}")
            time.sleep(_POLL_SECONDS)

    def _answers(self) -> bool:
        try:
            with self._administration() as administration:
                return bool(administration.ping())
        except (redis.RedisError, OSError):
            return False

    def _administration(self) -> redis.Redis:
        settings = self._settings
        if settings is None:
            raise DataStoreError(f"Redis on {self.address} does not run")
        return redis.Redis(
            host=self.address,
            port=settings.port,
            username=_ADMINISTRATOR,
            password=self._password,
            ssl=settings.transit_encryption,
            ssl_ca_certs=str(self._certificate.authority) if settings.transit_encryption else None,
            socket_timeout=_TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )


def _listeners(settings: CacheSettings, certificate: Certificate) -> list[str]:
    if not settings.transit_encryption:
        return [f"port {settings.port}"]
    return [
        "port 0",
        f"tls-port {settings.port}",
        f"tls-cert-file {certificate.chain}",
        f"tls-key-file {certificate.key}",
        f"tls-ca-cert-file {certificate.authority}",
        "tls-auth-clients no",
        'tls-protocols "TLSv1.2 TLSv1.3"',
    ]


def _rules(settings: CacheSettings) -> dict[str, object]:
    open_to_all = not settings.auth_tokens or settings.auth_is_optional
    return {
        "reset_passwords": True,
        "nopass": open_to_all,
        **({} if open_to_all else {"passwords": [f"+{token}" for token in settings.auth_tokens]}),
        "keys": ["*"],
        "channels": ["*"],
        "commands": ["+@all", "-acl|setuser", "-acl|deluser", "-acl|load", "-acl|save"],
    }
