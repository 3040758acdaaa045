"""What an RDS instance is asked to be."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class DatabaseSettings:
    """The settings of an RDS instance that its PostgreSQL server follows."""

    port: int
    instance_class: str
    parameters: Mapping[str, str]
    """What the instance's parameter group sets."""


@dataclass(frozen=True, kw_only=True)
class Master:
    """The master user of an instance, and the database that the instance is created with."""

    name: str
    password: str
    database: str
