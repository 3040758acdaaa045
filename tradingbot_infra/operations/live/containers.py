"""The environment variables of containers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tradingbot_infra.operations.session import Session

_SECRET_NAME = re.compile(r"SECRET|PASSWORD|PASSWD|TOKEN|CREDENTIAL|(^|_)KEY($|_)|PRIVATE")
_REFERENCE = re.compile(r"arn:aws[\w-]*:(secretsmanager|ssm):\S+")
_PASSWORD_IN_ADDRESS = re.compile(r"://[^/\s:@]*:[^/\s@]+@")


_COORDINATES = ("PGHOST", "PGPORT", "PGDATABASE")
_TELEMETRY = ("OTEL_", "TRADING_METRICS")
_HEADERS = "HEADERS"


@dataclass(frozen=True)
class Variables:
    """The container's variables by name. `exposed` are plain ones that hold a secret.

    `coordinates` are the values of the plain variables that locate the database, `keep_alive_seconds` is how long uvicorn keeps an
    idle connection. `telemetry` has those that say where traces and metrics go; no other value is kept.
    """

    plain: tuple[str, ...]
    exposed: tuple[str, ...]
    secrets: Mapping[str, str]
    coordinates: Mapping[str, str] = field(default_factory=dict)
    keep_alive_seconds: int | None = None
    telemetry: Mapping[str, str] = field(default_factory=dict)


def read_variables(session: Session, task_definition: str) -> Variables:
    """The variables that a task definition gives its container. `secrets` maps a variable to where its value comes from."""
    container = session.ecs.describe_task_definition(taskDefinition=task_definition)["taskDefinition"]["containerDefinitions"][0]
    plain = {item["name"]: item.get("value", "") for item in container.get("environment", []) if "name" in item}
    return Variables(
        plain=tuple(plain),
        exposed=tuple(name for name, value in plain.items() if is_secret(name, value)),
        coordinates={name: plain[name] for name in _COORDINATES if name in plain},
        keep_alive_seconds=_seconds(plain.get("UVICORN_TIMEOUT_KEEP_ALIVE", "")),
        telemetry={name: _shown(name, value) for name, value in plain.items() if name.startswith(_TELEMETRY)},
        secrets={secret["name"]: secret["valueFrom"] for secret in container.get("secrets", [])},
    )


def _shown(name: str, value: str) -> str:
    """Headers of OTLP are where other providers want their keys."""
    return "(not shown)" if _HEADERS in name or is_secret(name, value) else value


def _seconds(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


def is_secret(name: str, value: str) -> bool:
    """Whether a plain variable says by its name, or shows by its value, that it holds a secret. The ARN of a secret is none."""
    if _REFERENCE.fullmatch(value):
        return False
    return bool(_SECRET_NAME.search(name.upper()) or _PASSWORD_IN_ADDRESS.search(value))
