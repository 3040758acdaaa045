"""Everything that a deployment would change."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from tradingbot_infra.lifecycle.finding import STOPPING, Finding, Kind
from tradingbot_infra.lifecycle.replay import world_of
from tradingbot_infra.operations.deployment.stages import Stage, findings
from tradingbot_infra.operations.differences import left_out
from tradingbot_infra.operations.differences.changes import Change, changes
from tradingbot_infra.operations.differences.cli_output import Atom, CliDifference, Effect, Opening, Statement
from tradingbot_infra.operations.differences.interruptions import Interruption, interruptions
from tradingbot_infra.templates import Assembly


@dataclass(frozen=True)
class Difference:
    """What leads from the deployed templates to those of the settings.

    `widened` and `opened` are of stacks that are deployed already: everything of a new stack is new. `locked` says how the new
    templates differ from stateful-resources.lock.json.
    """

    stages: tuple[Stage, ...]
    changes: tuple[Change, ...]
    widened: tuple[Opening, ...]
    opened: tuple[Opening, ...]
    others: tuple[str, ...]
    locked: tuple[str, ...]

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What the replay found, the worst first."""
        return tuple(sorted(findings(self.stages), key=lambda one: list(Kind).index(one.kind)))

    @cached_property
    def interruptions(self) -> tuple[Interruption, ...]:
        """What stands still meanwhile."""
        return tuple(interruptions(self.changes))

    @property
    def exists(self) -> bool:
        """Whether there is anything to deploy."""
        return any(stage.plan.steps for stage in self.stages)

    @cached_property
    def alarming(self) -> tuple[str, ...]:
        """Why a person should look before a pipeline goes on, in a few words each; nothing for a harmless change."""
        counts = (
            ("refused", sum(finding.kind in STOPPING for finding in self.findings)),
            ("data or address lost", sum(finding.kind is Kind.LOST for finding in self.findings)),
            ("stateful resource replaced or removed", sum(change.ends_state for change in self.changes)),
            ("permission widened", len(self.widened)),
            ("port opened", len(self.opened)),
        )
        return tuple(f"{count} x {what}" for what, count in counts if count)


def difference(before: Assembly, stages: tuple[Stage, ...], printed: CliDifference, locked: Iterable[str]) -> Difference:
    """What the CLI `printed` on the last of the `stages`, with what the replay knows."""
    found = changes(printed.rows, world_of(before), stages[-1].plan.world)
    removed = {left_out.shown_path(change) for change in found if change.effect is Effect.REMOVED}
    return Difference(
        stages=stages,
        changes=found,
        widened=_of_deployed(before, (*_widened(printed.widened, removed), *printed.attached, *left_out.widened(found))),
        opened=_of_deployed(before, (*printed.opened, *left_out.opened(found))),
        others=tuple(printed.others),
        locked=tuple(locked),
    )


def _of_deployed(before: Assembly, found: Iterable[Opening]) -> tuple[Opening, ...]:
    return tuple(one for one in dict.fromkeys(found) if one.stack in before.templates)


def _widened(statements: Iterable[Statement], removed: set[str]) -> Iterator[Opening]:
    """In words. The denials of a resource that goes lock nobody out any more, and let nobody in."""
    for statement in statements:
        parts = [atom for atom in statement.new if not any(atom[1].startswith(f"${{{path}.") for path in removed)]
        for (resource, principal, condition), actions in _by_object(parts).items():
            verb = "is no longer denied" if statement.denied else "may"
            limit = f" if {condition}" if condition else ""
            yield Opening(statement.stack, f"{principal or 'the identity'} {verb} {', '.join(actions)} on {resource}{limit}")


def _by_object(parts: Iterable[Atom]) -> dict[tuple[str, str, str], list[str]]:
    found: dict[tuple[str, str, str], list[str]] = {}
    for action, resource, principal, condition in sorted(parts):
        found.setdefault((resource, principal, condition), []).append(action)
    return found
