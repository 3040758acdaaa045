"""Filter patterns, as CloudWatch Logs reads them; tests/design/test_log_lines.py has those of this project."""

import pytest

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.services.filter_patterns import matcher


@pytest.mark.parametrize(
    ("pattern", "message", "matches"),
    [
        ('{ $.level = "ERROR" }', '{"level": "ERROR"}', True),
        ('{$.level="ERROR"}', '{"level": "ERRORS"}', False),
        ('{ $.level != "INFO" }', '{"level": "ERROR"}', True),
        ('{ $.level != "INFO" }', "{}", False),
        ('{ $.a.b = "c" }', '{"a": {"b": "c"}}', True),
        ('{ $.a.b = "c" }', '{"a": "b"}', False),
        ('{ $.a.b = "c" }', '{"a.b": "c"}', False),
        ('{ ($.a = "b") || ($.code >= 50) }', '{"code": 50}', True),
        ('{ ($.a = "b") || ($.code >= 50) }', '{"code": 49.5}', False),
        ("{ $.code >= 50 }", '{"code": "50"}', False),
        ("{ $.code < 5 }", '{"code": true}', False),
        ("{ $.code = 5 }", '{"code": 5.0}', True),
        ("{ $.code > -1 }", "no JSON", False),
        ('{ $.a = "b" && $.c > 5 }', '{"a": "b", "c": 6}', True),
        ('{ $.a = "b" && $.c > 5 }', '{"a": "b", "c": 5}', False),
        ('{ $.a = "x" && $.b = "x" || $.c = "x" }', '{"c": "x"}', True),
        ('{ $.a = "x" && ($.b = "x" || $.c = "x") }', '{"c": "x"}', False),
        ("{ (($.a = x)) }", '{"a": "x"}', True),
        ('{ $.a = "*Operation" }', '{"a": "UnauthorizedOperation"}', True),
        ('{ $.a = "AccessDenied*" }', '{"a": "AccessDeniedException"}', True),
        ('{ $.a = "AccessDenied*" }', '{"a": "An AccessDenied"}', False),
        ("{ $.ip != 123.123.* }", '{"ip": "123.123.4.5"}', False),
        ("{ $.ip != 123.123.* }", '{"ip": "123.124.4.5"}', True),
        ('{ $.a = "a.c" }', '{"a": "abc"}', False),
        ("{ $.a.b NOT EXISTS }", '{"a": {}}', True),
        ("{ $.a.b NOT EXISTS }", '{"a": {"b": null}}', False),
        ("{ $.a IS NULL }", '{"a": null}', True),
        ("{ $.a IS NULL }", "{}", False),
        ("{ $.a IS TRUE }", '{"a": true}', True),
        ("{ $.a IS TRUE }", '{"a": "true"}', False),
        ("{ $.a IS FALSE }", '{"a": false}', True),
        ("{ $.a[1].b = 2 }", '{"a": [{}, {"b": 2}]}', True),
        ("{ $.a[2].b = 2 }", '{"a": [{}, {"b": 2}]}', False),
        ("{ $.a = %^E.+R$% }", '{"a": "ERROR"}', True),
        ("{ $.a != %^E.+R$% }", '{"a": "ERROR"}', False),
        ("{ $.a NOT EXISTS }", "no JSON", False),
        ("{ $.a >= 1e3 }", '{"a": 1000}', True),
        ("%ERROR|FATAL%", "a FATAL line", True),
        (r"%^\d+\sERROR%", "12 ERROR", True),
        (r"%^\d+\sERROR%", "x 12 ERROR", False),
        (r"%^\w+$%", "é", False),
        ("", "anything", True),
        ("  ", "anything", True),
    ],
)
def test_a_pattern_matches_what_it_says(pattern: str, message: str, matches: bool) -> None:
    assert matcher(pattern)(message) is matches


@pytest.mark.parametrize(
    "pattern",
    [
        "ERROR",
        '"BUY order"',
        "?a ?b",
        "-a",
        "%(ERROR)%",
        "%ERROR !%",
        '%"a"%',
        "%[%",
        "[ip, status]",
        "{}",
        "{ $.level }",
        '{ $.level > "E" }',
        "{ $.level EXISTS }",
        "{ $.level IS EMPTY }",
        "{ $.level = %[% }",
        '{ ($.level = "ERROR" }',
        '{ $.level = "ERROR" $.code > 5 }',
        "{ $.level = $.code }",
        "{ level = 5 }",
        '{ && $.level = "ERROR" }',
        "{ $.level = }",
        '{ $.level = "ERROR" || }',
        '{ $.level = "ERROR"',
        '{ $.level = "ERROR" } x',
        '{ $["level"] = "ERROR" }',
    ],
)
def test_a_pattern_of_another_form_is_refused_in_one_line_rather_than_answered_wrongly(pattern: str) -> None:
    with pytest.raises(LocalApiError) as raised:
        matcher(pattern)
    assert raised.value.code == "InvalidParameterException"
    assert raised.value.message.endswith(f" only, not {pattern}")
    assert "\n" not in raised.value.message
