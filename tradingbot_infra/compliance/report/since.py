"""An earlier report, read from its report.json, and what changed since."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tradingbot_infra.compliance.report.changes import ChangedException, ChangedSetting, ChangedVerdict, Changes
from tradingbot_infra.compliance.report.document import Report
from tradingbot_infra.compliance.report.json_format import SCHEMA_VERSION
from tradingbot_infra.compliance.report.origin import Commit
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.errors import UserError
from tradingbot_infra.reporting.json_document import SCHEMA_VERSION_KEY

Json = Mapping[str, Any]

_UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)
"""What reading a document raises that only looks like a report."""


@dataclass(frozen=True, kw_only=True)
class EarlierException:
    """An exception as an earlier report has it."""

    consequence: str
    review: date
    rules: frozenset[str]
    paths: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """What a report is compared with: titles and statuses of controls, exceptions and values of settings, each by its id."""

    commit: Commit | None
    titles: Mapping[str, str]
    statuses: Mapping[str, Status]
    exceptions: Mapping[str, EarlierException]
    settings: Mapping[str, str]


def read_report(path: Path, environment: str) -> Earlier:
    """An earlier report of an environment.

    Raises UserError when the file is no such report, or one that this version cannot compare with.
    """
    allowed = f"allowed: report.json of an earlier report of {environment}"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"--since {path}: cannot be read: {error.strerror}; {allowed}") from None
    except ValueError:
        raise UserError(f"--since {path}: is no JSON; {allowed}") from None
    try:
        _check(document, path, environment, allowed)
        return _read(document)
    except _UNREADABLE:
        raise UserError(f"--since {path}: is no report of compliance; {allowed}") from None


def _check(document: Json, path: Path, environment: str, allowed: str) -> None:
    made, of = document[SCHEMA_VERSION_KEY], document["environment"]
    if made != SCHEMA_VERSION:
        raise UserError(f"--since {path}: has version {made} of the schema; allowed: version {SCHEMA_VERSION}, which this project writes")
    if of != environment:
        raise UserError(f"--since {path}: is a report of {of}; {allowed}")


def _read(document: Json) -> Earlier:
    commit = document["commit"]
    controls = [control for framework in document["frameworks"] for control in framework["controls"]]
    return Earlier(
        commit=Commit(commit["id"], date.fromisoformat(commit["date"]), commit["dirty"]) if commit else None,
        titles={control["id"]: control["title"] for control in controls},
        statuses={control["id"]: Status(control["status"]) for control in controls},
        exceptions={entry["id"]: _exception(entry) for entry in document["exceptions"]},
        settings={setting["name"]: setting["value"] for setting in document["settings"]},
    )


def _exception(entry: Json) -> EarlierException:
    return EarlierException(
        consequence=entry["consequence"],
        review=date.fromisoformat(entry["review"]),
        rules=frozenset(entry["rules"]),
        paths=frozenset(entry["paths"]),
    )


def changes_since(earlier: Earlier, report: Report) -> Changes:
    """What is different from an earlier report, in this report's order; what is gone comes last."""
    return Changes(
        commit=earlier.commit,
        verdicts=tuple(_verdicts(earlier, report)),
        exceptions=tuple(_exceptions(earlier, report)),
        settings=tuple(_settings(earlier, report)),
    )


def _verdicts(earlier: Earlier, report: Report) -> Iterator[ChangedVerdict]:
    after = {control.id: control for _, control in report.controls()}
    for control in after.values():
        before = earlier.statuses.get(control.id)
        if before is not control.status:
            yield ChangedVerdict(control=control.id, title=control.title, before=before, after=control.status)
    for identifier, status in earlier.statuses.items():
        if identifier not in after:
            yield ChangedVerdict(control=identifier, title=earlier.titles[identifier], before=status, after=None)


def _exceptions(earlier: Earlier, report: Report) -> Iterator[ChangedException]:
    for entry in report.exceptions:
        old = earlier.exceptions.get(entry.id)
        wider = old is not None and not (old.rules.issuperset(entry.rules) and old.paths.issuperset(entry.paths))
        if old is None or wider or old.review != entry.review:
            before = old.review if old else None
            yield ChangedException(id=entry.id, consequence=entry.consequence, before=before, after=entry.review, wider=wider)
    for identifier, old in earlier.exceptions.items():
        if identifier not in report.exceptions_by_id:
            yield ChangedException(id=identifier, consequence=old.consequence, before=old.review, after=None, wider=False)


def _settings(earlier: Earlier, report: Report) -> Iterator[ChangedSetting]:
    after = {setting.name: setting.value for setting in report.settings}
    for name in dict.fromkeys((*after, *earlier.settings)):
        if earlier.settings.get(name) != after.get(name):
            yield ChangedSetting(name=name, before=earlier.settings.get(name), after=after.get(name))
