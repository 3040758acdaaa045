"""Which messages a filter pattern takes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.local_cloud.ministack.own import own
from tests.local_cloud.services.test_log_events import new_group
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.services.filter_patterns import compiled

EVENT = {
    "level": "ERROR",
    "request_id": "a-1",
    "duration_ms": 1500,
    "ok": False,
    "user": None,
    "error": {"code": 504, "causes": [{"name": "timeout"}, "retry"]},
}


@pytest.mark.parametrize(
    ("pattern", "taken"),
    [
        ('{ $.level = "ERROR" }', True),
        ('{$.level="ERROR"}', True),
        ("{ $.level = ERROR }", True),
        ('{ $.level = "error" }', False),
        ('{ $.level = "ERR*" }', True),
        ('{ $.level = "*" }', True),
        ('{ $.level = "E?ROR" }', False),
        ('{ $.level != "INFO" }', True),
        ('{ $.level != "ERR*" }', False),
        ('{ $.missing != "INFO" }', False),
        ("{ $.duration_ms > 1000 }", True),
        ("{ $.duration_ms > 1500 }", False),
        ("{ $.duration_ms >= 1.5e3 }", True),
        ("{ $.duration_ms < 1500.5 }", True),
        ("{ $.duration_ms <= -1 }", False),
        ("{ $.duration_ms = 1500 }", True),
        ("{ $.duration_ms != 1500 }", False),
        ('{ $.duration_ms = "1500" }', False),
        ("{ $.ok = 0 }", False),
        ("{ $.level > 1 }", False),
        ("{ $.error.code = 504 }", True),
        ('{ $.error.causes[0].name = "timeout" }', True),
        ('{ $.error.causes[1] = "retry" }', True),
        ('{ $.error.causes[2] = "*" }', False),
        ("{ $.ok IS FALSE }", True),
        ("{ $.ok is  true }", False),
        ("{ $.user IS NULL }", True),
        ("{ $.missing IS NULL }", False),
        ("{ $.missing NOT EXISTS }", True),
        ("{ $.user NOT EXISTS }", False),
        ('{ $.level = "ERROR" && $.duration_ms < 1000 }', False),
        ('{ $.level = "INFO" || $.duration_ms > 1000 }', True),
        ('{ $.level = "ERROR" || $.level = "WARN" && $.duration_ms < 1000 }', True),
        ('{ ($.level = "ERROR" || $.level = "WARN") && $.duration_ms < 1000 }', False),
    ],
)
def test_a_json_pattern_compares_fields(pattern: str, taken: bool) -> None:
    assert compiled(pattern)(json.dumps(EVENT)) is taken


@pytest.mark.parametrize("message", ["ERROR", '"level": "ERROR"', "[]", "", "5"])
def test_a_json_pattern_takes_no_other_message(message: str) -> None:
    assert compiled('{ $.level = "ERROR" }')(message) is False


@pytest.mark.parametrize(
    ("pattern", "taken"),
    [
        ("", True),
        ("  ", True),
        ("SIGNAL", True),
        ("signal", False),
        ("SIGNAL BUY", True),
        ("SIGNAL SELL", False),
        ('"BUY order 7"', True),
        ('"order BUY"', False),
        ("SIGNAL -BUY", False),
        ("SIGNAL -SELL", True),
        ('-"BUY order"', False),
        ("?SELL ?BUY", True),
        ("?SELL ?HOLD", False),
    ],
)
def test_words_and_phrases_are_looked_for_as_they_are_written(pattern: str, taken: bool) -> None:
    assert compiled(pattern)("SIGNAL: BUY order 7") is taken


@pytest.mark.parametrize(
    "pattern",
    [
        "{ $.level }",
        '{ $.level = "ERROR"',
        '{ $.level = "ERROR" } x',
        '{ level = "ERROR" }',
        '{ $.level = "ERROR" && }',
        '{ ($.level = "ERROR" }',
        '{ $.level > "ERROR" }',
        "{ $.level = %ERR% }",
        "{}",
        "[ip, user, status = 4*]",
        "%ERR.*%",
        "exit-code",
        '"unfinished',
    ],
)
def test_what_cannot_be_read_is_refused_and_takes_nothing_by_mistake(pattern: str) -> None:
    with pytest.raises(LocalApiError) as raised:
        compiled(pattern)
    assert raised.value.code == "InvalidParameterException"
    assert "\n" not in raised.value.message


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(pattern: str) -> None:
    try:
        taken = compiled(pattern)("message")
    except LocalApiError:
        return
    assert isinstance(taken, bool)


@given(st.text(st.characters(exclude_characters='"', exclude_categories=("Cc", "Cs")), min_size=1).filter(str.strip), st.text(), st.text())
def test_a_phrase_is_found_wherever_it_stands(phrase: str, before: str, after: str) -> None:
    assert compiled(f'"{phrase}"')(before + phrase + after)


def test_filter_log_events_heeds_the_pattern_and_ministack_still_does_not() -> None:
    group = new_group(app=[])
    messages = [json.dumps({"level": level}) for level in ("ERROR", "INFO")]
    events = [{"timestamp": 1_800_000_000_000, "message": message} for message in messages]
    call("logs", "PutLogEvents", logGroupName=group, logStreamName="app", logEvents=events)
    pattern = '{ $.level = "ERROR" }'
    assert [event["message"] for event in call("logs", "FilterLogEvents", logGroupName=group, filterPattern=pattern)["events"]] == messages[
        :1
    ]
    assert len(own("logs", "FilterLogEvents", logGroupName=group, filterPattern=pattern)["events"]) == 2
