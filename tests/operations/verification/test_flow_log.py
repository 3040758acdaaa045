"""One flow log takes everything, and its records arrive."""

from dataclasses import replace

import pytest

from tests.operations.rendering import plain
from tests.operations.verification.standing import outcomes, told
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.flow_logs import FlowLog
from tradingbot_infra.operations.printed_commands import revert
from tradingbot_infra.operations.verdict import Outcome
from tradingbot_infra.operations.verification.check import examine
from tradingbot_infra.operations.verification.checklists import SECURITY
from tradingbot_infra.operations.verification.flow_log import active, delivering

GROUP = "/aws/vpc/tradingbot-ai-production"
GOOD = FlowLog("fl-1", "ACTIVE", "ALL", GROUP, "SUCCESS", "")
REVERT = plain(revert("network"))


@pytest.mark.parametrize("destination", [GROUP, f"arn:aws:logs:ap-southeast-2:111122223333:log-group:{GROUP}:*"])
def test_an_active_flow_log_of_all_traffic_passes(destination: str) -> None:
    assert active([replace(GOOD, destination=destination)], GROUP).outcome is Outcome.PASS


@pytest.mark.parametrize("flow_logs", [[], [replace(GOOD, destination="/somebody/else")], [replace(GOOD, destination=f"{GROUP}-other")]])
def test_no_flow_log_to_the_group_fails(flow_logs: list[FlowLog]) -> None:
    finding = active(flow_logs, GROUP)
    assert (finding.outcome, finding.found, plain(finding.next_step)) == (Outcome.FAIL, f"no flow log of the VPC writes to {GROUP}", REVERT)


@pytest.mark.parametrize(("status", "traffic"), [("ACTIVE", "REJECT"), ("INACTIVE", "ALL")])
def test_half_a_flow_log_fails(status: str, traffic: str) -> None:
    finding = active([replace(GOOD, status=status, traffic=traffic)], GROUP)
    assert (finding.outcome, finding.found) == (Outcome.FAIL, f"fl-1 is {status} and takes {traffic} traffic")


def test_a_second_flow_log_that_takes_less_spoils_nothing() -> None:
    assert active([replace(GOOD, id="fl-0", traffic="REJECT"), GOOD], GROUP).outcome is Outcome.PASS


def test_delivery_passes_or_fails_with_the_reason() -> None:
    assert outcomes(delivering([GOOD])) == {Outcome.PASS}
    failing = replace(GOOD, delivery="FAILED", error="Access error")
    assert told(delivering([failing])) == [(Outcome.FAIL, "fl-1 delivers nothing: Access error")]


def test_what_is_not_delivered_yet_is_not_checkable() -> None:
    assert told(delivering([replace(GOOD, delivery="")])) == [(Outcome.NOT_ASSESSED, "fl-1 has delivered nothing yet")]


def test_without_a_vpc_there_is_no_flow_log(account: Facts) -> None:
    account.stacks = ()
    (item,) = (item for item in SECURITY.items if item.id == "flow-log-active")
    assert told(examine(SECURITY, item, account)) == [(Outcome.FAIL, "the network stack has no output VpcId")]
