"""What `up` and `down` share."""

import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from tradingbot_infra.commands.console import PROJECT_ROOT, print_step
from tradingbot_infra.commands.stack_progress import lines_of
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.stacks import PlacedStack
from tradingbot_infra.errors import UserError
from tradingbot_infra.local_cloud.place import DEFAULT_STATE_DIRECTORY

if TYPE_CHECKING:
    from tradingbot_infra.local_cloud.fargate.images import Entry
    from tradingbot_infra.local_cloud.rehearsal import Rehearsal
    from tradingbot_infra.local_cloud.server import LocalCloud


def open_rehearsal(config: EnvironmentConfig, state_directory: Path | None) -> "Rehearsal":
    """The rehearsal of an environment, which deploys and destroys it."""
    # Imported this late because it loads botocore, which --help and a mistyped option do not need.
    from tradingbot_infra.local_cloud.rehearsal import Rehearsal

    return Rehearsal(PROJECT_ROOT, state_directory or DEFAULT_STATE_DIRECTORY, config, print_step, lines_of(config))


def lift_protections(cloud: "LocalCloud", placed: PlacedStack) -> None:
    """What keeps a stack on the local cloud from being deleted, as `destroy` lifts it in an account."""
    from tradingbot_infra.local_cloud.server import client
    from tradingbot_infra.operations.protections import lift
    from tradingbot_infra.operations.session import Session

    lift(Session(lambda service, region: client(cloud.endpoint, region, service), region=placed.region), placed.name)


def parse_stand_ins(pairs: Iterable[str]) -> "dict[str, Entry]":
    """What `--image TAG=DIRECTORY` or `--image "TAG=COMMAND"` names, by tag.

    Raises:
        UserError: a pair has no tag or nothing after it, or names a directory without a Dockerfile.
    """
    return dict(_stand_in(pair) for pair in pairs)


def _stand_in(pair: str) -> "tuple[str, Entry]":
    tag, _, what = pair.partition("=")
    try:
        words = shlex.split(what)
    except ValueError as error:  # a quotation that does not end
        raise UserError(f"--image {pair}: {error}") from error
    if not tag or not words:
        raise UserError(f"--image {pair}: allowed: TAG=DIRECTORY with a Dockerfile in it, or TAG=COMMAND")
    directory = Path(what)
    if not directory.is_dir():
        return tag, {"command": words}
    if not (directory / "Dockerfile").is_file():
        raise UserError(f"--image {pair}: {directory} has no Dockerfile")
    return tag, {"directory": str(directory.resolve())}
