"""Where the local cloud keeps its files. A module of its own, so that naming the place loads nothing else."""

from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parents[2]
DEFAULT_STATE_DIRECTORY = PROJECT_ROOT / ".local-cloud"
