"""Exceptions: exact, caused by settings, and over when nothing finds what they except."""

from dataclasses import replace
from datetime import date

import pytest

from tradingbot_infra.compliance.evaluation import Finding
from tradingbot_infra.compliance.exception import (
    ComplianceException,
    SettingCondition,
    above,
    active,
    below,
    equal,
    given,
    off,
    on,
    one_of,
    unset,
)
from tradingbot_infra.config.settings import load_config

PRODUCTION = load_config("production", {"nat_gateways": 1, "project": "bot"})

PLAIN_HTTP = ComplianceException(
    id="plain-http",
    rules=("alb.https", "Public-Rule"),
    paths=("Stack/Listener",),
    mechanism="There is no certificate.",
    consequence="Traffic can be read",
    compensation="None.",
    owner="somebody",
    review=date(2027, 1, 31),
)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (unset("certificate_arn"), True),
        (given("certificate_arn"), False),
        (on("enable_redis"), True),
        (off("enable_redis"), False),
        (below("redis_nodes", 2), True),
        (below("redis_nodes", 1), False),
        (above("redis_nodes", 0), True),
        (above("redis_nodes", 1), False),
        (equal("redis_nodes", 1), True),
        (equal("redis_nodes", 3), False),
        (one_of("nat_type", "gateway", "instance"), True),
        (one_of("nat_type", "instance"), False),
    ],
)
def test_an_exception_holds_while_its_condition_does(condition: SettingCondition, holds: bool) -> None:
    exception = replace(PLAIN_HTTP, when=(condition,))
    assert bool(active([exception], PRODUCTION).exceptions) is holds


def test_an_exception_holds_only_while_all_of_its_conditions_do() -> None:
    exception = replace(PLAIN_HTTP, when=(on("enable_redis"), off("waf")))
    assert active([exception], PRODUCTION).exceptions == ()


def test_every_rule_at_every_path_is_one_finding() -> None:
    exception = replace(PLAIN_HTTP, paths=("Stack/Listener", "Stack/Subnet{zone}", "Stack/Nat{nat}"))
    assert sorted(active([exception], PRODUCTION).by_finding) == [
        Finding("Public-Rule", "Stack/Listener"),
        Finding("Public-Rule", "Stack/Nat1"),
        Finding("Public-Rule", "Stack/Subnet1"),
        Finding("Public-Rule", "Stack/Subnet2"),
        Finding("alb.https", "Stack/Listener"),
        Finding("alb.https", "Stack/Nat1"),
        Finding("alb.https", "Stack/Subnet1"),
        Finding("alb.https", "Stack/Subnet2"),
    ]


def test_a_path_may_mean_every_stack_of_the_design() -> None:
    exception = replace(PLAIN_HTTP, rules=("tags",), paths=("{stack}",))
    assert {finding.path for finding in active([exception], PRODUCTION).by_finding} == {stack.id for stack in PRODUCTION.stacks}


def test_a_rule_may_name_what_the_environment_names() -> None:
    exception = replace(PLAIN_HTTP, rules=("IAM5[{region}:{prefix}-*]",))
    assert list(active([exception], PRODUCTION).by_finding) == [Finding("IAM5[ap-southeast-2:bot-production-*]", "Stack/Listener")]


def test_a_rule_may_mean_every_environment_that_github_deploys_and_every_region_of_a_stack() -> None:
    exception = replace(PLAIN_HTTP, rules=("IAM5[{stack_region}]", "IAM5[{project}-{delivered}]"))
    assert [finding.rule for finding in active([exception], PRODUCTION).by_finding] == [
        "IAM5[ap-southeast-2]",
        "IAM5[bot-staging]",
        "IAM5[bot-production]",
    ]


def test_what_is_found_and_not_excepted_is_missing() -> None:
    ledger = active([PLAIN_HTTP], PRODUCTION)
    other = Finding("alb.https", "Stack/Other")
    assert list(ledger.missing([other, Finding("alb.https", "Stack/Listener")])) == [other]


def test_what_is_excepted_and_not_found_is_stale() -> None:
    ledger = active([PLAIN_HTTP], PRODUCTION)
    (stale,) = ledger.stale([Finding("alb.https", "Stack/Listener")])
    assert (stale.exception.id, stale.path) == ("plain-http", "Stack/Listener")
    assert stale.problem == "excepts Public-Rule here, but nothing finds it at this resource"


def test_an_exception_for_a_whole_stack_excepts_nothing_in_it() -> None:
    ledger = active([replace(PLAIN_HTTP, paths=("Stack",))], PRODUCTION)
    finding = Finding("alb.https", "Stack/Listener")
    assert list(ledger.missing([finding])) == [finding]


ENTRIES = [Finding("acl", "Stack/Acls/Public/In1"), Finding("acl", "Stack/Acls/Private/In1")]
WHOLE_CONSTRUCT = replace(PLAIN_HTTP, id="acls", rules=("acl",), paths=(), construct="Stack/Acls")


def test_an_exception_for_a_construct_covers_what_is_found_in_it_and_nothing_beside() -> None:
    ledger = active([WHOLE_CONSTRUCT], PRODUCTION)
    beside = [Finding("acl", "Stack/AclsOther/In1"), Finding("other", "Stack/Acls/Public/In1")]
    assert list(ledger.missing([*ENTRIES, *beside])) == sorted(beside)
    assert list(ledger.stale(ENTRIES)) == []


@pytest.mark.parametrize(
    ("construct", "problem"),
    [
        ("Stack", "excepts acl in all of this, but it is found in Stack/Acls only"),
        ("Stack/Elsewhere", "excepts acl here, but nothing finds it in this construct"),
    ],
)
def test_an_exception_for_a_construct_is_stale_when_it_is_wider_than_its_findings(construct: str, problem: str) -> None:
    ledger = active([replace(WHOLE_CONSTRUCT, construct=construct)], PRODUCTION)
    assert [stale.problem for stale in ledger.stale(ENTRIES)] == [problem]


def test_no_two_exceptions_claim_the_same_finding() -> None:
    with pytest.raises(ValueError, match=r"alb\.https at Stack/Listener is excepted by plain-http and by again"):
        active([PLAIN_HTTP, replace(PLAIN_HTTP, id="again")], PRODUCTION)


def test_the_reason_is_one_line_with_its_three_parts_owner_and_date() -> None:
    assert PLAIN_HTTP.reason == "There is no certificate. Traffic can be read. None. (plain-http; somebody; review by 2027-01-31)"
