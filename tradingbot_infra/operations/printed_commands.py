"""Commands that are printed for people to copy, completed so that they reach what was looked at, with the settings that were given."""

import re
import shlex
from dataclasses import dataclass

_AWS = re.compile(r"(?:^|(?<=`)|(?<=&& ))aws (?=[a-z0-9-]+ [a-z0-9-]+)")
_CDK = re.compile(r"cdk deploy (?P<stacks>[^`;]*?)-c env=(?P<environment>[a-z-]+)(?P<more>(?: -c [\w.:/=-]+)*)")
_VERB = re.compile(r"--env [a-z-]+\b(?! --local)")


@dataclass(frozen=True)
class Way:
    """How an account or the local cloud was reached: region, profile or local endpoint, and the settings laid over by -c."""

    region: str
    profile: str | None
    endpoint: str | None
    settings: tuple[str, ...]

    def completed(self, line: str) -> str:
        """The line with every command of the AWS CLI, of the CDK CLI and of this program completed.

        On the local cloud a deployment is `make up`: the CDK CLI by itself would reach an account.
        """
        line = _AWS.sub(f"aws --region {self.region}{self._account(' --endpoint-url ')} ", line)
        line = _CDK.sub(self._deployment, line)
        return _VERB.sub(lambda match: f"{match[0]}{self._given}{' --local' if self.endpoint else self._account('')}", line)

    @property
    def _given(self) -> str:
        return "".join(f" -c {shlex.quote(setting)}" for setting in self.settings)

    def _account(self, endpoint_option: str) -> str:
        if self.endpoint:
            return f"{endpoint_option}{self.endpoint}"
        return f" --profile {shlex.quote(self.profile)}" if self.profile else ""

    def _deployment(self, match: re.Match[str]) -> str:
        settings = f"{match['more']}{self._given}"
        if not self.endpoint:
            return f"cdk deploy {match['stacks']}-c env={match['environment']}{settings}{self._account('')}"
        arguments = f" ARGS={shlex.quote(settings.strip())}" if settings else ""
        up = f"make up ENV={match['environment']}{arguments}"
        return f"make down ENV={match['environment']} && {up}" if "--revert-drift" in match["stacks"] else up
