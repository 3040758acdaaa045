"""Which log lines are errors, read by the patterns as CloudWatch Logs would read them."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradingbot_infra.design.log_lines import ERROR_FIELDS, ERROR_PATTERNS, ERROR_QUERY, JSON_ERRORS, TEXT_ERRORS
from tradingbot_infra.local_cloud.services.filter_patterns import matcher

ERRORS = [
    '{"event":"order rejected","level":"error","timestamp":"2026-01-05T10:00:00.000000Z"}',  # structlog
    '{"asctime":"2026-01-05 10:00:00,000","levelname":"ERROR","message":"order rejected"}',  # python-json-logger
    '{"text":"order rejected\\n","record":{"level":{"icon":"x","name":"ERROR","no":40}}}',  # loguru
    "ERROR:    Exception in ASGI application",  # uvicorn
    "2026-01-05 10:00:00,000 - app.orders - ERROR - order rejected",  # logging.basicConfig
    "2026-01-05 10:00:00.000 | CRITICAL | app:run:12 - order rejected",  # loguru as text
    "[2026-01-05 10:00:00 +0000] [7] [CRITICAL] WORKER TIMEOUT",  # gunicorn
    '{"level":"CRITICAL","message":"trading stopped"}',
    '{"@timestamp":"2026-01-05T10:00:00.000Z","log.level":"error","message":"order rejected"}',  # ecs-logging
    '{"log.level": "critical", "message": "order rejected"}',
    '{"level":50,"time":1767600000000,"msg":"order rejected"}',  # pino
    '{"level":60,"msg":"order rejected"}',
    '{"severity":"ERROR","message":"order rejected"}',  # google-cloud-logging
    "Traceback (most recent call last):",
    '{"level":"ERROR","message":"order rejected"}',
]

OTHERS = [
    "",
    'INFO:     127.0.0.1:5000 - "GET / HTTP/1.1" 200 OK',
    "2026-01-05 10:00:00,000 - app.orders - INFO - no ERRORS",
    "2026-01-05 10:00:00,000 - app.TERROR - INFO - fine",
    '{"level":"INFO","message":"ERROR is only a word here"}',
    '{"level":"WARNING"}',
    '{"level":"info","error":{"level":"ERROR"}}',
    '{"level":40,"msg":"a warning of pino"}',
    '{"log.level":"info","message":"no error"}',
    '  File "app.py", line 1, in <module>',
    "ValueError: no",
    "[]",
    "null",
    '"ERROR"',
]


def is_error(line: str) -> bool:
    """Whether a line counts."""
    return any(matcher(pattern)(line) for pattern in ERROR_PATTERNS)


@pytest.mark.parametrize("line", ERRORS)
def test_an_error_of_a_usual_library_counts_once(line: str) -> None:
    assert sum(matcher(pattern)(line) for pattern in ERROR_PATTERNS) == 1


@pytest.mark.parametrize("line", OTHERS)
def test_another_line_does_not_count(line: str) -> None:
    assert not is_error(line)


@given(st.sampled_from(sorted(ERROR_FIELDS)), st.text(max_size=30), st.dictionaries(st.text(max_size=5), st.text(max_size=20), max_size=3))
def test_no_line_with_a_level_counts_twice(field: str, level: str, more: dict[str, str]) -> None:
    line = json.dumps({**more, field: level})
    assert sum(matcher(pattern)(line) for pattern in ERROR_PATTERNS) <= 1


def test_the_patterns_keep_to_what_cloudwatch_logs_takes() -> None:
    # CloudWatch Logs API, PutMetricFilter: at most 1,024 characters; User Guide, "Supported regular expressions (regex) syntax".
    assert all(len(pattern) <= 1024 for pattern in ERROR_PATTERNS)
    assert re.fullmatch(r"%(?:[\w:#=@/;,^$?\[\]{}|*+.-]|\\[dDsSwW.\[])+%", TEXT_ERRORS)
    assert "%" not in JSON_ERRORS


def test_the_query_names_every_field_of_the_patterns() -> None:
    assert all(field in ERROR_QUERY and field in JSON_ERRORS for field in ERROR_FIELDS)
    assert "`log.level`" in ERROR_QUERY
