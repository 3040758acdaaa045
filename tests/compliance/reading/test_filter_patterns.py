"""Filter patterns of one meaning have one form."""

import pytest

from tradingbot_infra.compliance.expected.account_alarms import FILTERS
from tradingbot_infra.compliance.reading.filter_patterns import form_of

A, B, C = "($.a = 1)", "($.b != 2)", "($.c NOT EXISTS)"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{{ {A} || {B} }}", f"{{{B}||{A}}}"),
        (f"{{ {A} }}", "{ $.a = 1 }"),
        (f"{{ {A} }}", '{ $.a = "1" }'),
        (f"{{ {A} || {B} || {C} }}", f"{{ ({A} || {B}) || {C} }}"),
        (f"{{ {A} && {B} && {C} }}", f"{{ {A} && ({C} && {B}) }}"),
        (f"{{ {A} || {B} && {C} }}", f"{{ {A} || ({B} && {C}) }}"),
    ],
)
def test_patterns_of_one_meaning_have_one_form(one: str, other: str) -> None:
    assert form_of(one) == form_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{{ {A} || {B} }}", f"{{ {A} && {B} }}"),
        (f"{{ {A} || {B} && {C} }}", f"{{ ({A} || {B}) && {C} }}"),
        (f"{{ {A} || {B} }}", f"{{ {A} }}"),
        ("{ $.a = 1 }", "{ $.a != 1 }"),
        ("{ $.a = 1 }", "{ $.A = 1 }"),
        ('{ $.a = "Delete*" }', '{ $.a = "Delete" }'),
        ("{ $.a NOT EXISTS }", "{ $.a IS NULL }"),
    ],
)
def test_patterns_of_another_meaning_have_another_form(one: str, other: str) -> None:
    assert form_of(one) != form_of(other)


@pytest.mark.parametrize(
    "text", ["", "ERROR", "{ }", "{ $.a }", "{ $.a = }", "{ ($.a = 1 }", "{ $.a = 1 || }", "{ a = 1 }", "{ $.a = 1 $.b = 2 }"]
)
def test_what_is_no_json_pattern_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        form_of(text)


def test_no_two_of_the_fifteen_are_alike() -> None:
    assert len({form_of(pattern) for pattern in FILTERS.values()}) == len(FILTERS) == 15
