"""The default event bus, as AWS's own services put events on it: callers of PutEvents may not use their sources."""

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from ministack.services.eventbridge import _put_events

_log = logging.getLogger(__name__)


def put(source: str, detail_type: str, detail: Mapping[str, Any], resources: Sequence[str]) -> None:
    """Puts one event, of the account and region of the caller, and sends it to the targets of rules that match."""
    entry = {"Source": source, "DetailType": detail_type, "Detail": json.dumps(detail), "Resources": list(resources)}
    try:
        _put_events({"Entries": [entry]}, allow_aws_source=True)
    except Exception:  # what a target does wrong must not end a deployment
        _log.exception("An event of %s reached not every target", source)
