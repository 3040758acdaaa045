"""The verdict in a sentence, for people who read nothing else. It names what was not judged as well."""

from collections import Counter
from collections.abc import Iterator

from tradingbot_infra.compliance.report.document import Report
from tradingbot_infra.compliance.status import Status


def headline(report: Report) -> str:
    """What fails, and that the synthesis stops for it where nothing but templates was judged."""
    failing = sum(control.status is Status.FAIL for _, control in report.controls())
    unjudged = len(report.unjudged)
    found = [
        _counted(failing, "control fails", "controls fail") if failing else "",
        _counted(unjudged, "control could not be judged", "controls could not be judged") if unjudged else "",
        _counted(len(report.stale), "entry of the ledger is stale", "entries of the ledger are stale") if report.stale else "",
    ]
    wrong = ", ".join(part for part in found if part)
    stops = "" if report.is_live else ": the synthesis stops"
    return f"{wrong}{stops}" if wrong else "No workload control fails"


def sentence(report: Report) -> str:
    """The headline, and how the controls of the project's own frameworks stand."""
    *parts, last = _parts(report)
    return f"{headline(report)}. Of {_counted(len(report.own_controls), 'control', 'controls')}, {', '.join(parts)}, and {last}."


def _parts(report: Report) -> Iterator[str]:
    counts = Counter(control.status for control in report.own_controls)
    unjudged = sum(control in report.unjudged for control in report.own_controls)
    outside = counts[Status.NOT_ASSESSED] - unjudged
    yield _counted(counts[Status.PASS], "passes", "pass")
    if counts[Status.FAIL]:
        yield _counted(counts[Status.FAIL], "fails", "fail")
    if unjudged:
        yield f"{unjudged} could not be judged"
    yield _counted(counts[Status.EXCEPTION], "holds but for an accepted exception", "hold but for accepted exceptions")
    if outside:
        yield _counted(outside, "depends on the account and is not assessed", "depend on the account and are not assessed")
    yield _counted(counts[Status.MANUAL], "needs evidence from people", "need evidence from people")
    if counts[Status.PROVIDED]:
        yield _counted(counts[Status.PROVIDED], f"is provided by {_providers(report)}", f"are provided by {_providers(report)}")
    if counts[Status.NOT_APPLICABLE]:
        yield _counted(counts[Status.NOT_APPLICABLE], "does not apply", "do not apply")


def _providers(report: Report) -> str:
    names = list(dict.fromkeys(provider.name for provider in report.providers))
    return names[0] if len(names) == 1 else "others"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
