"""How templates differ from the lock file of the stateful resources."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tradingbot_infra.commands.console import PROJECT_ROOT

if TYPE_CHECKING:
    from tradingbot_infra.templates import Assembly


def violations_of_lock(assembly: "Assembly", environment: str, checkout: Path = PROJECT_ROOT) -> list[str]:
    """What a deployment of an assembly would do to what the lock file of a checkout locks, a sentence each."""
    from tradingbot_infra.lifecycle.schemas import create_only
    from tradingbot_infra.stateful_lock import LOCK_FILE, lock_of, violations

    lock = json.loads((checkout / LOCK_FILE).read_text(encoding="utf-8"))
    return list(violations(environment, lock.get(environment, {}), lock_of(assembly, create_only)))
