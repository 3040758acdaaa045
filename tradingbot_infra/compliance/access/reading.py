"""Policy documents of templates beside the rows of the tables."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Any, NamedTuple

from tradingbot_infra.compliance.access import account_security, data, delivery, monitoring, network, service
from tradingbot_infra.compliance.access.keys import key_documents
from tradingbot_infra.compliance.access.row import ACCOUNT, Attachment, Document, Entry, Listed
from tradingbot_infra.compliance.observe import is_function, listed, not_assessed, seen
from tradingbot_infra.compliance.reading.policy_documents import as_data, principals
from tradingbot_infra.compliance.rule import Observation
from tradingbot_infra.compliance.tristate import decided
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.templates import Assembly, Resource

Conditions = frozenset[tuple[str, str, frozenset[str]]]
"""Operators, keys and values; all must hold, for each key with one of its values."""


class Atom(NamedTuple):
    """One action of one principal on one resource under conditions: how statements compare, however they are written."""

    effect: str
    who: str
    action: str
    resource: str
    conditions: Conditions

    def __str__(self) -> str:
        """For people."""
        parts = [self.effect, self.who, self.action, f"on {self.resource}" if self.resource else ""]
        parts += [f"if {operator} {key} {'|'.join(sorted(values))}" for operator, key, values in sorted(self.conditions, key=repr)]
        return " ".join(part for part in parts if part)


_STATEMENT = frozenset({"Sid", "Effect", "Principal", "Action", "Resource", "Condition"})
_REFERENCE = re.compile(r"<(?P<path>[^<>.]+)(?P<attribute>\.[\w.]+)?>")


def entries(assembly: Assembly, config: EnvironmentConfig) -> Iterator[Entry]:
    """Every row that the settings ask for."""
    for table in (network, data, service, monitoring, account_security, delivery):
        yield from table.entries(config)
    yield from key_documents(assembly)


def is_of(entry: Entry, resource: Resource) -> bool:
    """Whether a row is about a resource."""
    return resource.path in (entry.path, f"{entry.path}/Resource")


def compare(entry: Entry, resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    """Whether the property holds what the row says, and all of it."""
    value = resource.properties.get(entry.field)
    text = _Text(assembly, resource.stack)
    if isinstance(entry, Attachment):
        yield _attached(entry, value, text)
    else:
        yield from _statements(entry, as_data(value), text)


class _Text:
    """Text of rows and of templates in the same form: with references, and without what is known of account and region."""

    def __init__(self, assembly: Assembly, stack: str) -> None:
        place = assembly.stacks[stack]
        self._own_number = re.compile(rf"(?<!\d){place.account}(?!\d)") if place.account else None
        self._known = {"${AWS::Region}": place.region, "${AWS::Partition}": "aws", "${AWS::URLSuffix}": "amazonaws.com"}
        self._by_path = {each.path.removesuffix("/Resource"): f"{each.stack}.{each.logical_id}" for each in assembly.resources}

    def of_template(self, text: object) -> str:
        """Text of a template."""
        found = str(text)
        for variable, value in self._known.items():
            found = found.replace(variable, value)
        return self._own_number.sub(ACCOUNT, found) if self._own_number else found

    def of_row(self, text: str) -> str:
        """Text of a row; a path that no resource has stays, and equals nothing."""
        return self.of_template(_REFERENCE.sub(self._reference, text))

    def _reference(self, match: re.Match[str]) -> str:
        name = self._by_path.get(match["path"])
        return f"${{{name}{match['attribute'] or ''}}}" if name else match[0]


def _attached(entry: Attachment, value: Any, text: _Text) -> Observation:
    wanted = sorted(text.of_row(name) for name in entry.names)
    found = sorted(text.of_template(name) for name in listed(value)) if not is_function(value) else None
    where, expected = f"Properties.{entry.field}", f"{' and '.join(entry.names)}, and nothing else"
    return not_assessed(where, value, expected) if found is None else seen(where, value, found == wanted, expected)


def _statements(entry: Document, document: Any, text: _Text) -> Iterator[Observation]:
    where, expected = f"Properties.{entry.field}", "the statements that compliance/access lists for it"
    wanted = {atom for statement in entry.statements for atom in _atoms_of_row(statement, text)}
    if not isinstance(document, Mapping) or is_function(document):
        yield not_assessed(where, document, expected) if document is not None else seen(where, None, not wanted, expected)
        return
    read = [(statement, _atoms(statement, text)) for statement in listed(document.get("Statement"))]
    for number, (statement, atoms) in enumerate(read):
        yield _judged(f"{where}.Statement[{number}]", statement, atoms, wanted)
    others = {name: value for name, value in document.items() if name not in ("Statement", "Id")}
    yield seen(where, others, others == {"Version": "2012-10-17"}, "Version 2012-10-17, and Statement")
    missing = wanted.difference(*(atoms for _, atoms in read if atoms))
    whole = None if missing and any(atoms is None for _, atoms in read) else not missing
    yield decided(where, f"not there: {_words(missing)}" if missing else f"{len(read)} statements", whole, f"all of {expected}")


def _judged(where: str, statement: Any, atoms: set[Atom] | None, wanted: set[Atom]) -> Observation:
    expected = "nothing that compliance/access does not list for it"
    if atoms is None:
        return not_assessed(where, statement, expected)
    beyond = atoms - wanted
    return seen(where, f"not listed: {_words(beyond)}" if beyond else statement, not beyond, expected)


def _atoms_of_row(statement: Listed, text: _Text) -> set[Atom]:
    who, resources = ([text.of_row(name) for name in names] or [""] for names in (statement.principals, statement.resources))
    conditions = _conditions(statement.condition, text.of_row)
    return {Atom(statement.effect, *each, conditions) for each in product(who, map(str.lower, statement.actions), resources)}


def _atoms(statement: Any, text: _Text) -> set[Atom] | None:
    """Of a statement of a template; None where a part of it is decided elsewhere. An element that no row has equals no row's."""
    if not isinstance(statement, Mapping) or _holds_a_function(statement):
        return None
    others = {name: value for name, value in statement.items() if name not in _STATEMENT}
    who = [text.of_template(name) for name in principals(statement)] or [""]
    resources = [text.of_template(name) for name in listed(statement.get("Resource"))] or [""]
    actions = [str(action).lower() for action in listed(statement.get("Action"))] or [""]
    effect = " ".join([str(statement.get("Effect")), *(f"{name} {json.dumps(value)}" for name, value in others.items())])
    conditions = _conditions(statement.get("Condition"), text.of_template)
    return {Atom(effect, *each, conditions) for each in product(who, actions, resources)}


def _conditions(condition: Any, form: Callable[[str], str]) -> Conditions:
    """In a form that does not depend on order, or on the case of operators and keys. What is no block of keys equals no row's."""
    if condition is None:
        return frozenset()
    blocks = condition if isinstance(condition, Mapping) else {"": condition}
    return frozenset(each for operator, block in blocks.items() for each in _block(operator, block, form))


def _block(operator: str, block: Any, form: Callable[[str], str]) -> Iterator[tuple[str, str, frozenset[str]]]:
    for key, values in (block if isinstance(block, Mapping) else {"": block}).items():
        yield operator.lower(), key.lower(), frozenset(_value(form(str(value))) for value in listed(values))


def _value(text: str) -> str:
    """IAM compares truth values without regard to case."""
    return text.lower() if text.lower() in ("true", "false") else text


def _holds_a_function(value: Any) -> bool:
    if isinstance(value, Mapping):
        return is_function(value) or any(_holds_a_function(item) for item in value.values())
    if isinstance(value, list):
        return any(_holds_a_function(item) for item in value)
    return isinstance(value, str) and "{{resolve:" in value


def _words(atoms: set[Atom]) -> str:
    return "; ".join(sorted(map(str, atoms)))
