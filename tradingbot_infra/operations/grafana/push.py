"""What a push of dashboards would change, and the push."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tradingbot_infra.operations.grafana.api import ChangedInGrafana, Grafana

Document = dict[str, Any]
_MESSAGE = re.compile(r"Pushed by tradingbot \(([0-9a-f]{12})\)")
"""How the message of a version begins that comes from here, with a digest of what was pushed. Grafana may add to a dashboard what it
was not given, so that what it returns is not compared."""


class Change(StrEnum):
    """What became of a dashboard."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    CHANGED_IN_GRAFANA = "changed in Grafana"
    """It stays as somebody left it there."""


@dataclass(frozen=True, kw_only=True)
class Pushed:
    """One dashboard; `address` leads to it."""

    title: str
    change: Change
    address: str


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How dashboards are pushed: into which folder, with which words for its history, whether over others' changes, whether at all."""

    folder_uid: str
    folder: str
    message: str
    overwrite: bool
    dry_run: bool


def push(grafana: Grafana, dashboards: Mapping[str, Document], wish: Wish) -> Iterator[Pushed]:
    """Pushes each dashboard by its uid and says what became of it, in a dry run what would."""
    if grafana.folder(wish.folder_uid) is None and not wish.dry_run:
        grafana.create_folder(wish.folder_uid, wish.folder)
    for document in dashboards.values():
        address = f"{grafana.address}/d/{document['uid']}"
        yield Pushed(title=document["title"], change=_pushed(grafana, document, wish), address=address)


def _pushed(grafana: Grafana, document: Document, wish: Wish) -> Change:
    found = grafana.dashboard(document["uid"])
    digest = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:12]
    version: int | None = None
    if found is not None:
        version = found["dashboard"]["version"]
        ours = _MESSAGE.match(grafana.newest_message(document["uid"]))
        if ours and ours[1] == digest and found["meta"].get("folderUid") == wish.folder_uid:
            return Change.UNCHANGED
        if not ours and not wish.overwrite:
            return Change.CHANGED_IN_GRAFANA
    if not wish.dry_run:
        new = {**document, "id": None, **({} if version is None else {"version": version})}
        message = f"Pushed by tradingbot ({digest}): {wish.message}"
        try:
            grafana.save(new, folder_uid=wish.folder_uid, message=message, overwrite=wish.overwrite)
        except ChangedInGrafana:
            return Change.CHANGED_IN_GRAFANA
    return Change.CREATED if found is None else Change.UPDATED
