"""Changes to several secrets, one after the other, that tell how far they came when they cannot go on."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from tradingbot_infra.commands.console import progress

Step = TypeVar("Step")


def carried_out(steps: Iterator[Step], secrets: Sequence[str], done_word: str) -> list[Step]:
    """Takes every step and returns what each gave.

    When one fails or is interrupted, it tells which secrets are done and which are not before the error goes on.
    """
    done: list[Step] = []
    try:
        for step in steps:
            done.append(step)
    except (Exception, KeyboardInterrupt) as error:
        _tell_stop(secrets, len(done), done_word, refused=_is_refusal(error))
        raise
    return done


def _is_refusal(error: BaseException) -> bool:
    """Whether AWS answered that it did not do it. Without an answer it may have."""
    from tradingbot_infra.operations.failures import code_of

    code = code_of(error) if isinstance(error, Exception) else ""
    return bool(code) and not code.startswith("Internal")


def _tell_stop(secrets: Sequence[str], done: int, done_word: str, *, refused: bool) -> None:
    uncertain = 0 if refused else 1
    for word, part in (
        (done_word.capitalize(), secrets[:done]),
        (f"Perhaps {done_word}", secrets[done : done + uncertain]),
        (f"Not {done_word}", secrets[done + uncertain :]),
    ):
        if part:
            progress.print(f"{word}: {', '.join(part)}", markup=False, style="yellow")
