"""The controls of the four frameworks, and rules that no template can show, as data beside this module."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources
from typing import Any, Literal

from tradingbot_infra.compliance.severity import Severity

Scope = Literal["workload", "account", "manual"]

_FRAMEWORKS = ("cis.json", "pci_dss.json", "soc2.json", "gdpr.json")


@dataclass(frozen=True, kw_only=True)
class Control:
    """One requirement of a framework. `id` begins with the framework's, such as CIS-5.3; titles are this project's words."""

    id: str
    title: str
    section: str
    level: str
    scope: Scope
    rules: tuple[str, ...]
    note: str


@dataclass(frozen=True, kw_only=True)
class Framework:
    """A published framework. Its `id` is the name of its pack."""

    id: str
    name: str
    version: str
    controls: tuple[Control, ...]


@dataclass(frozen=True, kw_only=True)
class OutsideRule:
    """A rule that no template of these stacks can show: settings of the account, and what people do.

    `provider` is what would provide it, or where evidence is kept. Once resources of its `types` are declared, a rule of the same id
    takes its place, as the rules of AccountSecurityStack (rules/account_*.py) did.
    """

    id: str
    scope: Literal["account", "manual"]
    title: str
    types: tuple[str, ...]
    provider: str


@cache
def frameworks() -> tuple[Framework, ...]:
    """CIS AWS Foundations, PCI DSS, SOC 2 and GDPR."""
    return tuple(_framework(_read(name)) for name in _FRAMEWORKS)


@cache
def controls() -> Mapping[str, Control]:
    """Every control of every framework by id."""
    return {control.id: control for framework in frameworks() for control in framework.controls}


@cache
def outside_rules() -> Mapping[str, OutsideRule]:
    """Rules that these templates cannot show, by id."""
    return {entry["id"]: OutsideRule(**{**entry, "types": tuple(entry["types"])}) for entry in _read("outside.json")["rules"]}


@cache
def references() -> Mapping[str, tuple[str, ...]]:
    """Related controls of AWS Security Hub and managed rules of AWS Config, by rule id."""
    return {rule: tuple(names) for rule, names in _read("references.json").items()}


@cache
def severities() -> Mapping[Severity, tuple[str, ...]]:
    """Ids of rules, or patterns of ids, by severity; what none of them names is of medium severity."""
    return {Severity(severity): tuple(patterns) for severity, patterns in _read("severity.json").items()}


@cache
def severity_of(rule_id: str) -> Severity:
    """The severity of a rule of this project or of a public pack."""
    found = (severity for severity, patterns in severities().items() if any(fnmatchcase(rule_id, pattern) for pattern in patterns))
    return next(found, Severity.MEDIUM)


def controls_naming(rule_id: str) -> Iterator[tuple[Framework, Control]]:
    """Every control that names a rule, with its framework."""
    for framework in frameworks():
        for control in framework.controls:
            if rule_id in control.rules:
                yield framework, control


def _framework(data: Mapping[str, Any]) -> Framework:
    prefix = data["id"]
    named = ({**entry, "id": f"{prefix}-{entry['id']}", "rules": tuple(entry["rules"])} for entry in data["controls"])
    return Framework(id=prefix, name=data["name"], version=data["version"], controls=tuple(Control(**entry) for entry in named))


def _read(name: str) -> Any:
    return json.loads(resources.files(__name__).joinpath(name).read_text(encoding="utf-8"))
