"""Why the load balancer answers 502: every cause over planted facts, there and not there."""

import pytest

from tests.operations.diagnosis.planted import NOW, cause, facts
from tests.operations.rendering import plain_fix
from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.operations.diagnosis import api_502
from tradingbot_infra.operations.diagnosis.finding import Certainty, Normal
from tradingbot_infra.operations.diagnosis.tree import diagnose
from tradingbot_infra.operations.live.bad_gateways import OVER, BadGateways, read_bad_gateways
from tradingbot_infra.operations.live.containers import Variables

NONE = BadGateways(0, 0)


def variables(keep_alive: int | None) -> Variables:
    """Variables of a container, with how long uvicorn is told to keep connections."""
    return Variables((), (), {}, keep_alive_seconds=keep_alive)


def test_a_healthy_service_has_no_cause() -> None:
    found = diagnose(api_502.API_502, facts(bad_gateways=NONE, idle_seconds=60, variables=variables(65)))
    assert (found.causes, found.not_assessed) == ((), ())
    assert "idle time of connections, in the task definition: the load balancer 60 s, UVICORN_TIMEOUT_KEEP_ALIVE 65 s" in found.looked_at


@pytest.mark.parametrize(("given", "told"), [(None, "(missing)"), (5, "5"), (60, "60")])
def test_a_variable_below_the_idle_time_of_the_load_balancer_is_a_cause(given: int | None, told: str) -> None:
    found = cause(api_502.short_variable(facts(idle_seconds=60, variables=variables(given))))
    assert (found.id, found.certainty) == ("keep-alive-variable", Certainty.LIKELY)
    assert found.evidence == ("the load balancer keeps them 60 s", f"UVICORN_TIMEOUT_KEEP_ALIVE={told}")


def test_some_502_while_tasks_take_connections_point_at_the_server() -> None:
    found = cause(api_502.closed_by_the_server(facts(bad_gateways=BadGateways(7, 0), idle_seconds=60)))
    assert (found.id, found.certainty) == ("keep-alive-server", Certainty.POSSIBLE)
    assert "7 answers 502 in 3 hours" in found.evidence[0]
    assert "gunicorn --keep-alive 65" in plain_fix(found)[0]


def test_connections_that_tasks_refuse_point_at_the_tasks() -> None:
    planted = facts(bad_gateways=BadGateways(7, 3))
    assert cause(api_502.refused(planted)).id == "connections-refused"
    assert api_502.closed_by_the_server(planted) == Normal("7 answers 502 in 3 hours")
    assert api_502.refused(facts(bad_gateways=BadGateways(7, 0))) == Normal("0 connections refused in 3 hours")


def test_the_figures_are_those_of_the_load_balancer_alone() -> None:
    with boto3_client("cloudwatch") as (client, stubber):
        results = [{"Id": "m0", "Values": [2.0, 1.0]}, {"Id": "m1", "Values": []}]
        stubber.add_response("get_metric_data", {"MetricDataResults": results})
        asked: list[dict[str, object]] = []
        client.meta.events.register("provide-client-params.*", lambda params, **_: asked.append(params))
        arn = "arn:aws:elasticloadbalancing:ap-southeast-2:000000000000:loadbalancer/app/api/1"
        assert read_bad_gateways(session_over(cloudwatch=client), arn, until=NOW) == BadGateways(3, 0)
    (request,) = asked
    assert (request["StartTime"], request["EndTime"]) == (NOW - OVER, NOW)
    assert str(request).count("'Value': 'app/api/1'") == 2
