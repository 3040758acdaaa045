"""Mutants that may survive, because they mean nothing for security, money or availability: harmless.json beside this module."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from tradingbot_infra.compliance.mutation.mutant import Mutant

ANY = "*"


@dataclass(frozen=True, kw_only=True)
class Harmless:
    """Mutants of a type (`*`: of any) whose property matches a pattern as a whole, by these operators (`*`: any), and why."""

    type: str
    property: str
    operators: tuple[str, ...]
    reason: str

    def covers(self, mutant: Mutant) -> bool:
        """Whether a mutant is one of them."""
        return (
            self.type in (ANY, mutant.resource_type)
            and (ANY in self.operators or mutant.operator in self.operators)
            and re.fullmatch(self.property, mutant.path) is not None
        )


@cache
def marks() -> tuple[Harmless, ...]:
    """Every reviewed mark."""
    table = json.loads(resources.files(__package__).joinpath("harmless.json").read_text(encoding="utf-8"))
    return tuple(Harmless(**{**mark, "operators": tuple(mark["operators"])}) for mark in table)


def is_harmless(mutant: Mutant, known: Iterable[Harmless]) -> bool:
    """Whether a mark covers a mutant."""
    return any(mark.covers(mutant) for mark in known)
