"""Fixtures of tests/operations and tests/commands: production, deployed once to a local cloud by the real CDK CLI, and its commands."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pytest
from typer.testing import CliRunner, Result

from tests.conftest import PROJECT_ROOT
from tests.operations.secrets.sample import values
from tradingbot_infra.__main__ import app
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design.names import Names
from tradingbot_infra.local_cloud.cdk_cli import CdkCli
from tradingbot_infra.local_cloud.server import LocalCloud, client, environment, running
from tradingbot_infra.operations.session import Session

REGION = "ap-southeast-2"
SCALE = 60.0
"""Of time: an hour of AWS takes a minute."""

Run = Callable[..., Result]
RunApart = Callable[..., "subprocess.CompletedProcess[str]"]


@dataclass(frozen=True)
class Deployed:
    """A deployed environment, and the session that reaches it. A test undoes what it changes."""

    cloud: LocalCloud
    config: EnvironmentConfig
    session: Session

    @property
    def names(self) -> Names:
        """Its fixed names."""
        return self.config.names

    @property
    def options(self) -> tuple[str, ...]:
        """The options that make a command reach it."""
        return ("--env", self.config.environment, "--local", "--state-directory", str(self.cloud.state_directory))

    @property
    def environ(self) -> dict[str, str]:
        """The variables of a shell that reaches it without --local."""
        return environment(self.cloud.endpoint, REGION)


def session_of(cloud: LocalCloud) -> Session:
    """A session of a local cloud."""
    return Session(lambda service, region: client(cloud.endpoint, region, service), region=REGION)


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """Production on a local cloud, deployed once."""
    with running(tmp_path_factory.mktemp("deployed"), time_scale=SCALE) as cloud:
        cdk = CdkCli(PROJECT_ROOT, cloud, (REGION,), cloud.state_directory / "cdk.out")
        for result in (cdk.bootstrap(capture=True), cdk.deploy("production", capture=True)):
            assert result.returncode == 0, result.text[-3000:]
        yield Deployed(cloud, load_config("production"), session_of(cloud))


@pytest.fixture(scope="module")
def filled(deployed: Deployed) -> Mapping[str, str]:
    """Somebody put real values into the secrets; these."""
    real = values()
    for name, value in real.items():
        deployed.session.secretsmanager.put_secret_value(SecretId=deployed.names.secret(name), SecretString=value)
    return real


@pytest.fixture
def run() -> Run:
    """`run(*words)`: a command in this process; `answers` is what the user types."""

    def invoke(*words: str, answers: str | None = None) -> Result:
        return CliRunner().invoke(app, words, input=answers, prog_name="tradingbot_infra")

    return invoke


@pytest.fixture(scope="session")
def run_apart() -> RunApart:
    """`run_apart(*words)`: a command in a process of its own, as a user runs it; `environ` replaces its environment variables."""

    def invoke(*words: str, environ: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tradingbot_infra", *words]
        return subprocess.run(command, cwd=PROJECT_ROOT, env=environ, capture_output=True, text=True, check=False, timeout=600)

    return invoke
