"""What `up` and `down` share."""

from pathlib import Path
from typing import TYPE_CHECKING

from tradingbot_infra.commands.console import PROJECT_ROOT, print_step
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.local_cloud.place import DEFAULT_STATE_DIRECTORY

if TYPE_CHECKING:
    from tradingbot_infra.local_cloud.rehearsal import Rehearsal

PASS_THROUGH = {"allow_extra_args": True, "ignore_unknown_options": True}
"""Passes options that a command does not know to the CDK CLI, such as `-c nat_gateways=1`."""


def open_rehearsal(config: EnvironmentConfig, state_directory: Path | None) -> "Rehearsal":
    """The rehearsal of an environment, which deploys and destroys it."""
    # Imported this late because it loads botocore, which --help and a mistyped option do not need.
    from tradingbot_infra.local_cloud.rehearsal import Rehearsal

    return Rehearsal(PROJECT_ROOT, state_directory or DEFAULT_STATE_DIRECTORY, config, print_step)
