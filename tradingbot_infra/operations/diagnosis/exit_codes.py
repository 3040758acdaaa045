"""What the code means with which a container ended."""

_MEANINGS = {
    0: "it ended by itself, without an error",
    1: "the application ended with an error",
    126: "the command may not be run",
    127: "there is no such command in the image",
    134: "the application aborted (SIGABRT)",
    137: "it was killed (SIGKILL): out of memory, or it did not end within stop_timeout_seconds",
    139: "it broke by itself (SIGSEGV)",
    143: "it was asked to end (SIGTERM)",
}
"""Exit codes of shells and of signals, 128 and the signal's number (POSIX; ECS Developer Guide, "Stopped tasks error messages")."""


def exit_code_in_words(code: int) -> str:
    """A code in words."""
    return f"exit code {code}: {_MEANINGS[code]}" if code in _MEANINGS else f"exit code {code}"
