"""The report on a pull request as Markdown that keeps below a limit, whatever the change is."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tradingbot_infra.reporting.markdown import escaped, in_one_line

MARKER = "<!-- tradingbot report pull-request -->"
"""The first line: by it a workflow finds the comment to renew."""

COMMENT_BYTES = 60_000
"""GitHub takes 65,536 characters in a comment (community discussion 27190); the rest is room for what it counts otherwise."""

SUMMARY_BYTES = 1_000_000
"""GitHub takes 1 MiB as the summary of a step (GitHub Docs, "Workflow commands", "Step isolation and limits")."""

_LOCK_LINES = 20
_LINE = 1_000
_END = ("", "</details>", "")


@dataclass(frozen=True)
class Block:
    """A part that a reader unfolds. Its lines are Markdown."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """One environment. `lock` says what happens to resources that hold state; `blocks` come in the order of their weight."""

    environment: str
    answer: str
    lock: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = field(default=())


def text(value: str) -> str:
    """Words without markup, in one line that is not endless."""
    line = in_one_line(value)
    return escaped(line if len(line) <= _LINE else f"{line[: _LINE - 3]}...")


def render(parts: Sequence[Part], *, commits: str, limit: int | None, whole: str) -> str:
    """The report, at most `limit` bytes long. The answers and the lock always stand in it, then the first block of each
    environment, then the second, as far as they fit; what is cut names the `whole`.
    """
    blocks = list(_by_weight(parts))
    pointers = [_size(["", _more(len(block.lines), whole)]) for _, block in blocks]
    # What stands there even if no line of any block fits.
    fixed = _size(_lines(parts, {place: () for place, _ in blocks}, commits, whole)) + sum(pointers)
    room = None if limit is None else limit - fixed
    shown: dict[tuple[int, int], tuple[str, ...]] = {}
    for (place, block), pointer in zip(blocks, pointers, strict=True):
        shown[place] = fitting(block.lines, None if room is None else room + pointer, whole)
        if room is not None:
            room -= _size(shown[place]) - pointer
    return "\n".join(_lines(parts, shown, commits, whole)).rstrip() + "\n"


def fitting(lines: Sequence[str], room: int | None, whole: str) -> tuple[str, ...]:
    """The first lines that fit into `room` bytes, and how many more there are; all of them without a limit."""
    if room is None or _size(lines) <= room:
        return tuple(lines)
    kept: list[str] = []
    left = room - _size(["", _more(len(lines), whole)])
    for line in lines:
        left -= _size([line])
        if left < 0:
            break
        kept.append(line)
    return (*kept, "", _more(len(lines) - len(kept), whole))


def _by_weight(parts: Sequence[Part]) -> Iterator[tuple[tuple[int, int], Block]]:
    for weight in range(max((len(part.blocks) for part in parts), default=0)):
        for number, part in enumerate(parts):
            if weight < len(part.blocks):
                yield (number, weight), part.blocks[weight]


def _lines(parts: Sequence[Part], shown: dict[tuple[int, int], tuple[str, ...]], commits: str, whole: str) -> list[str]:
    written = [MARKER, "## What this changes", "", commits]
    for number, part in enumerate(parts):
        written += ["", f"### {escaped(part.environment)}", "", f"**{text(part.answer)}**", "", *_lock(part.lock, whole), ""]
        for weight, block in enumerate(part.blocks):
            if (number, weight) in shown:
                written += [_opening(block), "", *shown[number, weight], *_END]
    return written


def _lock(found: Sequence[str], whole: str) -> Iterable[str]:
    if not found:
        yield "No resource that holds state is replaced, removed or new."
        return
    yield "**Resources that hold state** (stateful-resources.lock.json):"
    yield ""
    yield from (f"- {text(line)}" for line in found[:_LOCK_LINES])
    if len(found) > _LOCK_LINES:
        yield f"- {_more(len(found) - _LOCK_LINES, whole)}"


def _opening(block: Block) -> str:
    return f"<details><summary>{escaped(block.title)}</summary>"


def _more(number: int, whole: str) -> str:
    return f"{number} more {'line' if number == 1 else 'lines'}: {whole}"


def _size(lines: Iterable[str]) -> int:
    """Bytes, each line with its end."""
    return sum(len(line.encode()) + 1 for line in lines)
