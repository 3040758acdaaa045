"""One environment of this checkout beside the base: the change in words, the lock, the cost, compliance."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tradingbot_infra.cdk_cli.log import RunLog
from tradingbot_infra.commands.console import PROJECT_ROOT, print_step
from tradingbot_infra.commands.diff_output import answer, order, sections
from tradingbot_infra.commands.locked import violations_of_lock
from tradingbot_infra.commands.report.base import Base
from tradingbot_infra.commands.report.markdown import Block, Part, text
from tradingbot_infra.commands.stack_progress import lines_of
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.node import use_pinned_node
from tradingbot_infra.templates import Assembly

if TYPE_CHECKING:
    from tradingbot_infra.commands.cost.compared import Compared
    from tradingbot_infra.compliance.report.document import Report
    from tradingbot_infra.operations.differences.difference import Difference

_NOTHING = '{"Resources": {}}'
"""The template of a stack that the base does not have."""


@dataclass(frozen=True)
class Head:
    """An environment, the checkout that it is compared with, and a directory for the cloud assemblies of both."""

    config: EnvironmentConfig
    base: Base
    directory: Path

    def part(self, reports: Path) -> Part:
        """What the report says of the environment. The files of the compliance report go below `reports`.

        Raises UserError where the base or this checkout does not synthesize.
        """
        judged = self._judged(reports)
        found, cost = self._difference(), self._cost()
        return Part(
            environment=self.config.environment,
            answer=answer(found, None if cost is None else cost.difference) if found.exists else "No template changes.",
            lock=tuple(self._locked()),
            blocks=(
                Block("Change in words", tuple(_listed([*sections(found), ("Order", order(found))]))),
                Block("Cost a month", tuple(self._cost_lines(cost))),
                Block("Compliance", tuple(judged.splitlines())),
            ),
        )

    @cached_property
    def _after(self) -> Assembly:
        """Without the packs: the CDK CLI compares no assembly in which they found a violation."""
        self._synthesize({})
        return Assembly.read(self.directory / "head")

    @cached_property
    def _before(self) -> Assembly:
        self.base.synthesize(self.config.environment, self.directory / "base")
        return Assembly.read(self.directory / "base")

    def _judged(self, reports: Path) -> str:
        """Has every pack judge this checkout, and writes the report; its summary."""
        from tradingbot_infra.application import synthesize_and_inspect
        from tradingbot_infra.commands.compliance.check import commit
        from tradingbot_infra.commands.compliance.report import write
        from tradingbot_infra.compliance.report.build import build
        from tradingbot_infra.compliance.report.files import files

        environment = self.config.environment
        earlier = self.base.judge(environment, self.directory / "base-compliance")
        print_step(f"Synthesizing {environment} with every pack")
        use_pinned_node()
        inspection = synthesize_and_inspect(self.config, self.directory / "judged")
        report = _with_changes(build(inspection, commit()), earlier, environment)
        written = files(report)
        write(reports / environment, written)
        return written["summary.md"]

    def _difference(self) -> "Difference":
        from tradingbot_infra.operations.deployment.stages import stages
        from tradingbot_infra.operations.differences.cli_output import read
        from tradingbot_infra.operations.differences.difference import difference

        printed = read("\n".join(self._printed()))
        replayed = stages(self._before, self.directory / "head", self.config, self._synthesize)
        return difference(self._before, replayed, printed, self._locked())

    def _printed(self) -> Iterator[str]:
        """What the CDK CLI prints of each stack whose template differs."""
        from tradingbot_infra.operations.deployment.cdk import Cdk

        log = RunLog(PROJECT_ROOT / "reports" / "pull-request.log")
        cdk = Cdk(PROJECT_ROOT, {**os.environ, "AWS_EC2_METADATA_DISABLED": "true"}, None, lines_of(self.config), log)
        nothing = self.directory / "nothing.json"
        nothing.write_text(_NOTHING, encoding="utf-8")
        for stack, template in self._after.templates.items():
            if template != self._before.templates.get(stack):
                known = stack in self._before.stacks
                old = self.directory / "base" / self._before.stacks[stack].template_file if known else nothing
                yield cdk.diff_from(old, self.directory / "head", stack)

    def _locked(self) -> list[str]:
        """What the change does to what the base locks, and whether the lock file of this checkout takes it."""
        environment = self.config.environment
        refused = set(violations_of_lock(self._after, environment))
        found = violations_of_lock(self._after, environment, self.base.directory)
        said = [f"{line}{'' if line in refused else ' (this change accepts it in its lock file)'}" for line in found]
        return said + [f"{line}: `make lock` accepts it" for line in sorted(refused - set(found))]

    def _cost(self) -> "Compared | None":
        from tradingbot_infra.commands.cost.compared import compared
        from tradingbot_infra.commands.cost.prices import read_prices
        from tradingbot_infra.cost.prices import TableName

        return compared(self._before, self._after, self.config.usage, read_prices(TableName.LIST))

    def _cost_lines(self, cost: "Compared | None") -> list[str]:
        from tradingbot_infra.commands.cost.prices import read_prices
        from tradingbot_infra.cost.prices import TableName
        from tradingbot_infra.cost.report.document import diff_document
        from tradingbot_infra.cost.report.markdown import render

        if cost is None:
            return ["Not compared: the templates of the base are of a form that has no estimate."]
        prices = read_prices(TableName.LIST)
        return render(diff_document(self.config, cost.base, cost.head, prices, cost.difference, given=())).splitlines()

    def _synthesize(self, further: Mapping[str, str]) -> Path:
        from tradingbot_infra.application import synthesize

        directory = self.directory / "-".join(["head", *further])
        synthesize(load_config(self.config.environment, further), directory)
        return directory


def _with_changes(report: "Report", earlier: Path, environment: str) -> "Report":
    """The report with what changed since the base's, unless that has another form."""
    from dataclasses import replace

    from tradingbot_infra.compliance.report.since import changes_since, read_report
    from tradingbot_infra.errors import UserError

    try:
        return replace(report, changes=changes_since(read_report(earlier, environment), report))
    except UserError as error:
        print_step(f"Compliance is not compared with the base: {error}")
        return report


def _listed(found: Iterable[tuple[str, Iterable[str]]]) -> Iterator[str]:
    for title, rows in found:
        lines = [f"- {text(row)}" for row in rows]
        if lines:
            yield from (f"**{text(title)}**", "", *lines, "")
