"""Changes several secrets one after the other, and reports which are done if a change fails."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from tradingbot_infra.commands.console import print_warning

Step = TypeVar("Step")


def run_each(steps: Iterator[Step], secrets: Sequence[str], done_word: str) -> list[Step]:
    """Runs every step and returns their results. `done_word` names the change, such as "written".

    If a step fails or is interrupted, prints which secrets are done and which are not, and raises the error again.
    """
    done: list[Step] = []
    try:
        for step in steps:
            done.append(step)
    except (Exception, KeyboardInterrupt) as error:
        _print_progress(secrets, len(done), done_word, refused=_is_refusal(error))
        raise
    return done


def _is_refusal(error: BaseException) -> bool:
    """Whether AWS refused the change. Without an answer, it may have made it."""
    from tradingbot_infra.operations.failures import code_of

    code = code_of(error) if isinstance(error, Exception) else ""
    return bool(code) and not code.startswith("Internal")


def _print_progress(secrets: Sequence[str], done: int, done_word: str, *, refused: bool) -> None:
    uncertain = 0 if refused else 1
    for word, part in (
        (done_word.capitalize(), secrets[:done]),
        (f"Perhaps {done_word}", secrets[done : done + uncertain]),
        (f"Not {done_word}", secrets[done + uncertain :]),
    ):
        if part:
            print_warning(f"{word}: {', '.join(part)}")
