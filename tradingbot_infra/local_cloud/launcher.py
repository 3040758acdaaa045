"""`python -m tradingbot_infra.local_cloud.launcher`: ministack's server with our CloudFormation handlers and operations in it.

`server.start` runs it; the server's settings are its environment variables.
"""

import importlib
from collections.abc import MutableMapping
from importlib.metadata import version
from typing import Any

TESTED_MINISTACK = "1.5.33"

_HANDLERS = ("ministack.services.cloudformation.provisioners", "_RESOURCE_HANDLERS")
_SERVICES = ("ministack.app", "SERVICE_HANDLERS")
_PATTERNS = ("ministack.core.router", "SERVICE_PATTERNS")


class RegistryMoved(Exception):  # noqa: N818 - reads as the sentence it is
    """ministack no longer keeps one of its registries where, or as, version 1.5.33 does."""


def resource_handlers(module: object) -> MutableMapping[str, Any]:
    """ministack's registry of CloudFormation handlers, found in `module`.

    Raises:
        RegistryMoved: the module has no dictionary of that name whose entries have create and delete functions.
    """
    registry = _registry(module, _HANDLERS)
    entry = registry.get("AWS::S3::Bucket")
    if not (isinstance(entry, dict) and callable(entry.get("create")) and callable(entry.get("delete"))):
        raise _moved(_HANDLERS)
    return registry


def service_handlers(module: object) -> MutableMapping[str, Any]:
    """ministack's registry of services, found in `module`.

    Raises:
        RegistryMoved: the module has no dictionary of that name whose entries are functions.
    """
    registry = _registry(module, _SERVICES)
    if not callable(registry.get("s3")):
        raise _moved(_SERVICES)
    return registry


def service_patterns(module: object) -> MutableMapping[str, Any]:
    """How ministack's router knows services, found in `module`.

    Raises:
        RegistryMoved: the module has no dictionary of that name whose entries are dictionaries.
    """
    registry = _registry(module, _PATTERNS)
    if not isinstance(registry.get("s3"), dict):
        raise _moved(_PATTERNS)
    return registry


def main() -> None:
    """Adds our handlers and operations to ministack and serves until terminated.

    Raises:
        RegistryMoved: this ministack is not built like the one the handlers were written for.
        AlreadyHandled, AlreadyServed: this ministack has one of our types or services itself.
    """
    try:
        provisioners = importlib.import_module(_HANDLERS[0])
        handlers = importlib.import_module("tradingbot_infra.local_cloud.handlers")
        gateway = importlib.import_module("tradingbot_infra.local_cloud.api.gateway")
    except ImportError as error:
        raise _moved(_HANDLERS) from error
    handlers.register(resource_handlers(provisioners))
    app = importlib.import_module(_SERVICES[0])
    gateway.install(service_handlers(app), service_patterns(importlib.import_module(_PATTERNS[0])))
    app.main()


def _registry(module: object, where: tuple[str, str]) -> dict[str, Any]:
    registry = getattr(module, where[1], None)
    if not isinstance(registry, dict):
        raise _moved(where)
    return registry


def _moved(where: tuple[str, str]) -> RegistryMoved:
    return RegistryMoved(
        f"ministack {version('ministack')} no longer keeps {'.'.join(where)} as {TESTED_MINISTACK} does: "
        f"pin ministack=={TESTED_MINISTACK} or mend tradingbot_infra/local_cloud/launcher.py"
    )


if __name__ == "__main__":
    main()
