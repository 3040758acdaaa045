"""The real CDK CLI, pointed at the local cloud."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tradingbot_infra.cdk_cli.audience import Audience, Silent
from tradingbot_infra.cdk_cli.lines import BOOTSTRAP_STACK
from tradingbot_infra.cdk_cli.log import RunLog
from tradingbot_infra.cdk_cli.program import CdkProgram, CdkResult
from tradingbot_infra.local_cloud.place import deploy_log
from tradingbot_infra.local_cloud.server import ACCOUNT, LocalCloud, client, environment


@dataclass(frozen=True)
class CdkCli:
    """The CDK CLI of `project_root/node_modules`, deploying that project's app to a local cloud.

    `regions` are those of the app's stacks; the first is also that of a stack that names none. `output` receives the cloud
    assembly. The audience is told what the CLI does, and the state directory's log keeps its whole output, unless a method is told
    to `capture`: then only the result has it. A failing CLI raises nothing: its return code is in the result.
    """

    project_root: Path
    local_cloud: LocalCloud
    regions: tuple[str, ...]
    output: Path
    audience: Audience = field(default_factory=Silent)

    def bootstrap(self, *, capture: bool = False) -> CdkResult:
        """`cdk bootstrap` of the regions that do not have the stack CDKToolkit; nothing runs when all have it."""
        places = [f"aws://{ACCOUNT}/{region}" for region in self.regions if not self._is_bootstrapped(region)]
        if not places:
            return CdkResult(0, "")
        # Away from cdk.json, because with it the CLI first synthesizes the app, of which bootstrapping uses nothing.
        away = self.local_cloud.state_directory
        words = ("bootstrap", *places, "--no-notices", "--no-version-reporting")
        return self._run("bootstrapping", *words, capture=capture, directory=away)

    def deploy(self, environment: str, arguments: Sequence[str] = (), *, capture: bool = False) -> CdkResult:
        """`cdk deploy --all` of one environment ("production"), approved beforehand."""
        words = ("deploy", "--all", "--require-approval", "never", "--progress", "events")
        return self._run("synthesizing", *words, *self._app(environment), *arguments, capture=capture)

    def destroy(self, environment: str, arguments: Sequence[str] = (), *, capture: bool = False) -> CdkResult:
        """`cdk destroy --all` of one environment, without asking."""
        return self._run("synthesizing", "destroy", "--all", "--force", *self._app(environment), *arguments, capture=capture)

    def diff(self, environment: str, arguments: Sequence[str] = (), *, capture: bool = False) -> CdkResult:
        """`cdk diff` of one environment; the return code shows differences only with `--fail` in `arguments`."""
        return self._run("synthesizing", "diff", *self._app(environment), *arguments, capture=capture)

    def _app(self, environment: str) -> tuple[str, ...]:
        return ("-c", f"env={environment}", "--output", str(self.output))

    def _is_bootstrapped(self, region: str) -> bool:
        stacks = client(self.local_cloud.endpoint, region, "cloudformation").describe_stacks()["Stacks"]
        complete = {stack["StackName"] for stack in stacks if stack["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE")}
        return BOOTSTRAP_STACK in complete

    def _run(self, what: str, *words: str, capture: bool, directory: Path | None = None) -> CdkResult:
        program = CdkProgram(self.project_root, environment(self.local_cloud.endpoint, self.regions[0]))
        if capture:
            return program.run(words, directory)
        return program.follow(words, what, self.audience, self._log, directory)

    @cached_property
    def _log(self) -> RunLog:
        return RunLog(deploy_log(self.local_cloud.state_directory))
