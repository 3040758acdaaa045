"""redis-cli as a container."""

from collections.abc import Sequence
from typing import Any

from tradingbot_infra.design.one_off import REDIS_IMAGE
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.one_off.documents import container
from tradingbot_infra.operations.one_off.place import Place

REDIS_CLI = "redis-cli"
"""The name of the container."""

_LOSES_DATA = frozenset({"FLUSHALL", "FLUSHDB"})


def redis_cli(place: Place) -> tuple[dict[str, Any], list[str]]:
    """The container, and the words before the command that is asked for. redis-cli verifies the certificate where TLS is on.

    Raises UserError when the service is given no Redis.
    """
    host, port, token = place.variable("REDIS_HOST"), place.variable("REDIS_PORT"), place.secret("REDIS_AUTH_TOKEN")
    if not host:
        raise UserError(f"{place.service.name}: its tasks have no Redis; enable_redis=true deploys one")
    words = ["-h", host, "-p", port, *(["--tls"] if place.variable("REDIS_TLS") == "true" else []), "-e"]
    secrets = {"REDISCLI_AUTH": token} if token else {}
    return container(place, REDIS_CLI, REDIS_IMAGE, ["redis-cli", *words, "PING"], plain={}, secrets=secrets), words


def loses_data(words: Sequence[str]) -> bool:
    """Whether a command deletes every key."""
    return words[0].upper() in _LOSES_DATA
