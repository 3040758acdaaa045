"""Where the local cloud keeps its files. A module of its own, so that naming the place loads nothing else."""

from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parents[2]
DEFAULT_STATE_DIRECTORY = PROJECT_ROOT / ".local-cloud"
IMAGES_VARIABLE = "LOCAL_CLOUD_IMAGES"
"""Environment variable of the server's process that holds the path of its `images_file`."""


def images_file(state_directory: Path) -> Path:
    """The file that names what stands in for the images of tasks; `fargate.images` reads and writes it."""
    return state_directory.resolve() / "images.json"


def deploy_log(state_directory: Path, verb: str = "deploy") -> Path:
    """What the CDK CLI printed at the last command of this kind; `up` and `down` count as `deploy`."""
    return state_directory.resolve() / f"{verb}.log"
