"""Words in which seeds are written."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from tradingbot_infra.templates import Assembly

OTHER_ACCOUNT = "444455556666"
OWN_ACCOUNT = {"Ref": "AWS::AccountId"}

_DOCUMENTS = {
    "AWS::IAM::ManagedPolicy": "PolicyDocument",
    "AWS::IAM::Role": "AssumeRolePolicyDocument",
    "AWS::KMS::Key": "KeyPolicy",
    "AWS::S3::BucketPolicy": "PolicyDocument",
    "AWS::SNS::TopicPolicy": "PolicyDocument",
}


class Templates:
    """A copy of an assembly's templates, to put a fault into."""

    def __init__(self, assembly: Assembly) -> None:
        # Much faster than a deep copy.
        self.by_stack: dict[str, Any] = json.loads(json.dumps(dict(assembly.templates)))

    def body(self, resource_type: str, of: str = "") -> Any:
        """The first resource of a type whose logical id begins with `of`.

        Raises LookupError if there is none: a seed that changes nothing shows nothing.
        """
        for template in self.by_stack.values():
            for logical_id, body in template["Resources"].items():
                if body["Type"] == resource_type and logical_id.startswith(of):
                    return body
        raise LookupError(f"no {resource_type} whose id begins with {of!r}")

    def statements(self, resource_type: str, of: str = "") -> list[Any]:
        """The statements of its policy document."""
        found: list[Any] = self.body(resource_type, of)["Properties"][_DOCUMENTS[resource_type]]["Statement"]
        return found


Fault = Callable[[Templates], None]
Seeds = Mapping[str, Fault]
"""Faults by a sentence that says what each does."""


def sets(resource_type: str, path: str, value: Any, *, of: str = "") -> Fault:
    """Gives a property another value. A number in the path is a position in a list; what is missing on the way is made."""

    def fault(templates: Templates) -> None:
        target, last = _parent(templates.body(resource_type, of)["Properties"], path)
        target[last] = value

    return fault


def drops(resource_type: str, path: str, *, of: str = "") -> Fault:
    """Takes a property or an item of a list away."""

    def fault(templates: Templates) -> None:
        target, last = _parent(templates.body(resource_type, of)["Properties"], path)
        del target[last]

    return fault


def appends(resource_type: str, path: str, *values: Any, of: str = "") -> Fault:
    """Adds items to the end of a list, which is made if there is none."""

    def fault(templates: Templates) -> None:
        target, last = _parent(templates.body(resource_type, of)["Properties"], path)
        found = target.get(last, []) if isinstance(target, dict) else target[last]
        target[last] = [*(found if isinstance(found, list) else [found]), *values]

    return fault


def prepends(resource_type: str, path: str, value: Any, *, of: str = "") -> Fault:
    """Adds an item to the front of a list."""

    def fault(templates: Templates) -> None:
        target, last = _parent(templates.body(resource_type, of)["Properties"], path)
        target[last] = [value, *target[last]]

    return fault


def states(resource_type: str, of: str, statement: Mapping[str, Any]) -> Fault:
    """Adds a statement to a policy document; it allows, on everything, unless it says otherwise."""
    whole = {"Effect": "Allow", **({} if resource_type == "AWS::IAM::Role" else {"Resource": "*"}), **statement}
    return lambda templates: templates.statements(resource_type, of).append(whole)


def permits(of: str, *actions: str, resource: Any = "*") -> Fault:
    """Adds a statement to the policy of a role."""
    return states("AWS::IAM::ManagedPolicy", of, {"Action": list(actions), "Resource": resource})


def adds(resource_type: str, properties: Mapping[str, Any], *, stack: str = "ServiceStack", **attributes: Any) -> Fault:
    """Declares a resource."""

    def fault(templates: Templates) -> None:
        templates.by_stack[stack]["Resources"]["Seed"] = {"Type": resource_type, "Properties": dict(properties), **attributes}

    return fault


def attribute(resource_type: str, name: str, value: Any, *, of: str = "") -> Fault:
    """Gives a resource an attribute beside its properties, such as DeletionPolicy."""
    return lambda templates: templates.body(resource_type, of).update({name: value})


def removes(resource_type: str, *, of: str = "") -> Fault:
    """Removes a resource."""

    def fault(templates: Templates) -> None:
        body = templates.body(resource_type, of)
        for template in templates.by_stack.values():
            template["Resources"] = {name: each for name, each in template["Resources"].items() if each is not body}

    return fault


def section(stack: str, name: str, key: str, value: Any) -> Fault:
    """Adds an entry to another part of a template, such as Outputs."""
    return lambda templates: templates.by_stack[stack].setdefault(name, {}).update({key: value})


def both(*faults: Fault) -> Fault:
    """Faults that only together do harm."""

    def fault(templates: Templates) -> None:
        for each in faults:
            each(templates)

    return fault


def _parent(properties: Any, path: str) -> tuple[Any, Any]:
    *way, last = (int(part) if part.isdecimal() else part for part in path.split("/"))
    target = properties
    for part in way:
        target = target.setdefault(part, {}) if isinstance(target, dict) else target[part]
    return target, last
