"""What the launcher demands of ministack before it touches it."""

import importlib
import importlib.metadata
from types import SimpleNamespace

import pytest
from ministack.services.cloudformation import provisioners  # type: ignore[import-untyped]  # ships no types

from tradingbot_infra.local_cloud.launcher import (
    TESTED_MINISTACK,
    RegistryMoved,
    main,
    resource_handlers,
    service_handlers,
    service_patterns,
)


def create() -> None:
    """Stands for a handler function."""


def test_the_installed_ministack_keeps_its_handlers_where_we_look() -> None:
    registry = resource_handlers(provisioners)
    assert registry is provisioners.__dict__["_RESOURCE_HANDLERS"]
    assert "AWS::S3::Bucket" in registry


def test_the_version_in_the_advice_is_the_version_installed() -> None:
    assert importlib.metadata.version("ministack") == TESTED_MINISTACK


@pytest.mark.parametrize(
    "registry",
    [
        None,
        [],
        {},
        {"AWS::S3::Bucket": create},
        {"AWS::S3::Bucket": {"create": create}},
        {"AWS::S3::Bucket": {"create": create, "delete": "s3_delete"}},
    ],
    ids=["gone", "no-dictionary", "empty", "entry-is-a-function", "no-delete", "delete-is-a-name"],
)
def test_a_registry_of_another_shape_is_refused(registry: object) -> None:
    with pytest.raises(RegistryMoved):
        resource_handlers(SimpleNamespace(_RESOURCE_HANDLERS=registry))


def test_a_missing_registry_is_refused_with_the_version_and_what_to_do() -> None:
    with pytest.raises(RegistryMoved) as raised:
        resource_handlers(SimpleNamespace())
    message = str(raised.value)
    assert message.startswith(f"ministack {TESTED_MINISTACK} no longer keeps ")
    assert message.endswith(f"pin ministack=={TESTED_MINISTACK} or mend tradingbot_infra/local_cloud/launcher.py")
    assert "\n" not in message


def test_the_installed_ministack_keeps_its_services_where_we_look() -> None:
    app, router = importlib.import_module("ministack.app"), importlib.import_module("ministack.core.router")
    assert service_handlers(app) is app.SERVICE_HANDLERS
    assert service_patterns(router) is router.SERVICE_PATTERNS


@pytest.mark.parametrize("registry", [None, [], {}, {"s3": "module"}], ids=["gone", "no-dictionary", "empty", "entry-is-a-name"])
def test_services_of_another_shape_are_refused_by_name(registry: object) -> None:
    with pytest.raises(RegistryMoved, match=r"no longer keeps ministack\.app\.SERVICE_HANDLERS as"):
        service_handlers(SimpleNamespace(SERVICE_HANDLERS=registry))
    with pytest.raises(RegistryMoved, match=r"no longer keeps ministack\.core\.router\.SERVICE_PATTERNS as"):
        service_patterns(SimpleNamespace(SERVICE_PATTERNS=registry))


def test_a_module_that_has_moved_is_refused_before_anything_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    imported: list[str] = []

    def refuse(name: str) -> object:
        imported.append(name)
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", refuse)
    with pytest.raises(RegistryMoved):
        main()
    assert "ministack.app" not in imported
