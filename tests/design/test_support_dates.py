"""Support dates: the tables agree with each other and with cfn-lint."""

import json
from collections.abc import Mapping
from importlib.resources import files

import pytest

from tradingbot_infra.design.support_dates import (
    ALPINE,
    AS_OF,
    LAMBDA_RUNTIMES,
    OLDEST_POSTGRES_MINOR,
    POSTGRES_MAJORS,
    POSTGRES_MINORS,
    POSTGRES_VERSIONS,
    PYTHON,
    REDIS,
    REDIS_VERSIONS,
    Window,
)

TABLES = (POSTGRES_MINORS, POSTGRES_MAJORS, REDIS, LAMBDA_RUNTIMES, PYTHON, ALPINE)


@pytest.mark.parametrize("table", TABLES)
def test_a_window_is_listed_by_its_own_version_and_names_its_source(table: Mapping[str, Window]) -> None:
    for version, window in table.items():
        assert window.version == version
        assert version in window.name
        assert window.product.source.strip()


def test_versions_that_can_be_created_are_those_without_an_end_of_creation() -> None:
    assert POSTGRES_VERSIONS == ("15.15", "15.16", "15.17", "15.18", "15.19")
    assert REDIS_VERSIONS == ("7.0", "7.1")
    assert OLDEST_POSTGRES_MINOR == {14: 20, 15: 15, 16: 11, 17: 7, 18: 1}


def test_what_is_advised_instead_of_an_old_minor_release_is_not_ending_itself() -> None:
    newest = POSTGRES_MINORS[POSTGRES_VERSIONS[-1]]
    assert newest.creation_ends is None
    assert POSTGRES_MINORS["15.13"].product.instead.endswith(newest.version)


def test_runtimes_that_are_listed_were_supported_when_the_table_was_read() -> None:
    assert [name for name, window in LAMBDA_RUNTIMES.items() if window.support_ends and window.support_ends < AS_OF] == []


def test_the_dates_of_lambda_runtimes_are_those_that_cfn_lint_knows() -> None:
    known = json.loads((files("cfnlint.data.AdditionalSpecs") / "LmbdRuntimeLifecycle.json").read_text())
    shared = known.keys() & LAMBDA_RUNTIMES.keys()
    assert len(shared) > 10
    for name in shared:
        window = LAMBDA_RUNTIMES[name]
        assert (str(window.creation_ends), str(window.support_ends)) == (known[name]["create-block"], known[name]["deprecated"]), name
    living = {name for name, life in known.items() if life["deprecated"] > str(AS_OF)}
    assert living <= LAMBDA_RUNTIMES.keys()
