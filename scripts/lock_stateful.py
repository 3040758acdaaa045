"""Writes stateful-resources.lock.json for every environment: `make lock`, after a deliberate change."""

import json
import tempfile
from pathlib import Path

from scripts.resource_schemas import create_only_properties
from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.node import use_pinned_node
from tradingbot_infra.stateful_lock import lock_of

LOCK_FILE = Path(__file__).parents[1] / "stateful-resources.lock.json"


def main() -> None:
    """Synthesizes every environment and writes the lock."""
    use_pinned_node()
    from tradingbot_infra.application import synthesize

    locks = {}
    for environment in ENVIRONMENTS:
        with tempfile.TemporaryDirectory() as directory:
            locks[environment] = lock_of(synthesize(load_config(environment), Path(directory)), create_only_properties)
    LOCK_FILE.write_text(json.dumps(locks, indent=1) + "\n", encoding="utf-8")
    print(f"{LOCK_FILE.name}: {sum(map(len, locks.values()))} resources of {len(locks)} environments")


if __name__ == "__main__":
    main()
