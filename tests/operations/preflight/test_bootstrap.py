"""The bootstrap stack is there, and new enough."""

import pytest

from tests.operations.preflight.conftest import bootstrapped, plan_of
from tests.operations.rendering import plain
from tests.operations.verification.standing import told
from tradingbot_infra.operations.preflight.bootstrap import ready
from tradingbot_infra.operations.session import Session
from tradingbot_infra.operations.verdict import Outcome

pytestmark = pytest.mark.local_cloud


def test_a_region_that_was_never_bootstrapped_fails_with_the_command_that_does_it(session: Session) -> None:
    (finding,) = ready(plan_of(session, bootstrapped(6, "/cdk-bootstrap/never/version")))
    assert (finding.outcome, plain(finding.next_step)) == (
        Outcome.FAIL,
        "cdk bootstrap aws://000000000000/ap-southeast-2 --qualifier never",
    )


@pytest.mark.parametrize(
    ("version", "outcome", "found"),
    [
        ("6", Outcome.PASS, "ap-southeast-2: version 6, qualifier hnb659fds"),
        ("30", Outcome.PASS, "ap-southeast-2: version 30, qualifier hnb659fds"),
        ("5", Outcome.FAIL, "ap-southeast-2: the bootstrap stack has version 5, and the templates need 6"),
        ("six", Outcome.NOT_ASSESSED, "/cdk-bootstrap/hnb659fds/version is 'six', which is no version"),
    ],
)
def test_its_version_is_compared_as_a_number(session: Session, version: str, outcome: Outcome, found: str) -> None:
    name = "/cdk-bootstrap/hnb659fds/version"
    session.ssm.put_parameter(Name=name, Value=version, Type="String")
    try:
        assert told(*ready(plan_of(session, bootstrapped(6)))) == [(outcome, found)]
    finally:
        session.ssm.delete_parameter(Name=name)


def test_templates_without_bootstrap_resources_need_none(session: Session) -> None:
    assembly = bootstrapped(6)
    stacks = {name: stack for name, stack in assembly.stacks.items() if stack.bootstrap is None}
    assert list(ready(plan_of(session, type(assembly)(assembly.templates, stacks)))) == []
