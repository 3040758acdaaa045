"""Faults laid over the templates of an environment, and what the tables of allowed values find."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

from tradingbot_infra.compliance.evaluation import Finding, evaluate
from tradingbot_infra.compliance.rules.allowed_properties import allowed, declared
from tradingbot_infra.templates import Assembly

REMOVED = object()
"""Stands for a property that a fault takes away."""


def body_of(templates: Mapping[str, Any], place: str) -> dict[str, Any]:
    """A resource of templates by stack and the beginning of its logical id, as in `DataStack.Postgres`; hashes are left out."""
    stack, _, start = place.partition(".")
    resources: dict[str, dict[str, Any]] = templates[stack]["Resources"]
    return resources[start] if start in resources else next(body for name, body in resources.items() if name.startswith(start))


def put(body: Any, path: str, value: Any) -> None:
    """Sets, or removes, the value at a path such as `Properties/Tags/0/Value`."""
    *above, last = path.split("/")
    for part in above:
        body = body[int(part)] if isinstance(body, list) else body.setdefault(part, {})
    if value is REMOVED:
        del body[int(last) if isinstance(body, list) else last]
    elif isinstance(body, list) and last == "+":
        body.append(value)
    else:
        body[int(last) if isinstance(body, list) else last] = value


def with_fault(assembly: Assembly, change: Callable[[dict[str, Any]], None]) -> Assembly:
    """The same assembly with other templates."""
    templates = deepcopy(dict(assembly.templates))
    change(templates)
    return replace(assembly, templates=templates)


def new_findings(assembly: Assembly, change: Callable[[dict[str, Any]], None]) -> set[Finding]:
    """What the tables find after a change and not before."""
    rules = (allowed, declared)
    return set(evaluate(with_fault(assembly, change), rules).findings - evaluate(assembly, rules).findings)
