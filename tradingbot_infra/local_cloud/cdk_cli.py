"""The real CDK CLI, pointed at the local cloud."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tradingbot_infra.local_cloud.server import ACCOUNT, LocalCloud, LocalCloudError, client, environment
from tradingbot_infra.node import node_executable

BOOTSTRAP_STACK = "CDKToolkit"
"""The stack that `cdk bootstrap` creates."""


@dataclass(frozen=True)
class CdkResult:
    """The result of one run of the CDK CLI."""

    returncode: int
    text: str
    """Everything it printed, if it ran with `capture`."""


@dataclass(frozen=True)
class CdkCli:
    """The CDK CLI of `project_root/node_modules`, deploying that project's app to a local cloud.

    `regions` are those of the app's stacks; the first is also that of a stack that names none. `output` receives the cloud
    assembly. The CLI prints to this process's terminal unless a method is told to `capture`. A failing CLI raises nothing: its
    return code is in the result.
    """

    project_root: Path
    local_cloud: LocalCloud
    regions: tuple[str, ...]
    output: Path

    def bootstrap(self, *, capture: bool = False) -> CdkResult:
        """`cdk bootstrap` of the regions that do not have the stack CDKToolkit; nothing runs when all have it."""
        places = [f"aws://{ACCOUNT}/{region}" for region in self.regions if not self._is_bootstrapped(region)]
        if not places:
            return CdkResult(0, "")
        # Away from cdk.json, because with it the CLI first synthesizes the app, of which bootstrapping uses nothing.
        away = self.local_cloud.state_directory
        return self._run("bootstrap", *places, "--no-notices", "--no-version-reporting", capture=capture, directory=away)

    def deploy(self, environment: str, arguments: Sequence[str] = (), *, capture: bool = False) -> CdkResult:
        """`cdk deploy --all` of one environment ("production"), approved beforehand."""
        words = ("deploy", "--all", "--require-approval", "never", "--progress", "events")
        return self._run(*words, *self._app(environment), *arguments, capture=capture)

    def destroy(self, environment: str, arguments: Sequence[str] = (), *, capture: bool = False) -> CdkResult:
        """`cdk destroy --all` of one environment, without asking."""
        return self._run("destroy", "--all", "--force", *self._app(environment), *arguments, capture=capture)

    def diff(self, environment: str, arguments: Sequence[str] = (), *, capture: bool = False) -> CdkResult:
        """`cdk diff` of one environment; the return code shows differences only with `--fail` in `arguments`."""
        return self._run("diff", *self._app(environment), *arguments, capture=capture)

    def _app(self, environment: str) -> tuple[str, ...]:
        return ("-c", f"env={environment}", "--output", str(self.output))

    def _is_bootstrapped(self, region: str) -> bool:
        stacks = client(self.local_cloud.endpoint, region, "cloudformation").describe_stacks()["Stacks"]
        complete = {stack["StackName"] for stack in stacks if stack["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE")}
        return BOOTSTRAP_STACK in complete

    def _run(self, *words: str, capture: bool, directory: Path | None = None) -> CdkResult:
        cli = self.project_root / "node_modules" / "aws-cdk" / "bin" / "cdk"
        if not cli.is_file():
            raise LocalCloudError(f"The CDK CLI is not installed at {cli}: run `make setup`")
        node, path = node_executable(), os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
        finished = subprocess.run(
            [str(node), str(cli), *words],
            cwd=directory or self.project_root,
            env={**environment(self.local_cloud.endpoint, self.regions[0]), "JSII_NODE": str(node), "PATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if capture else None,
            stderr=subprocess.STDOUT if capture else None,
            check=False,
        )
        text = finished.stdout.decode("utf-8", "replace") if capture else ""
        return CdkResult(finished.returncode, text)
