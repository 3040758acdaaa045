"""Settings in the CDK context: `-c env=staging -c nat_gateways=1`, with cdk.json as the default."""

import json
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path

CDK_JSON = Path(__file__).parents[2] / "cdk.json"

_FOREIGN_PREFIXES = ("@", "aws:", "aws-cdk:", "availability-zones:", "cdk-")
_FOREIGN_KEYS = frozenset({"acknowledged-issue-numbers", "cli-telemetry"})


def feature_flags() -> dict[str, object]:
    """The context in cdk.json, for `python app.py` and tests, which run without the CDK CLI."""
    context: dict[str, object] = json.loads(CDK_JSON.read_text(encoding="utf-8"))["context"]
    return context


def read_context(environ: Mapping[str, str]) -> dict[str, object]:
    """The context in cdk.json, overridden by what the CDK CLI passes.

    The CLI passes its context in CDK_CONTEXT_JSON, or, beyond 32 KiB, in a file named by CONTEXT_OVERFLOW_LOCATION
    (AWS CDK, cx-api).
    """
    passed: dict[str, object] = json.loads(environ.get("CDK_CONTEXT_JSON", "{}"))
    overflow = environ.get("CONTEXT_OVERFLOW_LOCATION")
    if overflow:
        passed |= json.loads(Path(overflow).read_text(encoding="utf-8"))
    return {**feature_flags(), **passed}


def context_of_arguments(arguments: Sequence[str]) -> dict[str, object]:
    """The context in arguments of the CDK CLI: `-c KEY=VALUE` and `--context KEY=VALUE`, with or without a space."""
    parser = ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("-c", "--context", action="append", default=[])
    given: list[str] = parser.parse_known_args(arguments)[0].context
    return {key: value for key, _, value in (pair.partition("=") for pair in given)}


def environment_of(context: Mapping[str, object]) -> str:
    """The environment that `-c env=` or cdk.json selects."""
    return str(context.get("env", ""))


def overrides_of(context: Mapping[str, object]) -> dict[str, object]:
    """The settings in the context: every key except the CDK's own, so that a misspelled setting is reported."""
    return {
        key: value for key, value in context.items() if key != "env" and key not in _FOREIGN_KEYS and not key.startswith(_FOREIGN_PREFIXES)
    }
