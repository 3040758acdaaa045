"""Docker's credential helper for ECR, with which no login is needed, and none works."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_FOR_ECR = "ecr-login"
"""amazon-ecr-credential-helper. It gets tokens by itself, and refuses to store any: `docker login` ends with an error."""


def logs_in_by_itself(registry: str) -> bool:
    """Whether docker asks the helper for this registry (Docker docs, "docker login", "Credential helpers")."""
    configuration = _configuration()
    helpers = configuration.get("credHelpers")
    named = helpers.get(registry) if isinstance(helpers, Mapping) else None
    return (named or configuration.get("credsStore")) == _FOR_ECR


def _configuration() -> Mapping[str, Any]:
    """Docker's own configuration; empty where there is none that can be read, which docker itself reports."""
    directory = os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker"
    try:
        found = json.loads((Path(directory) / "config.json").read_text(encoding="utf-8"))
    except (OSError, RuntimeError, ValueError):
        return {}
    return found if isinstance(found, Mapping) else {}
