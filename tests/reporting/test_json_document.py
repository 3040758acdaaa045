"""JSON of every report begins with the version of its schema."""

import json

import pytest

from tests.conftest import PROJECT_ROOT
from tradingbot_infra.reporting.json_document import SCHEMA_VERSION_KEY, to_text, versioned

SCHEMAS = ["compliance/report/schema.json", "cost/report/schema.json", "cost/report/diff_schema.json"]


def test_the_version_of_the_schema_comes_first() -> None:
    assert list(versioned(2, {"a": 1})) == [SCHEMA_VERSION_KEY, "a"]


@pytest.mark.parametrize("schema", SCHEMAS)
def test_every_schema_requires_its_version_by_the_same_key(schema: str) -> None:
    content = json.loads((PROJECT_ROOT / "tradingbot_infra" / schema).read_text(encoding="utf-8"))
    assert content["required"][0] == SCHEMA_VERSION_KEY
    assert set(content["properties"][SCHEMA_VERSION_KEY]) == {"const"}


def test_a_file_is_readable_text_that_ends_with_a_line_break() -> None:
    text = to_text({"name": "서울"})
    assert (json.loads(text), text[-2:]) == ({"name": "서울"}, "}\n")
    assert "서울" in text
