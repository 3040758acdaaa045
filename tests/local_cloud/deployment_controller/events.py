"""What EventBridge hears of ECS, without its rules; `test_on_the_local_cloud.py` shows one that sends an event on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from tradingbot_infra.local_cloud.ministack import event_bus


@dataclass
class Events:
    """Every event of a test, the oldest first."""

    heard: list[dict[str, Any]] = field(default_factory=list)

    def of(self, detail_type: str) -> list[dict[str, Any]]:
        """The details of the events of one kind."""
        return [each["detail"] for each in self.heard if each["detail-type"] == detail_type]


def listen(monkeypatch: pytest.MonkeyPatch) -> Events:
    """What is put on the event bus from now on."""
    events = Events()

    def put(source: str, detail_type: str, detail: Mapping[str, Any], resources: Sequence[str]) -> None:
        events.heard.append({"source": source, "detail-type": detail_type, "detail": dict(detail), "resources": list(resources)})

    monkeypatch.setattr(event_bus, "put", put)
    return events
