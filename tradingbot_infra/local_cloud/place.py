"""Where the local cloud keeps what it knows of itself. Apart from the server, so that naming the place loads nothing."""

from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parents[2]
DEFAULT_STATE_DIRECTORY = PROJECT_ROOT / ".local-cloud"
