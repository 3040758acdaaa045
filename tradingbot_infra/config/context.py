"""Settings in the CDK context: `-c env=staging -c nat_gateways=1`."""

import json
from argparse import ArgumentError, ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path

from tradingbot_infra.config.errors import ConfigError, Problem

CDK_JSON = Path(__file__).parents[2] / "cdk.json"

DEFAULT_ENVIRONMENT = "production"
"""What `cdk`, and every command that only reads or rehearses, takes where nobody names another."""
ENVIRONMENT_VARIABLE = "TRADINGBOT_ENV"
"""Names another."""

_FOREIGN_PREFIXES = ("@", "aws:", "aws-cdk:", "availability-zones:", "cdk-")
_FOREIGN_KEYS = frozenset({"acknowledged-issue-numbers", "cli-telemetry"})


def feature_flags() -> dict[str, object]:
    """The context in cdk.json, for `python app.py` and tests, which run without the CDK CLI."""
    context: dict[str, object] = json.loads(CDK_JSON.read_text(encoding="utf-8"))["context"]
    return context


def read_context(environ: Mapping[str, str]) -> dict[str, object]:
    """The context in cdk.json, overridden by what the CDK CLI passes.

    The CLI passes its context in CDK_CONTEXT_JSON, or, beyond 32 KiB, in a file named by CONTEXT_OVERFLOW_LOCATION
    (AWS CDK, cx-api). Raises ConfigError where either is no JSON object.
    """
    passed = _object("CDK_CONTEXT_JSON", environ.get("CDK_CONTEXT_JSON", "{}"))
    overflow = environ.get("CONTEXT_OVERFLOW_LOCATION")
    if overflow:
        passed |= _object("CONTEXT_OVERFLOW_LOCATION", _contents(Path(overflow)))
    return {**feature_flags(), **passed}


def _contents(overflow: Path) -> str:
    try:
        return overflow.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def _object(variable: str, text: str) -> dict[str, object]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise ConfigError("", [Problem(variable, None, "is no JSON object", "what the CDK CLI writes, or unset it")])
    return found


def context_of_arguments(arguments: Sequence[str]) -> dict[str, object]:
    """The context in arguments of the CDK CLI: `-c KEY=VALUE` and `--context KEY=VALUE`, with or without a space.

    Raises ConfigError for an argument that is no pair.
    """
    parser = ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("-c", "--context", action="append", default=[])
    try:
        given: list[str] = parser.parse_known_args(arguments)[0].context
    except ArgumentError:
        given = [""]
    wrong = [pair for pair in given if not pair.partition("=")[0].strip() or "=" not in pair]
    if wrong:
        raise ConfigError("", [Problem("-c", pair, "is no setting", "NAME=VALUE, such as -c nat_gateways=2") for pair in wrong])
    return {key: value for key, _, value in (pair.partition("=") for pair in given)}


def environment_of(context: Mapping[str, object], environ: Mapping[str, str]) -> str:
    """The environment that `-c env=` selects, else TRADINGBOT_ENV, else the default."""
    return str(context.get("env", environ.get(ENVIRONMENT_VARIABLE) or DEFAULT_ENVIRONMENT))


def chooser_of(context: Mapping[str, object]) -> str:
    """What selected the environment, unless it is the default, for a message."""
    return "env" if "env" in context else ENVIRONMENT_VARIABLE


def overrides_of(context: Mapping[str, object]) -> dict[str, object]:
    """The settings in the context: every key except the CDK's own, so that a misspelled setting is reported."""
    return {
        key: value for key, value in context.items() if key != "env" and key not in _FOREIGN_KEYS and not key.startswith(_FOREIGN_PREFIXES)
    }
