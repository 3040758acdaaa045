"""What differs, from what the task logs, and the names of tables."""

import json
from collections.abc import Sequence

import pytest

from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.recovery.comparison import Difference, Rows, compared
from tradingbot_infra.operations.recovery.excerpt import parsed


def line(side: str, kind: str, name: str = "", value: str = "", relation: str = "t") -> str:
    return json.dumps({"side": side, "kind": kind, "relation": relation, "name": name, "value": value})


def both(*, running: Sequence[tuple[str, ...]], copy: Sequence[tuple[str, ...]]) -> list[str]:
    sides = (("running", [*running, ("end",)]), ("copy", [*copy, ("end",)]))
    return [line(side, *facts) for side, rows in sides for facts in rows]


def test_a_table_of_one_side_is_one_difference_without_its_columns() -> None:
    new = [("relation", "new", "r", "new"), ("rows", "new", "4", "new"), ("column", "new.id", "text", "new")]
    old = [("relation", "t", "r"), ("rows", "t", "2"), ("column", "t.id", "text")]
    found = compared(both(running=[*old, *new], copy=old))
    assert found.rows == (Rows("new", 4, None), Rows("t", 2, 2))
    assert found.schema == (Difference("relation", "new", "r", None),)


def test_parts_of_a_table_differ_by_value_or_by_being_there() -> None:
    table, index = ("relation", "t", "r"), ("index", "t_pkey", "CREATE UNIQUE INDEX t_pkey")
    found = compared(["a notice", *both(running=[table, index, ("column", "t.id", "text")], copy=[table, ("column", "t.id", "uuid")])])
    assert found.rows == ()
    assert found.schema == (Difference("column", "t.id", "text", "uuid"), Difference("index", "t_pkey", index[2], None))


@pytest.mark.parametrize("missing", [0, -1], ids=["running", "copy"])
def test_a_log_without_an_end_compares_nothing(missing: int) -> None:
    lines = both(running=[], copy=[])
    del lines[missing]
    with pytest.raises(UserError, match="has no end"):
        compared(lines)


def test_tables_are_named_with_or_without_a_schema_and_once() -> None:
    assert [str(table) for table in parsed(["orders", "Audit.Log", "public.orders"])] == ['"public"."orders"', '"Audit"."Log"']


@pytest.mark.parametrize(
    "names",
    [[""], ["a;b"], ["a'b"], ['a"b'], ["a.b.c"], ["1a"], ["a b"], ["a" * 64], ["é"], ["a.t", "b.t"], [f"t{n}" for n in range(21)]],
    ids=str,
)
def test_other_names_of_tables_are_refused(names: list[str]) -> None:
    with pytest.raises(UserError):
        parsed(names)
