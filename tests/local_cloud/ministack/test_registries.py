"""What is demanded of ministack's registries before anything is added to them."""

import importlib
import importlib.metadata
from collections.abc import Callable

import pytest
from ministack.core import router
from ministack.services.cloudformation import provisioners

from tradingbot_infra.local_cloud.ministack.registries import (
    TESTED_MINISTACK,
    UnexpectedMinistackError,
    resource_handlers,
    service_handlers,
    service_patterns,
)


def create() -> None:
    """In place of a handler function."""


def test_the_installed_ministack_keeps_its_registries_where_we_look() -> None:
    app = importlib.import_module("ministack.app")
    assert resource_handlers() is provisioners.__dict__["_RESOURCE_HANDLERS"]
    assert "AWS::S3::Bucket" in resource_handlers()
    assert service_handlers() is app.SERVICE_HANDLERS
    assert service_patterns() is router.SERVICE_PATTERNS


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
    ids=["none", "no-dictionary", "empty", "entry-is-a-function", "no-delete", "delete-is-a-name"],
)
def test_handlers_of_another_form_are_refused(monkeypatch: pytest.MonkeyPatch, registry: object) -> None:
    monkeypatch.setattr(provisioners, "_RESOURCE_HANDLERS", registry)
    with pytest.raises(UnexpectedMinistackError, match=r"provisioners\._RESOURCE_HANDLERS is missing or has another form"):
        resource_handlers()


def test_a_missing_registry_is_refused_in_one_line_with_the_version_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(provisioners, "_RESOURCE_HANDLERS")
    with pytest.raises(UnexpectedMinistackError) as raised:
        resource_handlers()
    message = str(raised.value)
    assert message.startswith(f"ministack {TESTED_MINISTACK} is not what tradingbot_infra/local_cloud was written for: ")
    assert message.endswith(f"Pin ministack=={TESTED_MINISTACK} or change tradingbot_infra/local_cloud")
    assert "\n" not in message


@pytest.mark.parametrize("registry", [None, [], {}, {"s3": "module"}], ids=["none", "no-dictionary", "empty", "entry-is-a-name"])
@pytest.mark.parametrize(
    ("module", "name", "read"),
    [("ministack.app", "SERVICE_HANDLERS", service_handlers), ("ministack.core.router", "SERVICE_PATTERNS", service_patterns)],
)
def test_services_of_another_form_are_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, module: str, name: str, read: Callable[[], object], registry: object
) -> None:
    monkeypatch.setattr(f"{module}.{name}", registry)
    with pytest.raises(UnexpectedMinistackError, match=rf"{module}\.{name} is missing or has another form"):
        read()
