"""Exceptions: exact, caused by settings, and over when nothing finds what they except."""

from dataclasses import replace
from datetime import date

import pytest

from tradingbot_infra.compliance.evaluation import Finding
from tradingbot_infra.compliance.exceptions import Cause, ComplianceException, above, active, below, equal, given, off, on, unset

SETTINGS = {"certificate": None, "redis": True, "nodes": 1, "availability_zones": ("a", "b"), "nat_gateways": 1, "project": "bot"}

PLAIN_HTTP = ComplianceException(
    id="plain-http",
    rules=("alb.https", "Public-Rule"),
    paths=("Stack/Listener",),
    environments=("production",),
    mechanism="There is no certificate.",
    consequence="Traffic can be read",
    compensation="None.",
    owner="somebody",
    review=date(2027, 1, 31),
)


@pytest.mark.parametrize(
    ("cause", "holds"),
    [
        (unset("certificate"), True),
        (given("certificate"), False),
        (on("redis"), True),
        (off("redis"), False),
        (below("nodes", 2), True),
        (below("nodes", 1), False),
        (above("nodes", 0), True),
        (above("nodes", 1), False),
        (equal("nodes", 1), True),
        (equal("nodes", 3), False),
    ],
)
def test_an_exception_holds_while_its_cause_does(cause: Cause, holds: bool) -> None:
    exception = replace(PLAIN_HTTP, when=(cause,))
    assert bool(active([exception], "production", SETTINGS).exceptions) is holds


def test_an_exception_holds_in_its_environments_only() -> None:
    assert active([PLAIN_HTTP], "staging", SETTINGS).by_finding == {}


def test_every_rule_at_every_path_is_one_finding() -> None:
    exception = replace(PLAIN_HTTP, paths=("Stack/Listener", "Stack/Subnet{zone}", "Stack/Nat{nat}"))
    assert sorted(active([exception], "production", SETTINGS).by_finding) == [
        Finding("Public-Rule", "Stack/Listener"),
        Finding("Public-Rule", "Stack/Nat1"),
        Finding("Public-Rule", "Stack/Subnet1"),
        Finding("Public-Rule", "Stack/Subnet2"),
        Finding("alb.https", "Stack/Listener"),
        Finding("alb.https", "Stack/Nat1"),
        Finding("alb.https", "Stack/Subnet1"),
        Finding("alb.https", "Stack/Subnet2"),
    ]


def test_a_rule_may_name_what_the_environment_names() -> None:
    exception = replace(PLAIN_HTTP, rules=("IAM5[{prefix}-*]",))
    assert list(active([exception], "production", SETTINGS).by_finding) == [Finding("IAM5[bot-production-*]", "Stack/Listener")]


def test_what_is_found_and_not_excepted_is_missing() -> None:
    ledger = active([PLAIN_HTTP], "production", SETTINGS)
    other = Finding("alb.https", "Stack/Other")
    assert list(ledger.missing([other, Finding("alb.https", "Stack/Listener")])) == [other]


def test_what_is_excepted_and_not_found_is_stale() -> None:
    ledger = active([PLAIN_HTTP], "production", SETTINGS)
    (stale,) = ledger.stale([Finding("alb.https", "Stack/Listener")])
    assert (stale.exception.id, stale.path) == ("plain-http", "Stack/Listener")
    assert stale.problem == "excepts Public-Rule here, but nothing finds it at this resource"


def test_an_exception_for_a_whole_stack_excepts_nothing_in_it() -> None:
    ledger = active([replace(PLAIN_HTTP, paths=("Stack",))], "production", SETTINGS)
    finding = Finding("alb.https", "Stack/Listener")
    assert list(ledger.missing([finding])) == [finding]


ENTRIES = [Finding("acl", "Stack/Acls/Public/In1"), Finding("acl", "Stack/Acls/Private/In1")]
WHOLE_CONSTRUCT = replace(PLAIN_HTTP, id="acls", rules=("acl",), paths=(), construct="Stack/Acls")


def test_an_exception_for_a_construct_covers_what_is_found_in_it_and_nothing_beside() -> None:
    ledger = active([WHOLE_CONSTRUCT], "production", SETTINGS)
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
    ledger = active([replace(WHOLE_CONSTRUCT, construct=construct)], "production", SETTINGS)
    assert [stale.problem for stale in ledger.stale(ENTRIES)] == [problem]


def test_no_two_exceptions_claim_the_same_finding() -> None:
    with pytest.raises(ValueError, match=r"alb\.https at Stack/Listener is excepted by plain-http and by again"):
        active([PLAIN_HTTP, replace(PLAIN_HTTP, id="again")], "production", SETTINGS)


def test_the_reason_is_one_line_with_its_three_parts_owner_and_date() -> None:
    assert PLAIN_HTTP.reason == "There is no certificate. Traffic can be read. None. (plain-http; somebody; review by 2027-01-31)"
