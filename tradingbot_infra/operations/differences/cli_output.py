"""What `cdk diff` prints, with --method=template and without colours (CLI 2.1148)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product

_STACK = re.compile(r"Stack (?P<id>\S+)(?: \(.*\))?")
_RESOURCE = re.compile(r"\[(?P<sign>[-+~←→])\] (?P<type>[A-Za-z0-9]+(?:::[A-Za-z0-9]+)+) (?P<rest>.+)")
_OTHER = re.compile(r"\[[-+~]\] (?P<section>Parameter|Condition|Mapping|Output|Rule|Metadata|Transform)s? (?P<name>[^\s:]+)")
_TABLES = {
    "IAM Statement Changes": "statement",
    "IAM Policy Changes": "attachment",
    "Security Group Changes": "group",
}
_NOBODY = "255.255.255.255/32"
"""How the CDK writes a security group without a way out: to an address that nobody has."""


class Effect(StrEnum):
    """What happens to a resource, the worst first."""

    REPLACED = "replaced"
    PERHAPS_REPLACED = "perhaps replaced"
    REMOVED = "removed"
    LEFT = "left behind"
    CREATED = "created"
    IMPORTED = "imported"
    UPDATED = "changed in place"


_BY_IMPACT = {
    "may be replaced": Effect.PERHAPS_REPLACED,
    "replace": Effect.REPLACED,
    "orphan": Effect.LEFT,
    "destroy": Effect.REMOVED,
    "import": Effect.IMPORTED,
}
_BY_SIGN = {"+": Effect.CREATED, "-": Effect.REMOVED, "←": Effect.IMPORTED}


@dataclass(frozen=True)
class Row:
    """One resource of the list "Resources"."""

    stack: str
    logical_id: str
    type: str
    effect: Effect


Atom = tuple[str, str, str, str]
"""One action on one resource for one principal, with the condition."""


@dataclass(frozen=True)
class Statement:
    """One row of the table of IAM statements, of an effect that lets more through: an Allow that comes, or a Deny that goes.

    `new` are those of its parts that no other row takes back.
    """

    stack: str
    denied: bool
    new: frozenset[Atom]


@dataclass(frozen=True)
class Opening:
    """A rule that lets more through, in words."""

    stack: str
    words: str


@dataclass
class CliDifference:
    """Everything that the CLI printed, in its order. `others` are outputs, parameters and the like."""

    rows: list[Row] = field(default_factory=list)
    widened: list[Statement] = field(default_factory=list)
    attached: list[Opening] = field(default_factory=list)
    opened: list[Opening] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


def read(text: str) -> CliDifference:
    """The output as data; what it does not know it leaves out."""
    found = CliDifference()
    stack = table = ""
    cells: list[list[str]] = []
    for line in (*text.splitlines(), ""):
        if cells and not line.startswith(("│", "├")):
            _read_table(found, stack, table, list(_joined(cells)))
            cells = []
        if named := _STACK.fullmatch(line):
            stack = named["id"]
        elif line in _TABLES:
            table = _TABLES[line]
        elif line.startswith("│"):
            cells.append([cell.strip() for cell in line.strip("│").split("│")])
        else:
            _read_line(found, stack, line)
    return found


def _read_line(found: CliDifference, stack: str, line: str) -> None:
    resource = _RESOURCE.fullmatch(line.rstrip())
    if resource:
        found.rows.append(_row(stack, resource))
    elif (other := _OTHER.match(line)) and not other["name"].startswith("PublishOutput"):
        found.others.append(f"{stack}: {other['section'].lower()} {other['name']}")


def _row(stack: str, resource: re.Match[str]) -> Row:
    """The path may have spaces; the logical id has none, and the impact follows it."""
    rest = resource["rest"]
    impact = next((word for word in _BY_IMPACT if rest.endswith(f" {word}")), "")
    logical_id = rest.removesuffix(impact).split()[-1]
    effect = _BY_IMPACT.get(impact) or _BY_SIGN.get(resource["sign"], Effect.UPDATED)
    return Row(stack, logical_id, resource["type"], effect)


def _read_table(found: CliDifference, stack: str, table: str, rows: Sequence[Sequence[str]]) -> None:
    if table == "statement":
        found.widened += _widened(stack, rows)
    for sign, *row in rows:
        if table == "group" and sign == "+" and row[3] != _NOBODY:
            found.opened.append(Opening(stack, _rule(*row)))
        elif table == "attachment" and sign == "+":
            found.attached.append(Opening(stack, f"{row[0]} gets the policy {row[1]}"))


def _joined(cells: Iterable[Sequence[str]]) -> Iterator[list[str]]:
    """The rows of a table: a row without a sign continues the one before. The head has no sign either."""
    row: list[str] = []
    for line in cells:
        if line[0] in ("+", "-"):
            if row:
                yield row
            row = list(line)
        elif row:
            row = [" ".join(filter(None, pair)) for pair in zip(row, line, strict=True)]
    if row:
        yield row


def _widened(stack: str, rows: Sequence[Sequence[str]]) -> Iterator[Statement]:
    """The CLI compares whole statements: one that becomes narrower goes and comes again."""
    parts = [(row[0], row[2], _atoms(row)) for row in rows]
    for sign, effect, atoms in parts:
        if (sign, effect) in (("+", "Allow"), ("-", "Deny")):
            against = [others for other, same, others in parts if other != sign and same == effect]
            new = atoms.difference(*against)
            if new:
                yield Statement(stack, effect == "Deny", frozenset(new))


def _atoms(row: Sequence[str]) -> frozenset[Atom]:
    _, resources, _, actions, principals, condition = (*row, *[""] * (6 - len(row)))
    everything = product(actions.split(), resources.split(), principals.split() or [""])
    return frozenset((action, resource, principal, condition) for action, resource, principal in everything)


def _rule(group: str, direction: str, protocol: str, peer: str) -> str:
    return f"{group} lets {protocol} {'in from' if direction == 'In' else 'out to'} {peer}"
