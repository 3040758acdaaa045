"""`python -m tradingbot_infra.local_cloud.launcher`: ministack's server with our CloudFormation handlers in it.

`server.start` runs it; the server's settings are its environment variables.
"""

import importlib
from collections.abc import MutableMapping
from importlib.metadata import version
from typing import Any

TESTED_MINISTACK = "1.5.33"

_MODULE = "ministack.services.cloudformation.provisioners"
_NAME = "_RESOURCE_HANDLERS"
_WITNESS = "AWS::S3::Bucket"


class RegistryMoved(Exception):  # noqa: N818 - reads as the sentence it is
    """ministack no longer keeps its CloudFormation handlers where, or as, version 1.5.33 does."""


def resource_handlers(module: object) -> MutableMapping[str, Any]:
    """ministack's registry of CloudFormation handlers, found in `module`.

    Raises:
        RegistryMoved: the module has no dictionary of that name whose entries have create and delete functions.
    """
    registry = getattr(module, _NAME, None)
    entry = registry.get(_WITNESS) if isinstance(registry, dict) else None
    if not isinstance(registry, dict) or not isinstance(entry, dict):
        raise _moved()
    if not (callable(entry.get("create")) and callable(entry.get("delete"))):
        raise _moved()
    return registry


def main() -> None:
    """Adds our handlers to ministack and serves until terminated.

    Raises:
        RegistryMoved: this ministack is not built like the one the handlers were written for.
        AlreadyHandled: this ministack has one of our types itself.
    """
    try:
        module = importlib.import_module(_MODULE)
        handlers = importlib.import_module("tradingbot_infra.local_cloud.handlers")
    except ImportError as error:
        raise _moved() from error
    handlers.register(resource_handlers(module))
    importlib.import_module("ministack.app").main()


def _moved() -> RegistryMoved:
    return RegistryMoved(
        f"ministack {version('ministack')} no longer keeps {_MODULE}.{_NAME} as {TESTED_MINISTACK} does: "
        f"pin ministack=={TESTED_MINISTACK} or mend tradingbot_infra/local_cloud/launcher.py"
    )


if __name__ == "__main__":
    main()
