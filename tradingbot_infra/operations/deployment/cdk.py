"""The real CDK CLI, at whatever account or local cloud the environment variables reach."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tradingbot_infra.errors import UserError
from tradingbot_infra.node import node_executable


@dataclass(frozen=True)
class Cdk:
    """The CDK CLI of `project_root/node_modules`. It prints to this process's terminal.

    `environ` is the whole environment of its process, `profile` the profile of the AWS configuration, if one was named.
    """

    project_root: Path
    environ: Mapping[str, str]
    profile: str | None = None

    def synthesize(self, environment: str, arguments: Sequence[str], directory: Path) -> None:
        """`cdk synth` of one environment into a cloud assembly; every pack judges it.

        Raises UserError if the CLI fails.
        """
        self._run("synth", "--quiet", "-c", f"env={environment}", *arguments, "--output", str(directory))

    def deploy(self, directory: Path, stack: str, arguments: Sequence[str] = ()) -> None:
        """`cdk deploy` of one stack of a cloud assembly and no other, approved beforehand.

        Raises UserError if the CLI fails.
        """
        approved = ("--require-approval", "never", "--progress", "events")
        self._run("deploy", stack, "--exclusively", "--app", str(directory), *approved, *self._account(), *arguments)

    def diff(self, directory: Path) -> str:
        """What `cdk diff` prints of every stack of a cloud assembly, by the templates alone: it creates no change set.

        Raises UserError if the CLI fails; what it printed on stderr is above then.
        """
        plain = ("--ci", "--method", "template", "--no-color", "--no-notices", "--no-version-reporting")  # --ci: on stdout
        return self._run("diff", "--app", str(directory), *plain, *self._account(), capture=True)

    def destroy(self, directory: Path, stack: str) -> None:
        """`cdk destroy` of one stack of a cloud assembly and no other, without asking.

        Raises UserError if the CLI fails.
        """
        self._run("destroy", stack, "--exclusively", "--force", "--app", str(directory), *self._account())

    def _account(self) -> tuple[str, ...]:
        return ("--profile", self.profile) if self.profile else ()

    def _run(self, *words: str, capture: bool = False) -> str:
        cli = self.project_root / "node_modules" / "aws-cdk" / "bin" / "cdk"
        if not cli.is_file():
            raise UserError(f"The CDK CLI is not installed at {cli}: run `make setup`")
        node = node_executable()
        path = os.pathsep.join([str(Path(sys.executable).parent), self.environ.get("PATH", os.defpath)])
        ended = subprocess.run(
            [str(node), str(cli), *words],
            cwd=self.project_root,
            env={**self.environ, "JSII_NODE": str(node), "PATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if capture else None,
            check=False,
        )
        if ended.returncode:
            raise UserError(f"cdk {' '.join(words[:2])} ended with exit code {ended.returncode}; its output is above")
        return ended.stdout.decode("utf-8", "replace") if capture else ""
