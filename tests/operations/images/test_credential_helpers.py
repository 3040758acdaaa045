"""With docker's credential helper for ECR there is no login."""

import json
from pathlib import Path

import pytest

from tradingbot_infra.operations.images.credential_helpers import logs_in_by_itself

REGISTRY = "123456789012.dkr.ecr.ap-southeast-2.amazonaws.com"


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        ({"credHelpers": {REGISTRY: "ecr-login"}}, True),
        ({"credsStore": "ecr-login"}, True),
        ({"credsStore": "desktop", "credHelpers": {REGISTRY: "ecr-login"}}, True),
        ({"credsStore": "ecr-login", "credHelpers": {REGISTRY: "desktop"}}, False),
        ({"credHelpers": {"public.ecr.aws": "ecr-login"}}, False),
        ({"credsStore": "osxkeychain"}, False),
        ({"auths": {}}, False),
        ({"credHelpers": []}, False),
        ([], False),
    ],
)
def test_the_helper_of_the_registry_counts_before_the_one_for_all(
    configuration: object, expected: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.json").write_text(json.dumps(configuration), encoding="utf-8")
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    assert logs_in_by_itself(REGISTRY) is expected


@pytest.mark.parametrize("content", [None, "", "{", "\xff"])
def test_a_configuration_that_nobody_can_read_has_no_helper(content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if content is not None:
        (tmp_path / "config.json").write_bytes(content.encode("latin-1"))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    assert not logs_in_by_itself(REGISTRY)


def test_it_is_looked_for_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOCKER_CONFIG", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".docker").mkdir()
    (tmp_path / ".docker" / "config.json").write_text('{"credsStore": "ecr-login"}', encoding="utf-8")
    assert logs_in_by_itself(REGISTRY)
