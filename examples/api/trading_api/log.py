"""Log lines: one JSON object each, with a level, by which the error alarm counts them (docs/design.md, "Log lines")."""

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType

from trading_api.telemetry.spans import trace_id

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id of the request that is being answered."""

_OF_EVERY_RECORD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}


class JsonFormatter(logging.Formatter):
    """Writes a record as one line; what `extra` gave stands beside the message."""

    def format(self, record: logging.LogRecord) -> str:
        """The line. A traceback is a part of it, so that CloudWatch Logs does not make each of its lines an event."""
        line: dict[str, object] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if (current := request_id.get()) is not None:
            line["request_id"] = current
        if (trace := trace_id()) is not None:
            line["trace_id"] = trace
        line |= {name: value for name, value in vars(record).items() if name not in _OF_EVERY_RECORD}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)


def set_up() -> None:
    """Sends every logger's lines to stdout, and what ends the process unforeseen as well."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for library in ("httpx2", "websockets", "botocore", "psycopg.pool"):
        # They log every request with its address, where credentials are, and every connection that the pool gives.
        logging.getLogger(library).setLevel(logging.WARNING)
    sys.excepthook = _log_uncaught


def _log_uncaught(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    logging.getLogger(__name__).critical("The process ends: %s", kind.__name__, exc_info=(kind, error, traceback))
