"""Runs a Logs Insights query: fields, display, filter, parse, stats, sort, limit and dedup. Any other command is refused.

Source: CloudWatch Logs User Guide, "CloudWatch Logs Insights language query syntax".
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tradingbot_infra.local_cloud.services.insights.errors import malformed
from tradingbot_infra.local_cloud.services.insights.expressions import Value, compiled_regex, expression, number, text
from tradingbot_infra.local_cloud.services.insights.lines import fields_of
from tradingbot_infra.local_cloud.services.insights.statistics import Aggregate, aggregate
from tradingbot_infra.local_cloud.services.insights.tokens import Recorder, Tokens, commands

Row = dict[str, Any]

DEFAULT_LIMIT, MOST = 10_000, 10_000
"""Lines that a query without `limit` returns, and the most that one with it does."""
_USUAL = ["@timestamp", "@message"]


@dataclass
class _State:
    rows: list[Row]
    shown: list[str] = field(default_factory=lambda: list(_USUAL))
    is_chosen: bool = False
    """Whether a command said what is shown."""
    moments: set[str] = field(default_factory=lambda: {"@timestamp"})
    """The fields that are times."""
    limit: int = DEFAULT_LIMIT
    is_aggregated: bool = False


_Command = Callable[[_State], None]


def run(query: str, records: Sequence[Mapping[str, Any]], limit: int | None) -> tuple[list[list[dict[str, str]]], int]:
    """The rows of the answer, as GetQueryResults shows them, and how many lines matched.

    `records` are lines with `@timestamp` in milliseconds, `@message`, `@ptr` and others. Raises LocalApiError for a query that is not read.
    """
    steps = [_command(tokens) for tokens in commands(query)]
    state = _State([{**fields_of(str(record["@message"])), **record} for record in records])
    matched = len(state.rows)
    for step in steps:
        step(state)
        if not state.is_aggregated:
            matched = len(state.rows)
    most = min(state.limit, limit or state.limit, MOST)
    return [list(_shown(state, row)) for row in state.rows[:most]], matched


def _shown(state: _State, row: Row) -> Iterator[dict[str, str]]:
    for name in state.shown:
        value = row.get(name)
        if value is not None:
            yield {"field": name, "value": _moment(value) if name in state.moments else text(value)}
    if not state.is_aggregated and "@ptr" in row:
        yield {"field": "@ptr", "value": str(row["@ptr"])}


def _moment(milliseconds: float) -> str:
    at = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03d}"


def _command(tokens: Tokens) -> _Command:
    name = tokens.next().text.lower()
    if name not in _COMMANDS:
        raise malformed(f"the local cloud does not read the command {name}")
    step = _COMMANDS[name](tokens)
    tokens.end()
    return step


def _fields(tokens: Tokens) -> _Command:
    wanted = [_named(tokens)]
    while tokens.take(","):
        wanted.append(_named(tokens))

    def step(state: _State) -> None:
        for name, value, is_moment in wanted:
            _compute(state, name, value, is_moment=is_moment)
        names = [name for name, _, _ in wanted]
        state.shown = [
            *(state.shown if state.is_chosen else []),
            *(name for name in names if not state.is_chosen or name not in state.shown),
        ]
        state.is_chosen = True

    return step


def _display(tokens: Tokens) -> _Command:
    add = _fields(tokens)

    def step(state: _State) -> None:
        state.is_chosen = False
        add(state)

    return step


def _compute(state: _State, name: str, value: Value, *, is_moment: bool) -> None:
    for row in state.rows:
        row[name] = value(row)
    if is_moment:
        state.moments.add(name)


def _named(tokens: Tokens) -> tuple[str, Value, bool]:
    """An expression with its name, which is its text unless `as` gives another, and whether it is a time."""
    words, value = _with_words(tokens)
    is_moment = words == "@timestamp" or words.startswith("bin(")
    return _name(tokens) if tokens.take("as") else words, value, is_moment


def _with_words(tokens: Tokens) -> tuple[str, Value]:
    recorder = Recorder(tokens)
    value = expression(recorder)
    return recorder.words(), value


def _name(tokens: Tokens) -> str:
    token = tokens.next()
    if token.kind not in ("name", "field"):
        raise malformed(f"expected a name, not {token.text or 'the end'}")
    return token.text.strip("`")


def _filter(tokens: Tokens) -> _Command:
    holds = expression(tokens)

    def step(state: _State) -> None:
        state.rows = [row for row in state.rows if holds(row) is True]

    return step


def _parse(tokens: Tokens) -> _Command:
    source = "@message" if tokens.peek().kind in ("regex", "text") else _name(tokens)
    token = tokens.next()
    if token.kind == "regex":
        pattern, names = compiled_regex(token.text), []
    elif token.kind == "text":
        pattern = re.compile(re.escape(token.text[1:-1]).replace(r"\*", "(.*?)") + ("$" if token.text[1:-1].endswith("*") else ""))
        tokens.expect("as")
        names = [_name(tokens)]
        while tokens.take(","):
            names.append(_name(tokens))
    else:
        raise malformed("parse needs a regular expression or a pattern in quotation marks")

    def step(state: _State) -> None:
        for row in state.rows:
            found = pattern.search(text(row.get(source)))
            if found is not None:
                row.update({name: value for name, value in found.groupdict().items() if value is not None})
                row.update(zip(names, found.groups(), strict=False) if names else ())

    return step


def _stats(tokens: Tokens) -> _Command:
    wanted: list[tuple[str, Aggregate, bool]] = [_statistic(tokens)]
    while tokens.take(","):
        wanted.append(_statistic(tokens))
    by: list[tuple[str, Value, bool]] = []
    if tokens.take("by"):
        by.append(_named(tokens))
        while tokens.take(","):
            by.append(_named(tokens))

    def step(state: _State) -> None:
        groups: dict[tuple[Any, ...], list[Row]] = {} if by else {(): state.rows}
        for row in state.rows if by else ():
            groups.setdefault(tuple(value(row) for _, value, _ in by), []).append(row)
        keys = [name for name, _, _ in by]
        state.rows = [
            {**dict(zip(keys, key, strict=True)), **{name: function(rows) for name, function, _ in wanted}} for key, rows in groups.items()
        ]
        state.shown = [*keys, *(name for name, _, _ in wanted)]
        state.moments = {name for name, _, is_moment in (*by, *wanted) if is_moment}
        state.is_chosen = state.is_aggregated = True

    return step


def _statistic(tokens: Tokens) -> tuple[str, Aggregate, bool]:
    recorder = Recorder(tokens)
    name = recorder.next()
    if name.kind != "name":
        raise malformed(f"expected a statistic, not {name.text or 'the end'}")
    recorder.expect("(")
    function = aggregate(name.text.lower(), recorder)
    words = recorder.words()
    is_moment = words in ("max(@timestamp)", "min(@timestamp)", "latest(@timestamp)", "earliest(@timestamp)")
    return _name(tokens) if tokens.take("as") else words, function, is_moment


def _sort(tokens: Tokens) -> _Command:
    keys = [(expression(tokens), tokens.take("asc", "desc"))]
    while tokens.take(","):
        keys.append((expression(tokens), tokens.take("asc", "desc")))

    def step(state: _State) -> None:
        for value, direction in reversed(keys):
            present = [row for row in state.rows if value(row) is not None]
            missing = [row for row in state.rows if value(row) is None]
            state.rows = [*sorted(present, key=lambda row, of=value: _order(of(row)), reverse=direction == "desc"), *missing]  # type: ignore[misc]

    return step


def _order(value: Any) -> tuple[int, float, str]:
    as_number = number(value)
    return (0, as_number, "") if as_number is not None else (1, 0.0, text(value))


def _limit(tokens: Tokens) -> _Command:
    token = tokens.next()
    if token.kind != "number" or not 1 <= float(token.text) <= MOST:
        raise malformed(f"limit must be from 1 to {MOST}")

    def step(state: _State) -> None:
        state.limit = min(state.limit, int(token.text))
        state.rows = state.rows[: state.limit]

    return step


def _dedup(tokens: Tokens) -> _Command:
    names = [_name(tokens)]
    while tokens.take(","):
        names.append(_name(tokens))

    def step(state: _State) -> None:
        firsts: dict[tuple[str, ...], Row] = {}
        for row in state.rows:
            firsts.setdefault(tuple(text(row.get(name)) for name in names), row)
        state.rows = list(firsts.values())

    return step


_COMMANDS: Mapping[str, Callable[[Tokens], _Command]] = {
    "dedup": _dedup,
    "display": _display,
    "fields": _fields,
    "filter": _filter,
    "limit": _limit,
    "parse": _parse,
    "sort": _sort,
    "stats": _stats,
}
