"""What happens when the installed ministack is not the expected one."""

import importlib

import pytest

from tradingbot_infra.local_cloud.__main__ import main
from tradingbot_infra.local_cloud.ministack.registries import UnexpectedMinistackError


def test_a_module_that_has_moved_is_refused_before_anything_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    imported: list[str] = []

    def refuse(name: str) -> object:
        imported.append(name)
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", refuse)
    with pytest.raises(UnexpectedMinistackError):
        main()
    assert imported
    assert "ministack.app" not in imported
