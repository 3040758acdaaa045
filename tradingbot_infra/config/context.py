"""The CDK context as far as it holds our settings: `-c env=staging -c nat_gateways=1`, cdk.json beneath it."""

import json
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path

CDK_JSON = Path(__file__).parents[2] / "cdk.json"

_FOREIGN_PREFIXES = ("@", "aws:", "aws-cdk:", "availability-zones:", "cdk-")
_FOREIGN_KEYS = frozenset({"acknowledged-issue-numbers", "cli-telemetry"})


def feature_flags() -> dict[str, object]:
    """The context of cdk.json, for `python app.py` and tests, where no CDK CLI passes it on."""
    context: dict[str, object] = json.loads(CDK_JSON.read_text(encoding="utf-8"))["context"]
    return context


def read_context(environ: Mapping[str, str]) -> dict[str, object]:
    """cdk.json's context with what the CDK CLI passes laid over it.

    The CLI hands its context over in CDK_CONTEXT_JSON, or, beyond 32 KiB, in a file named by CONTEXT_OVERFLOW_LOCATION
    (AWS CDK, cx-api).
    """
    passed: dict[str, object] = json.loads(environ.get("CDK_CONTEXT_JSON", "{}"))
    overflow = environ.get("CONTEXT_OVERFLOW_LOCATION")
    if overflow:
        passed |= json.loads(Path(overflow).read_text(encoding="utf-8"))
    return {**feature_flags(), **passed}


def context_of_arguments(arguments: Sequence[str]) -> dict[str, object]:
    """The context that arguments of the CDK CLI give: `-c KEY=VALUE` and `--context KEY=VALUE`, with or without a space."""
    parser = ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("-c", "--context", action="append", default=[])
    given: list[str] = parser.parse_known_args(arguments)[0].context
    return {key: value for key, _, value in (pair.partition("=") for pair in given)}


def environment_of(context: Mapping[str, object]) -> str:
    """The environment that `-c env=` or cdk.json chooses."""
    return str(context.get("env", ""))


def overrides_of(context: Mapping[str, object]) -> dict[str, object]:
    """What the context says of settings: all but the CDK's own keys, so that a misspelt setting is seen."""
    return {
        key: value for key, value in context.items() if key != "env" and key not in _FOREIGN_KEYS and not key.startswith(_FOREIGN_PREFIXES)
    }
