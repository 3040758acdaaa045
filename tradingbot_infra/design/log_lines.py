"""Lines of the container's log: where the usual libraries write the level, and which lines are errors.

The error alarm, `logs --errors`, the dashboard and the saved query all mean the same lines.
"""

from collections.abc import Mapping
from types import MappingProxyType

STREAM_PREFIX = "tradingbot"
"""How the names of log streams begin; container and task id follow."""

_ANY_CASE = ("ERROR", "CRITICAL", "FATAL", "error", "critical", "fatal")
_UPPER_CASE = _ANY_CASE[:3]

ERROR_FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"level": _ANY_CASE, "levelname": _UPPER_CASE, "severity": _ANY_CASE, "record.level.name": _UPPER_CASE[:2]}
)
"""Fields of a JSON line, and the values that mean an error: structlog, python-json-logger, Google's form, loguru."""

LEAST_ERROR_NUMBER = 50
"""The lowest number of an error, where `level` is a number as pino writes it."""

DOTTED_FIELD = "log.level"
"""The field of the Elastic Common Schema, whose libraries write the level in lower case. Its name contains the dot."""

_WORDS = "ERROR", "CRITICAL", "FATAL"
_TEXT_FORMS = (
    *(f"^{word}" for word in _WORDS),  # uvicorn, and Python's own default
    *(rf"^\d.*\W{word}\W" for word in _WORDS),  # after a date
    *(rf"^\[.*\W{word}\W" for word in _WORDS),  # after a date in brackets, as gunicorn writes
    "^Traceback",
)

JSON_ERRORS = "{{ {} }}".format(
    " || ".join(
        (
            *(f'($.{field} = "{value}")' for field, values in ERROR_FIELDS.items() for value in values),
            f"($.level >= {LEAST_ERROR_NUMBER})",
        )
    )
)
"""Filter pattern of CloudWatch Logs for error lines that are JSON.

Source: "Using filter patterns to match terms in JSON log events" (CloudWatch Logs User Guide).
"""

TEXT_ERRORS = "%{}%".format("|".join((*_TEXT_FORMS, *(rf"log\.level.:\s?.{word.lower()}" for word in _WORDS))))
"""Filter pattern for error lines that no JSON pattern can name: plain text, and DOTTED_FIELD, whose name no selector can hold.

No line matches this pattern and JSON_ERRORS, so none counts twice. It has only what the User Guide lists under "Supported regular
expressions (regex) syntax": no group, no quotation mark.
"""

LEVEL_FIELDS = (*ERROR_FIELDS, DOTTED_FIELD)
"""Every field in which a usual library writes the level; dots in the others lead into objects."""

TEXT_LEVEL = r"\b(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL)\b"
"""A level in a line of text, as a regular expression of Python."""

ERROR_PATTERNS = (JSON_ERRORS, TEXT_ERRORS)
"""A line is an error if one of them matches: no pattern can be both for JSON and for text."""


def _quoted(values: tuple[str, ...]) -> str:
    return ", ".join(f'"{value}"' for value in values)


ERROR_QUERY = "filter {}".format(
    " or ".join(
        (
            *(f"{field} in [{_quoted(values)}]" for field, values in ERROR_FIELDS.items()),
            f"level >= {LEAST_ERROR_NUMBER}",
            f"`{DOTTED_FIELD}` in [{_quoted(_ANY_CASE[3:])}]",
            "@message like /{}/".format("|".join(_TEXT_FORMS)),
        )
    )
)
"""The same lines in the query language of CloudWatch Logs Insights."""
