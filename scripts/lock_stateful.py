"""Writes stateful-resources.lock.json and the resource schemas that the replay of deployments reads: `make lock`.

After a deliberate change of what holds state, and after the first use of a resource type.
"""

import json
import tempfile
from pathlib import Path

from scripts.resource_schemas import create_only_properties, replacement_rules
from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.lifecycle.claims import UNIQUE
from tradingbot_infra.lifecycle.schemas import SCHEMAS_FILE
from tradingbot_infra.node import use_pinned_node
from tradingbot_infra.stateful_lock import LOCK_FILE as LOCK_NAME
from tradingbot_infra.stateful_lock import lock_of

LOCK_FILE = Path(__file__).parents[1] / LOCK_NAME


def main() -> None:
    """Synthesizes every environment and writes the lock."""
    use_pinned_node()
    from tradingbot_infra.application import synthesize

    locks, types = {}, set(UNIQUE)
    for environment in ENVIRONMENTS:
        with tempfile.TemporaryDirectory() as directory:
            assembly = synthesize(load_config(environment), Path(directory))
            locks[environment] = lock_of(assembly, create_only_properties)
            types |= {resource.type for resource in assembly.resources}
    LOCK_FILE.write_text(json.dumps(locks, indent=1) + "\n", encoding="utf-8")
    SCHEMAS_FILE.write_text(json.dumps(replacement_rules(types), indent=1) + "\n", encoding="utf-8")
    print(f"{LOCK_FILE.name}: {sum(map(len, locks.values()))} resources of {len(locks)} environments")


if __name__ == "__main__":
    main()
