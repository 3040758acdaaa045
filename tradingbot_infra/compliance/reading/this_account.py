"""Whether principals and conditions of a policy name this account: by their values, not by the kind of the condition."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from tradingbot_infra.compliance.observe import listed
from tradingbot_infra.compliance.reading.github_trust import is_provider
from tradingbot_infra.compliance.reading.policy_documents import Statement, principals
from tradingbot_infra.templates import Assembly, Resource

_ACCOUNT = "${AWS::AccountId}"
_REFERENCE = re.compile(r"\$\{\w+\.\w+(\.[\w.]+)?\}")
_PSEUDO = re.compile(r"\$\{AWS::\w+\}")

_TYING_OPERATORS = frozenset({"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike"})
"""Negated operators and those that end in IfExists admit others, and so do those for sets that may be empty (IAM User Guide,
"IAM JSON policy elements: Condition operators")."""

_OF_ACCOUNTS = ("aws:sourceaccount", "aws:sourceowner", "aws:principalaccount", "kms:calleraccount")
OF_THE_CALLER = (*_OF_ACCOUNTS, "aws:sourcearn", "aws:principalarn")
"""Condition keys that say whose the request is, in lower case."""

_OF_ORGANIZATIONS = ("aws:sourceorgid", "aws:sourceorgpaths", "aws:principalorgid", "aws:principalorgpaths")
"""No setting names an organization, so each is foreign."""


@dataclass(frozen=True)
class ThisAccount:
    """The account of one stack. `number` is None where it is known only at deployment; the token stands for it in any case."""

    number: str | None
    assembly: Assembly

    @classmethod
    def of(cls, resource: Resource, assembly: Assembly) -> Self:
        """The account of a resource."""
        return cls(assembly.stacks[resource.stack].account, assembly)

    def is_named(self, number: Any) -> bool:
        """Whether a value is the number of this account."""
        return str(number) == _ACCOUNT or (self.number is not None and str(number) == self.number)

    def owns(self, arn: Any) -> bool:
        """Whether an ARN is of this account. One that names no account is, where it refers to a resource of these stacks."""
        text = str(arn)
        if self._begins_with_a_resource(text):
            return True
        parts = _PSEUDO.sub(lambda match: "this" if match[0] == _ACCOUNT else "", text).split(":", 5)
        if parts[0] != "arn" or len(parts) < 6:
            return False
        own = parts[4] == "this" or self.is_named(parts[4])
        return own or (not parts[4] and self._begins_with_a_resource(parts[5]))

    def is_tied_by(self, statement: Statement, *keys: str) -> bool:
        """Whether a condition restricts a statement to this account by one of these keys, in lower case, or by a key that begins so."""
        return any(
            operator in _TYING_OPERATORS and key.startswith(keys) and all(self._fits(key, value) for value in values)
            for operator, key, values in _conditions(statement)
        )

    def is_for_others(self, statement: Statement) -> bool:
        """Whether conditions name another account, or any, as the one on whose behalf somebody acts, and none names this one.

        Conditions hold together, so what is tied to this account is for no other.
        """
        named = (
            self._fits(key, value)
            for operator, key, values in _conditions(statement)
            if operator.removesuffix("ifexists").rpartition(":")[2] in _TYING_OPERATORS
            and key.startswith((*OF_THE_CALLER, *_OF_ORGANIZATIONS))
            for value in values
        )
        return not self.is_tied_by(statement, *OF_THE_CALLER) and not all(named)

    def admits_only_it(self, statement: Statement, *others: str) -> bool:
        """Whether the principals are services, identities of this account or of `others`, which are numbers of accounts, and GitHub."""
        return "NotPrincipal" not in statement and all(self._is_known(name, others) for name in principals(statement))

    def _is_known(self, principal: str, others: tuple[str, ...]) -> bool:
        kind, _, name = principal.partition(":")
        if kind == "AWS":
            named = name in others or any(name == f"arn:aws:iam::{other}:root" for other in others)
            return named or self.is_named(name) or self.owns(name)
        return kind == "Service" or is_provider(principal, self.assembly)

    def _fits(self, key: str, value: Any) -> bool:
        if key.startswith(_OF_ACCOUNTS):
            return self.is_named(value)
        return not key.startswith(_OF_ORGANIZATIONS) and self.owns(value)

    def _begins_with_a_resource(self, text: str) -> bool:
        match = _REFERENCE.match(text)
        return match is not None and self.assembly.referred(match[0]) is not None


def _conditions(statement: Statement) -> Iterator[tuple[str, str, list[Any]]]:
    """Each condition: operator and key in lower case, and values."""
    for operator, block in (statement.get("Condition") or {}).items():
        for key, values in block.items():
            yield operator.lower(), key.lower(), listed(values)
