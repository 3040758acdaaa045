"""The report as a summary for a pull request: what a reviewer must see, at most about a hundred lines."""

import re
from collections.abc import Iterator

from tradingbot_infra.compliance.report.document import Report, ReportedRule
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.reporting.markdown import escaped, in_one_line, pieces

LONGEST = 100
"""The approximate limit of lines."""

SOON = 30
"""Days after the commit within which a review is soon."""

_SHOWN_NAMES = 5


def render(report: Report) -> str:
    """Header, counts per framework, every rule that fails with its controls, resources and fix, and the exceptions due for review."""
    head = [*_header(report), "", *_table(report)]
    reviews = [*_reviews(report)]
    room = LONGEST - len(head) - 2 - min(len(reviews), LONGEST // 4)
    failures = [*_failures(report, room)]
    written = [*head, "", *failures, "", *_shortened(reviews, LONGEST - len(head) - 2 - len(failures))]
    return "\n".join(written).rstrip() + "\n"


def _header(report: Report) -> Iterator[str]:
    yield f"## Compliance of {_text(report.project)}, {_text(report.environment)}, {_text(report.region)}"
    yield ""
    commit = report.commit
    if commit is None:
        yield "**No commit**: judged outside a git checkout."
    else:
        dirty = " **with uncommitted changes**" if commit.dirty else ""
        yield f"Commit {_code(commit.id[:12])} of {commit.date}{dirty}."


def _table(report: Report) -> Iterator[str]:
    yield f"| Framework | {' | '.join(Status)} |"
    yield "|---|" + "---:|" * len(Status)
    for framework in report.frameworks:
        numbers = " | ".join(str(number) for number in framework.counts.values())
        yield f"| {_text(framework.edition)} | {numbers} |"


def _failures(report: Report, room: int) -> Iterator[str]:
    named = report.controls_by_rule
    failing = [rule for rule in report.rules if rule.status is Status.FAIL and rule.id in named]
    controls = {control for rule in failing for control in named[rule.id]}
    if not failing:
        yield "### No control fails"
        return
    yield f"### {_number(len(controls), 'control')} {'fails' if len(controls) == 1 else 'fail'}, from {_number(len(failing), 'rule')}"
    yield ""
    shown = 0
    left = room - 3
    for rule in failing:
        item = _failure(rule, named[rule.id])
        if len(item) > left:
            break
        left -= len(item)
        shown += 1
        yield from item
    if shown < len(failing):
        yield f"- and {_number(len(failing) - shown, 'more failing rule')}; report.html shows all."


def _failure(rule: ReportedRule, controls: tuple[str, ...]) -> list[str]:
    paths = [result.path for result in rule.results if result.status is Status.FAIL and result.path]
    written = [f"- {_code(rule.id)} {_text(rule.title)}", f"  - Controls: {', '.join(_code(control) for control in controls)}"]
    if paths:
        more = f" and {len(paths) - _SHOWN_NAMES} more" if len(paths) > _SHOWN_NAMES else ""
        written.append(f"  - At: {', '.join(_code(path) for path in paths[:_SHOWN_NAMES])}{more}")
    if rule.fix:
        written.append(f"  - Fix: {_text(rule.fix)}")
    return written


def _reviews(report: Report) -> Iterator[str]:
    entries = report.due(SOON)
    if not entries:
        yield f"### No exception is overdue{f' or due within {SOON} days' if report.commit else ''}"
        return
    yield f"### {_number(len(entries), 'exception')} to review"
    yield ""
    for entry in entries:
        when = f"**overdue** since {entry.review}" if entry.overdue else f"due {entry.review}"
        yield f"- {_code(entry.id)} {when}, {_text(entry.owner)}: {_text(entry.mechanism)}"


def _shortened(written: list[str], room: int) -> list[str]:
    if len(written) <= room:
        return written
    return [*written[: room - 1], f"- and {_number(len(written) - room + 1, 'more exception')}."]


def _number(number: int, of: str) -> str:
    return f"{number} {of}{'' if number == 1 else 's'}"


def _text(value: str) -> str:
    """Words and code, without other markup, links or mentions of somebody."""
    return "".join(_code(part) if is_code else escaped(part) for part, is_code in pieces(in_one_line(value)))


def _code(value: str) -> str:
    """A code span that holds the text in one line, whatever it is."""
    held = in_one_line(value)
    longest = max((len(run) for run in re.findall("`+", held)), default=0)
    fence = "`" * (longest + 1)
    padding = " " if longest else ""
    return f"{fence}{padding}{held}{padding}{fence}"
