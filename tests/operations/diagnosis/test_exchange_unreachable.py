"""Why tasks do not reach an exchange: every cause over planted facts, there and not there."""

from typing import Any

import pytest

from tests.operations.diagnosis.planted import NOW, SERVICE, cause, facts, text
from tests.operations.network.design import DESIGN, TASKS, leading, to, with_group, with_routes
from tests.operations.rendering import plain_fix
from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.operations.diagnosis import exchange_unreachable
from tradingbot_infra.operations.diagnosis.finding import Certainty, Normal
from tradingbot_infra.operations.diagnosis.tree import diagnose
from tradingbot_infra.operations.live.nat_ports import OVER, read_port_errors
from tradingbot_infra.operations.live.rejected_egress import RejectedEgress

HTTPS_ONLY = {"egress_ports": "443"}
"""Settings as the planted network has them."""


def planted(*rejected: RejectedEgress, **others: Any) -> Any:
    """Facts with these rejects in the flow log; NAT had a port for every connection."""
    return facts(rejected_egress=rejected, **{"nat_port_errors": 0, "settings": HTTPS_ONLY, **others})


def refused(protocol: str, port: int, *addresses: str) -> RejectedEgress:
    return RejectedEgress(protocol, port, addresses, len(addresses))


def test_a_network_that_lets_everything_out_has_no_cause() -> None:
    found = diagnose(exchange_unreachable.EXCHANGE_UNREACHABLE, planted())
    assert (found.causes, found.not_assessed) == ((), ())
    assert len(found.looked_at) == len(exchange_unreachable.EXCHANGE_UNREACHABLE.checks)


def test_a_port_that_the_settings_do_not_have_is_named_with_the_addresses_and_with_what_opens_it() -> None:
    found = cause(exchange_unreachable.closed_ports(planted(refused("TCP", 9443, "203.0.113.7", "203.0.113.8"))))
    assert (found.id, found.certainty) == ("port-closed", Certainty.CERTAIN)
    assert found.evidence == ("TCP 9443: 2 rejects in 3 hours, to 203.0.113.7, 203.0.113.8",)
    fix = plain_fix(found)
    assert "write egress_ports=443,9443 into config/environments.py, then `cdk deploy NetworkStack -c env=production`" in fix[0]
    assert "-c egress_ports=443,9443" in fix[1]


def test_several_ports_are_opened_at_once_and_many_addresses_are_counted() -> None:
    many = refused("TCP", 9443, *(f"203.0.113.{number}" for number in range(5)))
    found = cause(exchange_unreachable.closed_ports(planted(many, refused("TCP", 8443, "198.51.100.1"))))
    assert found.evidence[0].endswith("203.0.113.0, 203.0.113.1, 203.0.113.2 and 2 more")
    assert "egress_ports=443,9443,8443" in plain_fix(found)[0]


@pytest.mark.parametrize(("protocol", "port"), [("TCP", 22), ("TCP", 25), ("TCP", 5432), ("UDP", 443)])
def test_no_advice_opens_what_no_setting_can_open(protocol: str, port: int) -> None:
    told = text(exchange_unreachable.closed_ports(planted(refused(protocol, port, "203.0.113.7"))))
    assert "egress_ports=" not in told
    assert ("UDP" in told.splitlines()[2]) is (protocol == "UDP")


def test_rejects_on_a_port_of_the_settings_are_no_cause_by_themselves() -> None:
    found = exchange_unreachable.closed_ports(planted(refused("TCP", 443, "203.0.113.7")))
    assert found == Normal("1 in 3 hours, all on ports of egress_ports")


def test_a_broken_way_out_comes_first() -> None:
    broken = with_routes(DESIGN, "rtb-private-a", leading("nat-gone", active=False))
    causes = diagnose(exchange_unreachable.EXCHANGE_UNREACHABLE, planted(refused("TCP", 9443, "203.0.113.7"), network=broken)).causes
    assert [each.id for each in causes] == ["no-way-out", "port-closed"]


def test_a_port_of_the_settings_that_the_deployed_network_lacks_is_deployed_not_mended_by_hand() -> None:
    found = cause(exchange_unreachable.undeployed_ports(planted(settings={"egress_ports": "443,9443"})))
    assert (found.id, found.certainty) == ("port-not-let-out", Certainty.CERTAIN)
    assert any("9443" in line for line in found.evidence)
    assert plain_fix(found)[0].startswith("`cdk deploy NetworkStack -c env=production`")


def test_a_way_out_that_is_broken_for_every_port_is_told_once() -> None:
    without_egress = with_group(DESIGN, "ecs", to("sg-rds", 5432))
    broken = with_routes(without_egress, "rtb-private-a", leading("nat-gone", active=False))
    found = cause(exchange_unreachable.undeployed_ports(planted(network=broken, settings={"egress_ports": "443,9443"})))
    assert not any("nat-gone" in line for line in found.evidence)


def test_a_gateway_without_a_free_port_is_a_cause_and_nat_instances_have_no_figure() -> None:
    found = cause(exchange_unreachable.exhausted_nat(planted(nat_port_errors=12)))
    assert (found.id, found.certainty) == ("nat-ports-exhausted", Certainty.LIKELY)
    assert "12 in 3 hours" in found.evidence[0]
    assert exchange_unreachable.exhausted_nat(planted()) == Normal("0 in 3 hours")
    with_instances = planted(settings={"nat_type": "instance"})
    assert exchange_unreachable.exhausted_nat(with_instances) == Normal("NAT instances publish no such figure")


def test_errors_of_every_gateway_are_summed() -> None:
    with boto3_client("cloudwatch") as (client, stubber):
        stubber.add_response("get_metric_data", {"MetricDataResults": [{"Id": "m0", "Values": [2.0]}, {"Id": "m1", "Values": [3.0, 1.0]}]})
        asked: list[dict[str, Any]] = []
        client.meta.events.register("provide-client-params.*", lambda params, **_: asked.append(params))
        assert read_port_errors(session_over(cloudwatch=client), ["nat-a", "nat-b"], until=NOW) == 6
    (request,) = asked
    assert (request["StartTime"], request["EndTime"]) == (NOW - OVER, NOW)
    assert [query["MetricStat"]["Metric"]["Dimensions"][0]["Value"] for query in request["MetricDataQueries"]] == ["nat-a", "nat-b"]


def test_without_gateways_no_errors_are_asked_for() -> None:
    assert read_port_errors(session_over(), [], until=NOW) == 0


def test_the_planted_tasks_are_where_the_network_has_them() -> None:
    assert SERVICE.subnets == TASKS.subnets
