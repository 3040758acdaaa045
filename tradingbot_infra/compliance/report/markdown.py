"""The report as a summary for a pull request: what a reviewer must see, at most about a hundred lines."""

import re
from collections.abc import Iterator

from tradingbot_infra.compliance.report.account import account_lines
from tradingbot_infra.compliance.report.document import Report, ReportedException, ReportedRule
from tradingbot_infra.compliance.report.verdict import headline, sentence
from tradingbot_infra.compliance.severity import Severity
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.reporting.markdown import escaped, in_one_line, pieces

LONGEST = 100
"""The approximate limit of lines."""

SOON = 30
"""Days after the commit within which a review is soon."""

_SHOWN_NAMES = 5
_SHOWN_CHANGES = 20
_SHOWN_PROVIDERS = 6
_SHOWN_RISKS = 8


def render(report: Report) -> str:
    """What was judged and the verdict, counts per framework, changes since an earlier report, open risks of high severity, every rule
    that fails or could not be judged with its controls, resources and fix, and the exceptions due for review.
    """
    head = [*_header(report), "", *_table(report), *_account(report), *_changes(report), *_risks(report)]
    reviews = [*_reviews(report)]
    room = LONGEST - len(head) - 2 - min(len(reviews), LONGEST // 4)
    failures = [*_failures(report, room)]
    written = [*head, "", *failures, "", *_shortened(reviews, LONGEST - len(head) - 2 - len(failures), "more exception")]
    return "\n".join(written).rstrip() + "\n"


def _header(report: Report) -> Iterator[str]:
    yield f"## Compliance of {_text(report.project)}, {_text(report.environment)}, {_text(report.region)}"
    yield ""
    yield f"**{_text(sentence(report))}**"
    yield ""
    if report.commit is None:
        yield "**No commit**: judged outside a git checkout."
    else:
        dirty = " **with uncommitted changes**" if report.commit.dirty else ""
        yield f"Commit {_code(report.commit.id[:12])} of {report.commit.date}{dirty}."
    if report.changed_settings:
        changed = (f"{_code(f'{each.name}={each.value}')} (environments.py: {_text(each.declared)})" for each in report.changed_settings)
        yield f"**Not the settings of environments.py**: {', '.join(changed)}."
    tools = ", ".join(f"{name} {version}" for name, version in report.tools.items())
    yield f"Account {_text(report.account or 'not known before deployment')}; {_text(tools)}."


def _table(report: Report) -> Iterator[str]:
    yield f"| Framework | {' | '.join(Status)} |"
    yield "|---|" + "---:|" * len(Status)
    for framework in report.frameworks:
        numbers = " | ".join(str(number) for number in framework.counts.values())
        yield f"| {_text(framework.edition)} | {numbers} |"


def _account(report: Report) -> Iterator[str]:
    lines = [f"- {_text(line)}" for line in account_lines(report)]
    if lines:
        yield ""
        yield "### The account"
        yield ""
        yield from _shortened(lines, _SHOWN_PROVIDERS, "more line")


def _changes(report: Report) -> Iterator[str]:
    if report.changes is None:
        return
    since = f"commit {report.changes.commit}" if report.changes.commit else "a report without a commit"
    yield ""
    yield f"### {'Changes' if report.changes else 'Nothing changed'} since {since}"
    if report.changes:
        yield ""
        lines = [f"- {kind} {_code(what)} {_text(how)}" for kind, what, how in report.changes.lines()]
        yield from _shortened(lines, _SHOWN_CHANGES, "more change")


def _risks(report: Report) -> Iterator[str]:
    risks = [entry for entry in report.risks if entry.severity is Severity.HIGH]
    if risks:
        yield ""
        yield f"### {_number(len(risks), 'open risk')} of high severity"
        yield ""
        yield from _shortened([_risk(entry) for entry in risks], _SHOWN_RISKS, "more risk")


def _risk(entry: ReportedException) -> str:
    return f"- {_code(entry.id)} {_text(entry.consequence)}. {_text(entry.compensation)}."


def _failures(report: Report, room: int) -> Iterator[str]:
    named = report.controls_by_rule
    failing = [rule for rule in report.rules if (rule.status is Status.FAIL or rule.stops_synthesis) and rule.id in named]
    yield f"### {headline(report)}"
    if not failing and not report.stale:
        return
    yield ""
    yield from (f"- {_text(stale)}" for stale in report.stale[:_SHOWN_NAMES])
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
    paths = [result.path for result in rule.stopping]
    unjudged = "" if rule.status is Status.FAIL else " (could not be judged)"
    written = [
        f"- {_code(rule.id)} {_text(rule.title)}, {rule.severity}{unjudged}",
        f"  - Controls: {', '.join(_code(control) for control in controls)}",
    ]
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


def _shortened(written: list[str], room: int, what: str) -> list[str]:
    if len(written) <= room:
        return written
    return [*written[: room - 1], f"- and {_number(len(written) - room + 1, what)}."]


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
