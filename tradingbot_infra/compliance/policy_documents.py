"""IAM policy documents of every kind of resource, statement by statement."""

from collections.abc import Iterator, Mapping
from typing import Any

from tradingbot_infra.compliance.observe import at, listed

Statement = Mapping[str, Any]


def statements(document: Any, effect: str) -> Iterator[Statement]:
    """The statements of a policy document with this effect; a document that is no mapping has none."""
    for statement in listed(at(document, "Statement")) if isinstance(document, Mapping) else ():
        if statement.get("Effect") == effect:
            yield statement


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


def condition_keys(statement: Statement) -> set[str]:
    """The condition keys of a statement, in lower case as IAM compares them."""
    return {key.lower() for block in (statement.get("Condition") or {}).values() for key in block}


def refuses_plain_http(document: Any) -> bool:
    """Whether a resource policy denies anyone whatever is not sent over TLS."""
    return any(
        "*" in principals(statement) and str(at(statement, "Condition.Bool", {}).get("aws:SecureTransport")).lower() == "false"
        for statement in statements(document, "Deny")
    )
