"""What of the CDK's context is ours."""

import json
from pathlib import Path

import pytest

from tradingbot_infra.config.context import context_of_arguments, environment_of, feature_flags, overrides_of, read_context
from tradingbot_infra.config.errors import ConfigError


def test_what_the_cli_passes_lies_over_cdk_json() -> None:
    context = read_context({"CDK_CONTEXT_JSON": json.dumps({"env": "staging", "nat_gateways": "1"})})
    assert environment_of(context, {}) == "staging"
    assert overrides_of(context) == {"nat_gateways": "1"}
    assert context["@aws-cdk/core:defaultCrossStackReferences"] == "weak"


def test_without_a_choice_it_is_production_and_a_variable_or_the_context_chooses() -> None:
    context = read_context({})
    assert "env" not in context, "cdk.json would hide the variable: the CDK CLI passes both in one"
    assert environment_of(context, {}) == environment_of(context, {"TRADINGBOT_ENV": ""}) == "production"
    assert environment_of(context, {"TRADINGBOT_ENV": "staging"}) == "staging"
    assert environment_of({"env": "balanced"}, {"TRADINGBOT_ENV": "staging"}) == "balanced"
    assert overrides_of(context) == {}


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "1", "[" * 100_000], ids=["empty", "cut", "list", "null", "number", "deep"])
def test_a_context_that_is_no_object_is_named(text: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^CDK_CONTEXT_JSON: is no JSON object; allowed: "):
        read_context({"CDK_CONTEXT_JSON": text})
    overflow = tmp_path / "context.json"
    overflow.write_text(text)
    for place in (overflow, tmp_path, tmp_path / "absent"):
        with pytest.raises(ConfigError, match=r"^CONTEXT_OVERFLOW_LOCATION: is no JSON object; allowed: "):
            read_context({"CONTEXT_OVERFLOW_LOCATION": str(place)})


@pytest.mark.parametrize("arguments", [["-c", "foo"], ["-c", "=x"], ["-c", ""], ["-c"], ["--context=foo"], ["-c", "a=1", "-cfoo"]])
def test_an_argument_that_is_no_pair_is_named(arguments: list[str]) -> None:
    with pytest.raises(ConfigError, match=r"^-c=.+: is no setting; allowed: NAME=VALUE, such as -c nat_gateways=2$"):
        context_of_arguments(arguments)


def test_a_context_too_large_for_a_variable_is_read_from_its_file(tmp_path: Path) -> None:
    overflow = tmp_path / "context.json"
    overflow.write_text(json.dumps({"env": "balanced"}))
    assert environment_of(read_context({"CDK_CONTEXT_JSON": "{}", "CONTEXT_OVERFLOW_LOCATION": str(overflow)}), {}) == "balanced"


def test_the_cdks_own_keys_are_no_settings() -> None:
    foreign = {
        "aws:cdk:enable-path-metadata": True,
        "@aws-cdk/core:anything": True,
        "availability-zones:account=1:region=x": [],
        "cli-telemetry": False,
        "acknowledged-issue-numbers": [1],
    }
    assert overrides_of(foreign) == {}


def test_a_misspelt_setting_stays_visible() -> None:
    assert overrides_of({"nat-gateways": "1"}) == {"nat-gateways": "1"}


def test_references_between_stacks_are_weak() -> None:
    assert feature_flags()["@aws-cdk/core:defaultCrossStackReferences"] == "weak"


def test_arguments_of_the_cdk_cli_give_the_same_context() -> None:
    arguments = [
        "-c",
        "nat_gateways=1",
        "--verbose",
        "--context",
        "alarm_emails=a@b.c,d@e.f",
        "-cimage_tag=v1",
        "--context=redis_parameters=timeout=5",
    ]
    assert context_of_arguments(arguments) == {
        "nat_gateways": "1",
        "alarm_emails": "a@b.c,d@e.f",
        "image_tag": "v1",
        "redis_parameters": "timeout=5",
    }
