"""A new account on a local cloud, and the smallest templates that need something of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.compliance.builders import Body, assembly_of, resource
from tests.deployed import session_of
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.local_cloud.server import LocalCloud, running
from tradingbot_infra.operations.preflight.plan import Plan
from tradingbot_infra.operations.session import Session
from tradingbot_infra.templates import Assembly, Bootstrap

NOW = datetime(2026, 11, 29, tzinfo=UTC)


@pytest.fixture(scope="session")
def new_account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """An account in which nobody has done anything. A test undoes what it does."""
    with running(tmp_path_factory.mktemp("new-account")) as cloud:
        yield cloud


@pytest.fixture
def session(new_account: LocalCloud) -> Session:
    """The session that reaches it."""
    return session_of(new_account)


def plan_of(session: Session, assembly: Assembly, **settings: object) -> Plan:
    """A deployment of production that consists of these templates."""
    return Plan(session, load_config("production", settings), assembly, NOW)


def with_types(*types: str) -> Assembly:
    """Templates with one resource of each type."""
    return assembly_of({f"Resource{number}": resource(kind) for number, kind in enumerate(types)})


def templates(**resources: Body) -> Assembly:
    """One template."""
    return assembly_of(resources)


def bootstrapped(version: int, parameter: str = "/cdk-bootstrap/hnb659fds/version") -> Assembly:
    """A template that asks for a bootstrap stack."""
    assembly = assembly_of({})
    stacks = {name: replace(stack, bootstrap=Bootstrap(version, parameter)) for name, stack in assembly.stacks.items()}
    return Assembly(assembly.templates, stacks)
