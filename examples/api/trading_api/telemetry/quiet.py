"""OpenTelemetry's own lines: one for each kind of trouble, as a warning, without the text of an error.

Its exporters log an error for every batch that is lost. The error alarm counts errors, and an endpoint that is down is none of the
application's. The text may hold an address or a header.
"""

import logging

_LOG = logging.getLogger(__name__)


class OncePerKind(logging.Handler):
    """Takes every line of a library, and passes on the first of each kind."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._known: set[tuple[str, int]] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """A kind is the place in the library that writes the line."""
        kind = (record.pathname, record.lineno)
        if kind not in self._known:
            self._known.add(kind)
            _LOG.warning("Telemetry is not sent as it should be; further lines of this kind are left out", extra={"of": _kind(record)})


def _kind(record: logging.LogRecord) -> str:
    return f"{record.name}: {record.msg}" if isinstance(record.msg, str) else record.name


def hush(library: str) -> None:
    """From now on a library's lines go through OncePerKind."""
    logger = logging.getLogger(library)
    logger.handlers = [OncePerKind()]
    logger.propagate = False
