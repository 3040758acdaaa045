"""Where values come from: a dotenv file, or environment variables."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from pydantic import SecretStr

from tradingbot_infra.design.secrets import APPLICATION_SECRETS, environment_variable


@dataclass(frozen=True)
class Given:
    """Values by secret; what a person should know about their source, and what is wrong with it, a line each."""

    values: Mapping[str, SecretStr]
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    def only(self, secrets: Collection[str]) -> "Given":
        """The same without the values of other secrets."""
        return replace(self, values={secret: value for secret, value in self.values.items() if secret in secrets})


def of_environment(variables: Mapping[str, str]) -> Given:
    """The values of SECRET_KEY, WEBHOOK_SECRET and so on; an empty variable counts as none, as in a shell."""
    return Given(
        {
            secret: SecretStr(variables[environment_variable(secret)])
            for secret in APPLICATION_SECRETS
            if variables.get(environment_variable(secret))
        }
    )
