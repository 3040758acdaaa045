"""Why a run of the CDK CLI failed: the part of its output that people need."""

from collections.abc import Iterable, Iterator, Sequence

from tradingbot_infra.cdk_cli.lines import Event, meaning_of
from tradingbot_infra.cdk_cli.progress import Tracker

_LAST_LINES = 15


def reasons(tracker: Tracker, output: Sequence[str]) -> list[str]:
    """The resources that failed, each with its reason, and what else the CLI said of a failure.

    Everything if no stack began, because then it is about the templates, such as what a compliance pack found. The last lines
    if no resource failed.
    """
    said = [line.rstrip() for line in output if line.strip()]
    if not tracker.began:
        return said
    return [*_resources(tracker.failures), *_errors(said)] if tracker.failures else said[-_LAST_LINES:]


def _resources(failures: Iterable[Event]) -> Iterator[str]:
    """The CLI prints a failure twice: as it happens, and in the end with what it found out about it."""
    last = {(one.stack, one.resource, one.status): one for one in failures}
    return (f"{one.resource} ({one.type}) in {one.stack} is {one.status}: {one.reason or 'no reason given'}" for one in last.values())


def _errors(said: Iterable[str]) -> Iterator[str]:
    return (line.strip() for line in said if line.lstrip().startswith("❌") and meaning_of(line) is None)
