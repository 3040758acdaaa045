"""IAM policy documents of every kind of resource, statement by statement."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from tradingbot_infra.compliance.observe import at, is_function, listed, not_assessed, seen
from tradingbot_infra.compliance.rule import Observation
from tradingbot_infra.templates import Assembly, Resource

Statement = Mapping[str, Any]

_WITH_INLINE_POLICIES = ("AWS::IAM::Role", "AWS::IAM::Group", "AWS::IAM::User")
_POLICIES = ("ManagedPolicy", "Policy", "RolePolicy", "GroupPolicy", "UserPolicy")

IDENTITY_POLICIES = (*(f"AWS::IAM::{kind}" for kind in _POLICIES), *_WITH_INLINE_POLICIES)
"""Types whose resources hold permissions of an identity."""

_REFERENCE = re.compile(r"\$\{\w+\.\w+(\.[\w.]+)?\}")


def statements(document: Any, effect: str) -> Iterator[Statement]:
    """The statements of a policy document with this effect; a document that is not a mapping has none."""
    for statement in listed(at(document, "Statement")) if isinstance(document, Mapping) else ():
        if statement.get("Effect") == effect:
            yield statement


def each_allowed(
    where: str, document: Any, elements: Sequence[str], holds: Callable[[Statement], bool], expected: str, assembly: Assembly
) -> Iterator[Observation]:
    """Whether each Allow statement is acceptable, judged by these elements of it; empty for no document.

    A statement is not assessed when CloudFormation decides one of the elements, the effect, or the whole document.
    """
    document = as_data(document)
    if document is None:
        return
    if not isinstance(document, Mapping) or is_function(document):
        yield not_assessed(where, document, expected)
        return
    for number, statement in enumerate(listed(document.get("Statement"))):
        place = f"{where}.Statement[{number}]"
        if is_function(statement) or is_left_open(statement.get("Effect"), assembly):
            yield not_assessed(place, statement, expected)
        elif statement.get("Effect") == "Allow":
            observed = {element: statement[element] for element in elements if element in statement}
            open_question = is_left_open(observed, assembly)
            yield not_assessed(place, observed, expected) if open_question else seen(place, observed, holds(statement), expected)


def identity_documents(resource: Resource) -> Iterator[tuple[str, Any]]:
    """Every policy document of one of IDENTITY_POLICIES, and where it is; an identity has one for each inline policy."""
    if resource.type not in _WITH_INLINE_POLICIES:
        yield "Properties.PolicyDocument", resource.properties.get("PolicyDocument")
        return
    for number, policy in enumerate(listed(resource.properties.get("Policies"))):
        document = at(policy, "PolicyDocument")
        yield f"Properties.Policies[{number}].PolicyDocument", document


def as_data(document: Any) -> Any:
    """A policy document as data, also where the property has it as JSON text; text that is not JSON stays text."""
    if not isinstance(document, str):
        return document
    try:
        return json.loads(document)
    except json.JSONDecodeError:
        return document


def is_left_open(value: Any, assembly: Assembly) -> bool:
    """Whether any part of a value is decided elsewhere: by an intrinsic function or by a parameter.

    References to resources and to pseudo parameters such as AWS::AccountId do not count: they name one thing.
    """
    if isinstance(value, str):
        references = (match[0] for match in _REFERENCE.finditer(value))
        return any(assembly.referred(reference) is None for reference in references)
    if isinstance(value, Mapping):
        return is_function(value) or any(is_left_open(item, assembly) for item in value.values())
    return isinstance(value, Sequence) and any(is_left_open(item, assembly) for item in value)


def actions(statement: Statement) -> list[str]:
    """The actions that a statement names."""
    return [str(action) for action in listed(statement.get("Action"))]


def resources(statement: Statement) -> list[str]:
    """The resources that a statement names, references resolved."""
    return [str(resource) for resource in listed(statement.get("Resource"))]


def principals(statement: Statement) -> list[str]:
    """The principals as `Kind:name`, such as `Service:ecs-tasks.amazonaws.com`; `*` alone is anyone, also as `AWS:*`."""
    principal = statement.get("Principal")
    if not isinstance(principal, Mapping):
        return [str(name) for name in listed(principal)]
    named = [(kind, str(name)) for kind, names in principal.items() for name in listed(names)]
    return ["*" if name == "*" else f"{kind}:{name}" for kind, name in named]


def covers(statement: Statement, action: str) -> bool:
    """Whether the actions that a statement names include this one; IAM compares them without regard to case."""
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in actions(statement))


def is_open_to_anyone(statement: Statement) -> bool:
    """Whether a statement of a resource policy admits anyone, or everyone but some."""
    return "*" in principals(statement) or "NotPrincipal" in statement


def refuses_plain_http(document: Any) -> bool:
    """Whether a resource policy denies everyone requests without TLS."""
    return any(
        "*" in principals(statement) and str(at(statement, "Condition.Bool", {}).get("aws:SecureTransport")).lower() == "false"
        for statement in statements(document, "Deny")
    )
