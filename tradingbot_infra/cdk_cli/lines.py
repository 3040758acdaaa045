"""What a line of the CDK CLI's output says, with `--progress events` and without colours (CLI 2.1148)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

_COUNT = r"(?:(?P<done>\d+)(?:/ *(?P<total>\d+))? \| )?"
_STATUS = r"(?P<status>[A-Z_]+)(?P<skipped> \(skipped\))?"
_EVENT = re.compile(rf"(?P<stack>\S+) \| +{_COUNT}[^|]+ \| {_STATUS} *\| (?P<type>\S*) *\| (?P<rest>.*)")
_BY_PATH = re.compile(r"(?P<name>\S*/.*?) \((?P<id>[A-Za-z0-9]+)\) (?P<reason>.*)")
_NAME = r"(?P<id>\S+)(?: \((?P<stack>[A-Za-z][-A-Za-z0-9]*)\))?"
_BEGAN = re.compile(_NAME + r": (?:deploying|destroying)\.\.\.(?: \[\d+/\d+\])?")
_BOOTSTRAPPED = re.compile(r"✅  Environment \S+ bootstrapped.*")
_ENDED = re.compile(r"✅  " + _NAME + r"(?P<how>: destroyed| \(no changes\))?")
_ENDS: Mapping[str | None, Literal["complete", "no changes", "destroyed"]] = {
    None: "complete",
    " (no changes)": "no changes",
    ": destroyed": "destroyed",
}
_WARNING = re.compile(r"(?:warning: |\[warning)", re.IGNORECASE)


BOOTSTRAP_STACK = "CDKToolkit"
"""The stack that `cdk bootstrap` creates."""


@dataclass(frozen=True)
class Event:
    """An event of a stack. `done` of `total` resources are complete; neither is known in the summary that ends a failure."""

    stack: str
    status: str
    type: str
    resource: str
    reason: str
    done: int | None = None
    total: int | None = None

    @property
    def failed(self) -> bool:
        """Whether it is a fault by itself, and not the end of what ran beside one, which CloudFormation cancels."""
        return self.status.endswith("_FAILED") and not self.reason.endswith("cancelled")


@dataclass(frozen=True)
class Began:
    """CloudFormation begins to deploy or destroy a stack."""

    stack: str


@dataclass(frozen=True)
class Ended:
    """A stack is complete, had nothing to deploy, or is gone."""

    stack: str
    how: Literal["complete", "no changes", "destroyed"] = "complete"


@dataclass(frozen=True)
class Warned:
    """What a person should know although the command goes on."""

    line: str


Meaning = Event | Began | Ended | Warned


def meaning_of(line: str) -> Meaning | None:
    """What one line says; None for every other line."""
    text = line.strip()
    if event := _EVENT.fullmatch(text):
        return _event(event)
    if began := _BEGAN.fullmatch(text):
        return Began(began["stack"] or began["id"])
    if ended := _ENDED.fullmatch(text):
        return Ended(ended["stack"] or ended["id"], _ENDS[ended["how"]])
    if _BOOTSTRAPPED.fullmatch(text):
        return Ended(BOOTSTRAP_STACK)
    return Warned(text) if _WARNING.match(text) else None


def _event(found: re.Match[str]) -> Event:
    resource, reason = _resource_and_reason(found["rest"].strip())
    return Event(
        stack=found["stack"],
        # What CloudFormation does not count as a failure yet, such as a rollback that it will try again.
        status=found["status"].removesuffix("_FAILED") if found["skipped"] else found["status"],
        type=found["type"],
        resource=resource,
        reason=reason,
        done=int(found["done"]) if found["done"] else None,
        total=int(found["total"]) if found["total"] else None,
    )


def _resource_and_reason(rest: str) -> tuple[str, str]:
    """The construct's path where the CLI knows it, else the logical id; then the reason."""
    by_path = _BY_PATH.fullmatch(f"{rest} ")
    if by_path:
        return by_path["name"], by_path["reason"].strip()
    name, _, reason = rest.partition(" ")
    return name, reason.strip()
