"""What the application refused and the load balancer dropped, as CloudWatch counts it."""

import pytest

from tests.operations.diagnosis.planted import NOW
from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.operations.live.client_errors import OVER, ClientErrors, read_client_errors

ARN = "arn:aws:elasticloadbalancing:ap-southeast-2:000000000000:loadbalancer/app/api/1"


def test_headers_are_counted_in_every_zone() -> None:
    with boto3_client("cloudwatch") as (client, stubber):
        values = {"requests": [20.0, 10.0], "refused": [3.0], "dropped0": [1.0], "dropped1": [2.0]}
        stubber.add_response("get_metric_data", {"MetricDataResults": [{"Id": name, "Values": value} for name, value in values.items()]})
        asked: list[dict[str, object]] = []
        client.meta.events.register("provide-client-params.*", lambda params, **_: asked.append(params))
        zones = ("ap-southeast-2a", "ap-southeast-2b")
        assert read_client_errors(session_over(cloudwatch=client), ARN, zones, until=NOW) == ClientErrors(30, 3, 3)
    (request,) = asked
    assert (request["StartTime"], request["EndTime"]) == (NOW - OVER, NOW)
    assert str(request).count("'Value': 'app/api/1'") == 4
    assert all(f"'Value': '{zone}'" in str(request) for zone in zones)


@pytest.mark.parametrize(
    ("requests", "refused", "share"), [(0, 0, 0), (10, 1, 0.1), (10, 10, 1), (0, 5, 1)], ids=["nobody", "some", "all", "not yet counted"]
)
def test_the_share_is_of_all_requests(requests: int, refused: int, share: float) -> None:
    assert ClientErrors(requests, refused, 0).share == share
