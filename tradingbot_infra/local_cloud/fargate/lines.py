"""Lines of a container's output, as the awslogs driver cuts them into events.

Source: moby, daemon/logger/copier.go and daemon/logger/awslogs/cloudwatchlogs.go, and amazon-ecs-shim-loggers-for-containerd, which
Fargate uses: 256 KiB less 26 bytes an event, no event for an empty line, invalid UTF-8 replaced byte by byte.
"""

import codecs
from collections.abc import Iterator

MOST_BYTES = 262_144 - 26
"""The longest event, in bytes of UTF-8; a longer line becomes several."""

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_ERRORS = "replace-every-byte"


def _replaced(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)  # noqa: S101 - only decoding names this handler
    return _REPLACEMENT * (error.end - error.start), error.end


codecs.register_error(_ERRORS, _replaced)


class Lines:
    """Cuts one stream into events."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> Iterator[str]:
        """The events that this completes."""
        self._rest += data
        while (end := self._rest.find(b"\n", 0, MOST_BYTES + 1)) >= 0 or len(self._rest) > MOST_BYTES:
            yield from self._taken(end, skip=1) if end >= 0 else self._taken(_whole_characters(self._rest), skip=0)

    def close(self) -> Iterator[str]:
        """What was written without a newline at the end."""
        return self._taken(len(self._rest), skip=0)

    def _taken(self, end: int, *, skip: int) -> Iterator[str]:
        line = bytes(self._rest[:end])
        del self._rest[: end + skip]
        return _pieces(line.decode("utf-8", _ERRORS))


def size(event: str) -> int:
    """Bytes of an event, as CloudWatch Logs counts them for its limits, without the 26 that each costs besides."""
    return len(event.encode())


def _pieces(text: str) -> Iterator[str]:
    """Replacements are longer than what they replace, so a line that fitted may not fit any more."""
    encoded = text.encode()
    while encoded:
        end = len(encoded) if len(encoded) <= MOST_BYTES else _whole_characters(encoded)
        yield encoded[:end].decode()
        encoded = encoded[end:]


def _whole_characters(data: bytes | bytearray) -> int:
    """How many bytes to take, at most MOST_BYTES, so that no character is cut."""
    for end in range(MOST_BYTES, MOST_BYTES - 4, -1):
        if data[end] & 0xC0 != 0x80:
            return end
    return MOST_BYTES
