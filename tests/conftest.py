"""Fixtures shared by all tests. One synthesis of an environment serves every test that looks at its templates."""

import functools
import gc
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from botocore.loaders import JSONFileLoader

from tradingbot_infra.compliance.inspection import Inspection
from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.node import use_pinned_node
from tradingbot_infra.templates import Assembly

PROJECT_ROOT = Path(__file__).parents[1]

hypothesis.settings.register_profile("busy-machine", deadline=None)
hypothesis.settings.load_profile("busy-machine")

pytest_plugins = ["tests.data_stores", "tests.deployed", "tests.small_service", "tests.deployed_secrets", "tests.local_cloud.clusters"]

SHARED = ("deployed", "replayed")
"""Fixtures that start something for tests of many modules: the deployed production, and the replayed trading days."""

Synthesize = Callable[..., Assembly]
Synthesized = Callable[[EnvironmentConfig], tuple[Assembly, Path]]


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
            # share what a fixture makes once.
            shared = next((name for name in SHARED if name in fixtures), item.nodeid.rpartition("::")[0])
            item.add_marker(pytest.mark.xdist_group(shared))
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.0/8"]))
        elif item.get_closest_marker("xdist_group"):
            continue
        elif "synthesized" in fixtures:
            item.add_marker(pytest.mark.xdist_group("templates"))
        elif "inspected" in fixtures:
            item.add_marker(pytest.mark.xdist_group("inspections"))


def pytest_collection_finish() -> None:
    """The tests themselves stay to the end."""
    keep()


def keep() -> None:
    """Takes everything that exists out of garbage collection: a look through all assemblies takes seconds, and comes again and again."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def service_models_are_read_once() -> Iterator[None]:
    """botocore reads its description of a service for each session anew, which takes seconds for EC2. Nobody changes what it has read."""
    read = functools.cache(JSONFileLoader().load_file)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JSONFileLoader, "load_file", lambda _, path: read(path))
        yield


@pytest.fixture(scope="session")
def synthesized(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """`synthesized(config)`: the assembly of a configuration and its directory, made once. Nobody changes either."""
    use_pinned_node()
    from tradingbot_infra.application import synthesize

    made: dict[str, tuple[Assembly, Path]] = {}

    def once(config: EnvironmentConfig) -> tuple[Assembly, Path]:
        key = repr(config)
        if key not in made:
            directory = tmp_path_factory.mktemp("assembly")
            made[key] = synthesize(config, directory), directory
            keep()
        return made[key]

    return once


@pytest.fixture(scope="session")
def synthesize(synthesized: Synthesized) -> Synthesize:
    """`synthesize(environment, **overrides)`: the assembly of an environment's own stacks, made once per configuration.

    AccountSecurityStack is not among them unless account_security says so; `assembly` has every stack that a deployment has.
    """
    return lambda environment, **overrides: synthesized(load_config(environment, {"account_security": "none", **overrides}))[0]


@pytest.fixture
def synthesized_once(synthesized: Synthesized, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands of this process get a copy of the assembly that the CDK made of the same configuration for another test."""

    def copied(config: EnvironmentConfig, directory: Path) -> Assembly:
        assembly, made = synthesized(config)
        shutil.copytree(made, directory, dirs_exist_ok=True)
        return assembly

    monkeypatch.setattr("tradingbot_infra.application.synthesize", copied)


@pytest.fixture(scope="session")
def inspected(tmp_path_factory: pytest.TempPathFactory) -> Callable[[EnvironmentConfig], Inspection]:
    """`inspected(config)`: a configuration synthesized and judged by every pack, made once."""
    use_pinned_node()
    from tradingbot_infra.application import synthesize_and_inspect

    made: dict[str, Inspection] = {}

    def once(config: EnvironmentConfig) -> Inspection:
        key = repr(config)
        if key not in made:
            made[key] = synthesize_and_inspect(config, tmp_path_factory.mktemp("inspected"))
            keep()
        return made[key]

    return once


@pytest.fixture(scope="session")
def inspect(inspected: Callable[[EnvironmentConfig], Inspection]) -> Callable[..., Inspection]:
    """`inspect(environment, **overrides)`: an environment judged by every pack, made once per configuration."""
    return lambda environment, **overrides: inspected(load_config(environment, overrides))


@pytest.fixture
def inspected_once(inspected: Callable[[EnvironmentConfig], Inspection], monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands of this process get the inspection of the same configuration that was made for another test."""
    monkeypatch.setattr("tradingbot_infra.application.synthesize_and_inspect", lambda config, _: inspected(config))


@pytest.fixture(scope="session")
def production(synthesize: Synthesize) -> Assembly:
    """The production environment's own stacks."""
    return synthesize("production")


@pytest.fixture(scope="session", params=list(ENVIRONMENTS))
def environment(request: pytest.FixtureRequest) -> str:
    """Each of the five environments."""
    return str(request.param)


@pytest.fixture(scope="session")
def assembly(environment: str, synthesized: Synthesized) -> Assembly:
    """Each environment's assembly in turn, with the stacks of the account where it deploys them."""
    return synthesized(load_config(environment))[0]


@pytest.fixture
def bare_environment(tmp_path: Path, jsii_package_cache: Path) -> dict[str, str]:
    """The variables of a newcomer's shell: a path and an empty home, no credentials, nothing of this machine's.

    Only jsii's copy of the CDK is shared: each empty home would cost seconds to unpack the CDK into.
    """
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(jsii_package_cache),
        "CDK_DISABLE_CLI_TELEMETRY": "1",
        "CDK_DISABLE_VERSION_CHECK": "1",
    }


@pytest.fixture(scope="session")
def jsii_package_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where jsii keeps the unpacked CDK: the user's own cache (Linux, macOS), or one that all workers of this run share."""
    own = (".cache/aws/jsii/package-cache", "Library/Caches/com.amazonaws.jsii/package-cache")
    shared = tmp_path_factory.getbasetemp().parent / "jsii-package-cache"
    return next((path for path in (Path.home() / name for name in own) if path.is_dir()), shared)
