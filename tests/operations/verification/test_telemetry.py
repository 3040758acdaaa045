"""Whether the container that runs sends what the settings say."""

import pytest

from tests.conftest import Synthesize
from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.operations.live.containers import read_variables
from tradingbot_infra.operations.verdict import Finding, Outcome
from tradingbot_infra.operations.verification.telemetry import as_set
from tradingbot_infra.templates import Assembly


@pytest.fixture(scope="module")
def production(synthesize: Synthesize) -> Assembly:
    """Production's templates."""
    return synthesize("production")


def judged(assembly: Assembly, changed: dict[str, str] | None = None, **settings: str) -> Finding:
    """The container of a template, with single variables changed, against production's settings."""
    (container,) = assembly.only("AWS::ECS::TaskDefinition").properties["ContainerDefinitions"]
    variables = {each["Name"]: each["Value"] for each in container["Environment"]} | (changed or {})
    listed = [{"name": name, "value": value} for name, value in variables.items() if value]
    with boto3_client("ecs") as (ecs, stub):
        stub.add_response("describe_task_definition", {"taskDefinition": {"containerDefinitions": [{"environment": listed}]}})
        found = read_variables(session_over(ecs=ecs), "task")
    return as_set(found, load_config("production", settings))


def test_what_the_template_gives_is_what_the_settings_say(production: Assembly) -> None:
    finding = judged(production)
    assert finding.outcome is Outcome.PASS
    assert finding.found.startswith("tracing=xray, metrics=otlp: the container has the ")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"OTEL_PROPAGATORS": "tracecontext"}, "OTEL_PROPAGATORS is tracecontext"),
        ({"OTEL_TRACES_SAMPLER": ""}, "OTEL_TRACES_SAMPLER is missing"),
        ({"OTEL_SDK_DISABLED": "true"}, "OTEL_SDK_DISABLED is true"),
        ({"TRADING_METRICS": "emf"}, "TRADING_METRICS is emf"),
        ({"OTEL_EXPORTER_OTLP_HEADERS": "api-key=abc"}, "OTEL_EXPORTER_OTLP_HEADERS is (not shown)"),
    ],
)
def test_a_variable_that_differs_is_named_and_no_key_is_shown(production: Assembly, changed: dict[str, str], words: str) -> None:
    finding = judged(production, changed)
    assert finding.outcome is Outcome.FAIL
    assert words in finding.found
    assert "abc" not in finding.found


def test_settings_that_were_not_deployed_yet_differ(production: Assembly) -> None:
    assert "OTEL_TRACES_SAMPLER_ARG is 0.05" in judged(production, trace_sample_percent="50").found
