"""Fixtures shared by all tests. One synthesis of an environment serves every test that looks at its templates."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tradingbot_infra.compliance.inspection import Inspection
from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.node import use_pinned_node
from tradingbot_infra.templates import Assembly

PROJECT_ROOT = Path(__file__).parents[1]

pytest_plugins = ["tests.deployed", "tests.deployed_secrets"]

Synthesize = Callable[..., Assembly]


def pytest_configure() -> None:
    """Lets Ctrl-C reach the commands that tests start: a shell without job control has what runs in the background ignore it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that need templates run in one worker, so that each environment is synthesized once; the others fill the second."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "local_cloud" in item.keywords:
            # The tests of a class build on each other; other classes and modules have a local cloud of their own, but for those that
            # operate the one deployed production.
            item.add_marker(pytest.mark.xdist_group("deployed" if "deployed" in fixtures else item.nodeid.rpartition("::")[0]))
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1"]))
        elif "synthesize" in fixtures:
            item.add_marker(pytest.mark.xdist_group("templates"))
        elif "inspect" in fixtures:
            item.add_marker(pytest.mark.xdist_group("inspections"))


@pytest.fixture(scope="session")
def synthesize(tmp_path_factory: pytest.TempPathFactory) -> Synthesize:
    """`synthesize(environment, **overrides)`: the assembly of an environment, made once per set of settings."""
    use_pinned_node()
    from tradingbot_infra.application import synthesize as build

    made: dict[str, Assembly] = {}

    def assembly(environment: str, **overrides: object) -> Assembly:
        key = repr((environment, sorted(overrides.items())))
        if key not in made:
            made[key] = build(load_config(environment, overrides), tmp_path_factory.mktemp("assembly"))
        return made[key]

    return assembly


@pytest.fixture(scope="session")
def inspect(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Inspection]:
    """`inspect(environment, **overrides)`: an environment synthesized and judged by every pack, made once per set of settings."""
    use_pinned_node()
    from tradingbot_infra.application import synthesize_and_inspect

    made: dict[str, Inspection] = {}

    def inspection(environment: str, **overrides: object) -> Inspection:
        key = repr((environment, sorted(overrides.items())))
        if key not in made:
            made[key] = synthesize_and_inspect(load_config(environment, overrides), tmp_path_factory.mktemp("inspected"))
        return made[key]

    return inspection


@pytest.fixture(scope="session")
def production(synthesize: Synthesize) -> Assembly:
    """The production environment."""
    return synthesize("production")


@pytest.fixture(scope="session", params=list(ENVIRONMENTS))
def environment(request: pytest.FixtureRequest) -> str:
    """Each of the five environments."""
    return str(request.param)


@pytest.fixture(scope="session")
def assembly(environment: str, synthesize: Synthesize) -> Assembly:
    """Each environment's assembly in turn."""
    return synthesize(environment)


@pytest.fixture
def bare_environment(tmp_path: Path) -> dict[str, str]:
    """The variables of a newcomer's shell: a path and an empty home, no credentials, nothing of this machine's."""
    return {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "CDK_DISABLE_CLI_TELEMETRY": "1", "CDK_DISABLE_VERSION_CHECK": "1"}
