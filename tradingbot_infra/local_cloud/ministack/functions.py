"""Lambda functions of ministack: whose requests are theirs, and what their Python has on its path. `callers` gives them their keys."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime
from ministack.core.router import extract_access_key_id
from ministack.services import lambda_svc

FUNCTION_FILES = Path(__file__).parent / "function_files"
"""What every function has on its PYTHONPATH."""

_roles: dict[str, tuple[str, str]] = {}
"""Access key of a function -> the ARN of its role, and the function's name."""


def remember_roles() -> None:
    """Remembers the role of every key that a function gets from now on, and gives functions what they need on this machine."""
    given = lambda_runtime.execution_credentials

    def environment(config: dict[str, Any]) -> dict[str, str]:
        found: dict[str, str] = given(config)
        if config.get("Role"):  # else it is the key of the account
            _roles[found["AWS_ACCESS_KEY_ID"]] = str(config["Role"]), str(config["FunctionName"])
        path = (str(FUNCTION_FILES), os.environ.get("PYTHONPATH", ""))
        return {**found, "PYTHONPATH": os.pathsep.join(part for part in path if part)}

    lambda_runtime.execution_credentials = lambda_svc.execution_credentials = environment


def role_of(headers: Mapping[str, str]) -> tuple[str, str] | None:
    """The ARN of the role and the name of the function that signed a request; None if nobody or another did."""
    return _roles.get(extract_access_key_id(dict(headers)))
