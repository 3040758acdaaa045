"""Names in templates and names in the account: which resource an id or ARN means, and whether two values mean the same."""

import json
import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from tradingbot_infra.operations.live.stacks import StackResource

Name = TypeVar("Name", bound=Hashable)

_REFERENCE = re.compile(r"\$\{(?P<stack>\w+)\.(?P<id>\w+)(\.[\w.]+)?\}")
_ARN = re.compile(r"arn:[\w-]+:[\w-]+:[\w-]*:\d*:[^\s\"*,]*[^\s\"*,:](?::\*)?")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the stacks stand."""

    account: str
    region: str
    partition: str

    @property
    def pseudo_parameters(self) -> Mapping[str, str]:
        """What CloudFormation puts in their place (CloudFormation User Guide, "Pseudo parameters reference")."""
        return {
            "${AWS::AccountId}": self.account,
            "${AWS::Region}": self.region,
            "${AWS::Partition}": self.partition,
            "${AWS::URLSuffix}": "amazonaws.com",
        }


@dataclass(frozen=True)
class PhysicalIds:
    """The ids of every resource of the stacks, by stack and logical id."""

    ids: Mapping[tuple[str, str], StackResource]
    place: Place
    attributes: Mapping[str, str] = field(default_factory=dict)
    """Attributes that do not follow from an id, by their reference."""

    def of(self, stack: str, logical_id: str) -> str | None:
        """The physical id; None for a resource that does not stand."""
        found = self.ids.get((stack, logical_id))
        return found.physical_id if found else None

    def same(self, declared: Any, live: Any) -> bool:
        """Whether a value of a template and one that a service returned mean the same, whatever their order and spelling.

        Objects are compared by what the template has or the service does not leave empty: services add empty defaults.
        """
        return self.canonical(declared) == self.canonical(live)

    def apart(self, declared: Any, live: Any) -> tuple[Any, Any]:
        """Both values without the items of lists, and statements of policies, that they share."""
        if isinstance(declared, Mapping) and isinstance(live, Mapping) and {"Statement"} <= declared.keys() & live.keys():
            return self.apart(_listed(declared["Statement"]), _listed(live["Statement"]))
        if isinstance(declared, list) and isinstance(live, list):
            left, right = ({self.canonical(item): item for item in items} for items in (declared, live))
            return [item for key, item in left.items() if key not in right], [item for key, item in right.items() if key not in left]
        return declared, live

    def referring(self, live: Any) -> Any:
        """A value that a service returned, with references in place of ids and ARNs of these stacks, as in a resolved template."""
        if isinstance(live, Mapping):
            return {key: self.referring(item) for key, item in live.items()}
        if isinstance(live, list):
            return [self.referring(item) for item in live]
        if not isinstance(live, str):
            return live
        reference = self._references.get(live)
        if reference:
            return reference
        return _ARN.sub(self._arn, live).replace(self.place.account, "${AWS::AccountId}")

    def canonical(self, value: Any) -> str:
        """A value as text that is the same for all that mean the same."""
        return json.dumps(self._canonical(value), sort_keys=True)

    def _canonical(self, value: Any) -> Any:
        if value is None or value in ([], {}):
            return "none"
        if isinstance(value, Mapping):
            kept = {key: self._canonical(item) for key, item in value.items()}
            return {key: item for key, item in kept.items() if item not in _EMPTY}
        if isinstance(value, list):
            items: list[Any] = [self._canonical(item) for item in value]
            # A list of one and the thing itself are the same to IAM and to CloudFormation.
            return items[0] if len(items) == 1 else sorted(items, key=lambda item: json.dumps(item, sort_keys=True, default=str))
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return self._plain(value) if isinstance(value, str) else str(value).lower()

    def _plain(self, text: str) -> str:
        """Text with ids only: no reference, and no ARN of a known resource."""
        for name, known in (*self.place.pseudo_parameters.items(), *self.attributes.items()):
            text = text.replace(name, known)
        text = _REFERENCE.sub(lambda match: _tail(self.of(match["stack"], match["id"]) or match[0]), text)
        return _ARN.sub(self._shortened, text).lower()

    def _shortened(self, match: re.Match[str]) -> str:
        """The end of an ARN of these stacks; of an object in a bucket, the bucket is the known part."""
        tail = _tail(match[0])
        return tail if tail in self._tails or tail.partition("/")[0] in self._tails else match[0]

    def _arn(self, match: re.Match[str]) -> str:
        arn = match[0]
        if arn in self._references:
            return self._references[arn]
        service, tail = arn.split(":")[2], _tail(arn)
        name, slash, within = tail.partition("/") if service == "s3" else (tail, "", "")
        key = self._by_tail.get((service, name))
        return f"${{{key[0]}.{key[1]}.Arn}}{slash}{within}" if key else arn

    @cached_property
    def _references(self) -> Mapping[str, str]:
        """The reference for each physical id that only one resource has."""
        return {key: f"${{{stack}.{logical}}}" for key, (stack, logical) in self._unique(lambda one: one.physical_id).items()}

    @cached_property
    def _by_tail(self) -> Mapping[tuple[str, str], tuple[str, str]]:
        """The resource of each service and end of an ARN."""
        return self._unique(lambda one: (one.type.split("::")[1].lower(), _tail(one.physical_id)))

    @cached_property
    def _tails(self) -> frozenset[str]:
        return frozenset(_tail(each.physical_id) for each in self.ids.values())

    def _unique(self, name_of: Callable[[StackResource], Name]) -> Mapping[Name, tuple[str, str]]:
        found: dict[Name, list[tuple[str, str]]] = {}
        for key, resource in self.ids.items():
            found.setdefault(name_of(resource), []).append(key)
        return {name: keys[0] for name, keys in found.items() if len(keys) == 1}


_EMPTY: tuple[Any, ...] = ("", "none", "false", [], {})


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _tail(text: str) -> str:
    """What names a resource at the end of an ARN; any other text as it is."""
    if not text.startswith("arn:"):
        return text
    service, resource = text.split(":", 5)[2], text.split(":", 5)[5]
    if service == "s3":
        return resource
    if service == "logs":
        # The ARN of a log group ends in `:*`, or goes on with a stream.
        return resource.split(":")[1]
    return resource.rpartition("/")[2] if "/" in resource else resource.rpartition(":")[2]
