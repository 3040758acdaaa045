"""The real CDK CLI, at whatever account or local cloud the environment variables reach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tradingbot_infra.cdk_cli.audience import Audience
from tradingbot_infra.cdk_cli.log import RunLog
from tradingbot_infra.cdk_cli.program import CdkProgram
from tradingbot_infra.errors import UserError

_PLAIN = ("--ci", "--no-color", "--no-notices", "--no-version-reporting")
"""For a `cdk diff` that is read by a program; --ci has it print on stdout."""


@dataclass(frozen=True)
class Cdk:
    """The CDK CLI of `project_root/node_modules`. The audience is told what it does; the log keeps its whole output.

    `environ` is the environment of its process, `profile` the profile of the AWS configuration, if one was named.
    """

    project_root: Path
    environ: Mapping[str, str]
    profile: str | None
    audience: Audience
    log: RunLog

    def synthesize(self, environment: str, arguments: Sequence[str], directory: Path) -> None:
        """`cdk synth` of one environment into a cloud assembly; every pack judges it.

        Raises UserError if the CLI fails.
        """
        self._run("synthesizing", "synth", "--quiet", "-c", f"env={environment}", *arguments, "--output", str(directory))

    def deploy(self, directory: Path, stack: str, arguments: Sequence[str] = (), parameters: Mapping[str, str] | None = None) -> None:
        """`cdk deploy` of one stack of a cloud assembly and no other, approved beforehand.

        `parameters` are values of the template's parameters; one that is not among them keeps its value. Raises UserError if the
        CLI fails.
        """
        approved = ("--require-approval", "never", "--progress", "events")
        given = [word for name, value in (parameters or {}).items() for word in ("--parameters", f"{name}={value}")]
        words = ("deploy", stack, "--exclusively", "--app", str(directory), *approved, *given, *self._account(), *arguments)
        self._run("preparing", *words)

    def diff(self, directory: Path) -> str:
        """What `cdk diff` prints of every stack of a cloud assembly, by the templates alone: it creates no change set.

        Raises UserError if the CLI fails.
        """
        return self._run("comparing", "diff", "--app", str(directory), "--method", "template", *_PLAIN, *self._account())

    def diff_from(self, template: Path, directory: Path, stack: str) -> str:
        """What `cdk diff` prints of one stack of a cloud assembly against a template in a file. Reaches no account.

        Raises UserError if the CLI fails.
        """
        return self._run("comparing", "diff", stack, "--exclusively", "--app", str(directory), "--template", str(template), *_PLAIN)

    def destroy(self, directory: Path, stack: str) -> None:
        """`cdk destroy` of one stack of a cloud assembly and no other, without asking.

        Raises UserError if the CLI fails.
        """
        self._run("preparing", "destroy", stack, "--exclusively", "--force", "--app", str(directory), *self._account())

    def _account(self) -> tuple[str, ...]:
        return ("--profile", self.profile) if self.profile else ()

    def _run(self, what: str, *words: str) -> str:
        result = CdkProgram(self.project_root, self.environ).follow(words, what, self.audience, self.log)
        if result.returncode:
            raise UserError(f"cdk {' '.join(words[:2])} ended with exit code {result.returncode}; its whole output is in {self.log.path}")
        return result.text
