"""What of a resource no row of the tables allows."""

import re
from collections.abc import Iterator, Mapping, Set
from functools import cache
from typing import Any

from tradingbot_infra.compliance.allowed import ALLOWED
from tradingbot_infra.compliance.allowed.row import Row
from tradingbot_infra.compliance.observe import at, not_assessed, seen
from tradingbot_infra.compliance.reading.leaves import leaves
from tradingbot_infra.compliance.rule import Observation
from tradingbot_infra.compliance.tristate import decided
from tradingbot_infra.templates import Assembly, Resource

_WITHOUT_ROWS = frozenset({"Type", "Properties", "DependsOn", "Metadata"})
"""Parts of a resource that the tables do not name: an order of creation, and notes, which are looked at by themselves."""

_NOTES = ("aws:cdk:", "aws:asset:")
"""The CDK's own notes reach no service; others would: cfn-init runs what is in AWS::CloudFormation::Init."""


def not_allowed(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    """An observation of each value that no row allows, and of each that is missing; nothing for a resource as the rows say."""
    yield from _missing(resource, assembly)
    exact, subtrees, wholes = _rows(resource.type)
    for where, path, value in _leaves_of(resource, wholes):
        row = exact.get(path) or next((subtrees[each] for each in _prefixes(path) if each in subtrees), None)
        if row is None:
            if value in ({}, []) and any(each.startswith((f"{path}[]", f"{path}.")) for each in exact):
                continue
            yield not_assessed(where, value, "a property that compliance/allowed names")
        else:
            answer = row.check(value, resource, assembly)
            if answer is not True:
                yield decided(where, value, answer, row.expected)


def settings_of(resource_type: str, where: str) -> tuple[str, ...]:
    """The settings that choose the value at a place such as `Properties.MultiAZ`, by the row for it."""
    if resource_type not in ALLOWED:
        return ()
    exact, subtrees, _ = _rows(resource_type)
    path = re.sub(r"\[\d+\]", "[]", where.removeprefix("Properties."))
    row = exact.get(path) or next((subtrees[each] for each in _prefixes(path) if each in subtrees), None)
    return row.settings if row else ()


def _missing(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    """What the settings ask for and is not there; without settings nothing is asked for."""
    if assembly.config is None:
        return
    whole = {**resource.body, "Properties": resource.properties}
    for row in ALLOWED[resource.type].rows:
        if row.required and row.required(assembly.config) and not _may_be_absent(row, resource, assembly):
            path = row.path.removesuffix(".**")
            for where in _gaps(whole, "", path.removeprefix("@") if path.startswith("@") else f"Properties.{path}"):
                yield seen(where, None, False, row.expected)


def _may_be_absent(row: Row, resource: Resource, assembly: Assembly) -> bool:
    return not (row.why or row.rules) and row.check(None, resource, assembly) is True


def _gaps(value: Any, where: str, path: str) -> Iterator[str]:
    """Where a path leads to nothing: from a value, or from items of lists on the way."""
    before, listing, after = path.partition("[]")
    here = f"{where}.{before}".strip(".")
    found = at(value, before) if before else value
    if after and isinstance(found, list):
        for number, item in enumerate(found):
            yield from _gaps(item, f"{here}[{number}]", after.removeprefix("."))
    elif not after and found in (None, []):
        yield f"{here}{listing}"


@cache
def _rows(resource_type: str) -> tuple[Mapping[str, Row], Mapping[str, Row], Set[str]]:
    """The rows of a type by path, those for everything below a path, and the paths that are judged as a whole."""
    rows = ALLOWED[resource_type].rows
    return (
        {row.path: row for row in rows if not row.path.endswith(".**")},
        {row.path.removesuffix(".**"): row for row in rows if row.path.endswith(".**")},
        {row.path for row in rows if row.whole},
    )


def _leaves_of(resource: Resource, wholes: Set[str]) -> Iterator[tuple[str, str, Any]]:
    if resource.properties:
        yield from leaves(resource.properties, "Properties", "", wholes)
    for attribute, value in resource.body.items():
        if attribute not in _WITHOUT_ROWS:
            yield from leaves(value, attribute, f"@{attribute}", wholes)
    notes = resource.body.get("Metadata", {})
    for name, value in notes.items() if isinstance(notes, Mapping) else [("", notes)]:
        if not name.startswith(_NOTES):
            yield f"Metadata.{name}", f"@Metadata.{name}", value


def _prefixes(path: str) -> Iterator[str]:
    """The path, and every path above it, the longest first."""
    yield path
    while path:
        path = path.removesuffix("[]") if path.endswith("[]") else path.rpartition(".")[0]
        yield path
