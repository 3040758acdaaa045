"""ministack's registries, which our handlers and operations are added to, and its server."""

import importlib
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

TESTED_MINISTACK = "1.5.33"
"""The version of requirements-dev.txt, for which this package is written."""


class UnexpectedMinistackError(Exception):
    """The installed ministack differs from the tested version in something that this package depends on."""

    def __init__(self, difference: str) -> None:
        super().__init__(
            f"ministack {version('ministack')} is not what tradingbot_infra/local_cloud was written for: {difference}. "
            f"Pin ministack=={TESTED_MINISTACK} or change tradingbot_infra/local_cloud"
        )


def resource_handlers() -> dict[str, Any]:
    """CloudFormation type -> functions under "create", "update" and "delete"; may be changed. Raises UnexpectedMinistackError."""
    return _registry("ministack.services.cloudformation.provisioners", "_RESOURCE_HANDLERS", "AWS::S3::Bucket", _is_resource_handler)


def service_handlers() -> dict[str, Any]:
    """Service -> the function that answers its requests; may be changed. Raises UnexpectedMinistackError."""
    return _registry("ministack.app", "SERVICE_HANDLERS", "s3", callable)


def service_patterns() -> dict[str, Any]:
    """Service -> how the router recognises its requests; may be changed. Raises UnexpectedMinistackError."""
    return _registry("ministack.core.router", "SERVICE_PATTERNS", "s3", lambda entry: isinstance(entry, dict))


def serve() -> None:
    """Runs ministack's server, configured by its environment variables, until the process is terminated."""
    importlib.import_module("ministack.app").main()


def _registry(module: str, name: str, sample: str, fits: Callable[[object], bool]) -> dict[str, Any]:
    """The dictionary of that name, if its entry `sample` has the expected form."""
    try:
        registry = getattr(importlib.import_module(module), name, None)
    except ImportError as error:
        raise UnexpectedMinistackError(str(error)) from error
    if not isinstance(registry, dict) or not fits(registry.get(sample)):
        raise UnexpectedMinistackError(f"{module}.{name} is missing or has another form")
    return registry


def _is_resource_handler(entry: object) -> bool:
    return isinstance(entry, dict) and callable(entry.get("create")) and callable(entry.get("delete"))
