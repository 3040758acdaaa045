"""Orders that the application did not place, by the reason that it logs."""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from tradingbot_infra.design.names import Names
from tradingbot_infra.operations.live.logs import Wanted, lines
from tradingbot_infra.operations.session import Session

OVER = timedelta(hours=3)
"""How far back lines count."""

PATTERN = r"%ORDER\srefused%"
"""What examples/api logs, as plain text or as JSON (docs/metrics.md). A regular expression may hold no space itself (CloudWatch Logs User
Guide, "Supported regular expressions (regex) syntax")."""

_REASON = re.compile(r"ORDER refused(?:: ([A-Za-z0-9 _.-]{1,60}))?")


def read_refusals(session: Session, names: Names, *, now: datetime) -> Mapping[str, int]:
    """How often each reason was logged, the most frequent first."""
    wanted = Wanted(names.container_log_group, (PATTERN,))
    found = (_REASON.search(line.message) for line in lines(session, wanted, since=now - OVER))
    return dict(Counter((match[1] or "no reason").strip() for match in found if match).most_common())
