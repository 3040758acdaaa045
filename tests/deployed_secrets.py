"""Fixtures of the tests of secrets: a local cloud for each module, and the secrets of production in it, new for each test."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from typer.testing import CliRunner, Result

from tests.deployed import session_of
from tests.operations.secrets.sample import as_deployed, read, versions
from tradingbot_infra.commands.secrets import app
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.local_cloud.server import LocalCloud, running
from tradingbot_infra.operations.session import Session


@dataclass(frozen=True)
class DeployedSecrets:
    """Production's secrets, as its first deployment leaves them."""

    cloud: LocalCloud
    config: EnvironmentConfig
    session: Session

    @property
    def options(self) -> tuple[str, ...]:
        """The options that make a command reach them."""
        return ("--env", "production", "--local", "--state-directory", str(self.cloud.state_directory))

    def run(self, verb: str, *words: str, **variables: str) -> Result:
        """`secrets COMMAND` on them, with further environment variables."""
        return CliRunner().invoke(app, [verb, *self.options, *words], env=variables, prog_name="secrets")

    def read(self, secret: str) -> str:
        """The value that a secret holds."""
        return read(self.session, self.config.names, secret)

    def put(self, secret: str, value: str) -> None:
        """Writes a value, as another user would."""
        self.session.secretsmanager.put_secret_value(SecretId=self.config.names.secret(secret), SecretString=value)

    def versions(self, secret: str) -> int:
        """How many versions a secret has."""
        return versions(self.session, self.config.names, secret)


@pytest.fixture(scope="module")
def secrets_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """A local cloud."""
    with running(tmp_path_factory.mktemp("secrets")) as cloud:
        yield cloud


@pytest.fixture
def secrets(secrets_cloud: LocalCloud) -> Iterator[DeployedSecrets]:
    """Production's secrets in it, new for each test."""
    session, config = session_of(secrets_cloud), load_config("production")
    with as_deployed(session, config.names):
        yield DeployedSecrets(secrets_cloud, config, session)
