"""A verdict on a path, as a cause."""

import pytest

from tests.operations.diagnosis.planted import cause
from tests.operations.rendering import plain_fix
from tradingbot_infra.operations.diagnosis.finding import Certainty
from tradingbot_infra.operations.diagnosis.network_causes import blocked
from tradingbot_infra.operations.network.obstacle import Obstacle, unclear
from tradingbot_infra.operations.printed_commands import revert
from tradingbot_infra.operations.verdict import NotAssessed, Verdict

RULE = Obstacle("security_group_ingress", ("sg-1",), "No rule lets tasks in", "aws ec2 authorize-security-group-ingress --group-id sg-1")
ROUTE = Obstacle("route", ("rtb-1",), "There is no route", revert("network"))
UNTOLD = unclear("network_acl", ("acl-1",), "The ports are not told")


def test_every_obstacle_is_told_and_each_fix_once() -> None:
    found = cause(blocked(Verdict((RULE, RULE, ROUTE), (UNTOLD,)), cause_id="x", title="y"))
    assert (found.id, found.title, found.certainty) == ("x", "y", Certainty.CERTAIN)
    assert found.evidence == (RULE.text, RULE.text, ROUTE.text)
    assert plain_fix(found)[0] == RULE.fix
    (all_of_it,) = plain_fix(found)[1:]
    assert all_of_it.startswith("`cdk deploy NetworkStack --exclusively --revert-drift --method=prepare-change-set -c env=production`")


@pytest.mark.parametrize(
    ("unknown", "why"), [((UNTOLD,), "The ports are not told"), ((UNTOLD, UNTOLD, UNTOLD), "The ports are not told (and 2 more)")]
)
def test_what_aws_does_not_tell_is_not_assessed(unknown: tuple[NotAssessed, ...], why: str) -> None:
    assert blocked(Verdict((), unknown), cause_id="x", title="y") == NotAssessed(why)


def test_an_open_path_is_no_cause() -> None:
    assert blocked(Verdict((), ()), cause_id="x", title="y") is None
