"""What of the CDK's context is ours."""

import json
from pathlib import Path

from tradingbot_infra.config.context import context_of_arguments, environment_of, feature_flags, overrides_of, read_context


def test_what_the_cli_passes_lies_over_cdk_json() -> None:
    context = read_context({"CDK_CONTEXT_JSON": json.dumps({"env": "staging", "nat_gateways": "1"})})
    assert environment_of(context) == "staging"
    assert overrides_of(context) == {"nat_gateways": "1"}
    assert context["@aws-cdk/core:defaultCrossStackReferences"] == "weak"


def test_without_the_cli_cdk_json_chooses_and_that_is_never_production() -> None:
    context = read_context({})
    assert environment_of(context) == "development"
    assert overrides_of(context) == {}


def test_a_context_too_large_for_a_variable_is_read_from_its_file(tmp_path: Path) -> None:
    overflow = tmp_path / "context.json"
    overflow.write_text(json.dumps({"env": "balanced"}))
    assert environment_of(read_context({"CDK_CONTEXT_JSON": "{}", "CONTEXT_OVERFLOW_LOCATION": str(overflow)})) == "balanced"


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
