"""Why the API answers 403: every cause over planted facts, there and not there."""

from datetime import timedelta

import pytest

from tests.operations.diagnosis.planted import NOW, cause, facts, text
from tests.operations.rendering import plain_fix
from tradingbot_infra.design.web_acl_rules import RATE_LIMIT
from tradingbot_infra.operations.diagnosis import api_403
from tradingbot_infra.operations.diagnosis.finding import Certainty, Normal
from tradingbot_infra.operations.diagnosis.tree import diagnose
from tradingbot_infra.operations.live.client_errors import ClientErrors
from tradingbot_infra.operations.live.web_acl_log import AT_MOST, Blocked

QUIET = ClientErrors(requests=900, refused=7, without_a_header=0)


def blocked(rule: str, path: str = "/", requests: int = 1) -> Blocked:
    """Requests that were blocked a minute ago."""
    return Blocked(rule, path, requests, NOW - timedelta(minutes=1), ("203.0.113.9 (AU)",))


def test_a_quiet_day_has_no_cause_and_shows_its_figures() -> None:
    found = diagnose(api_403.API_403, facts(blocked=(), client_errors=QUIET))
    assert (found.causes, found.not_assessed) == ((), ())
    assert "answers 4XX of the application: 7 of 900 requests in 3 hours" in found.looked_at


def test_a_rule_that_clients_meet_is_named_with_what_lets_it_pass() -> None:
    planted = facts(blocked=(blocked("SQLi_QUERYARGUMENTS", "/api/v1/orders", 12), blocked("PROPFIND_METHOD")), client_errors=QUIET)
    found = cause(api_403.honest_clients(planted))
    assert (found.id, found.certainty) == ("web-acl-blocks-clients", Certainty.POSSIBLE)
    assert found.evidence == ("SQLi_QUERYARGUMENTS /api/v1/orders: 12 requests, newest 2026-11-24 11:59:00 UTC, from 203.0.113.9 (AU)",)
    first, deploy, last = plain_fix(found)
    assert "add SQLi_QUERYARGUMENTS to waf_counted_rules" in first
    assert deploy.startswith("cdk deploy ServiceStack")
    assert "there is nothing to do" in last


def test_attacks_are_a_figure_and_no_cause() -> None:
    planted = facts(blocked=(blocked("PROPFIND_METHOD", requests=40), blocked("AWSManagedIPReputationList", requests=2)))
    assert api_403.attacks(planted) == Normal("42 blocked in 3 hours, the newest by PROPFIND_METHOD, AWSManagedIPReputationList")
    assert api_403.honest_clients(planted) == Normal("none in 3 hours")
    assert api_403.rate_limit(planted) == Normal("none in 3 hours")


def test_a_rule_that_the_table_does_not_know_is_an_attack() -> None:
    assert isinstance(api_403.attacks(facts(blocked=(blocked("NewRuleOfAws_BODY"),))), Normal)


def test_an_address_above_the_limit_is_told_with_the_limit() -> None:
    found = cause(api_403.rate_limit(facts(blocked=(blocked(RATE_LIMIT, requests=AT_MOST),))))
    assert (found.id, found.certainty) == ("rate-limit", Certainty.LIKELY)
    assert "more than 2000 requests" in found.title
    assert found.evidence[-1] == f"of the first {AT_MOST} that were blocked"


def test_many_paths_are_cut_and_counted() -> None:
    paths = tuple(blocked("SQLi_COOKIE", f"/{number}") for number in range(13))
    found = cause(api_403.honest_clients(facts(blocked=paths)))
    assert len(found.evidence) == 11
    assert found.evidence[-1] == "and 3 more rules and paths"


def test_without_a_web_acl_no_log_is_read() -> None:
    planted = facts("staging", client_errors=QUIET)
    for find in (api_403.honest_clients, api_403.rate_limit, api_403.attacks):
        assert find(planted) == Normal("there is no web ACL (waf=false)")


def test_a_dropped_header_with_refused_requests_points_at_its_name() -> None:
    found = cause(api_403.dropped_headers(facts(client_errors=ClientErrors(requests=900, refused=7, without_a_header=5))))
    assert (found.id, found.certainty) == ("header-dropped", Certainty.POSSIBLE)
    assert "X_SIGNATURE" in found.title
    assert "X-Signature" in text(found)


@pytest.mark.parametrize("seen", [ClientErrors(900, 7, 0), ClientErrors(900, 0, 5)], ids=["nothing dropped", "nobody refused"])
def test_a_dropped_header_that_nobody_misses_is_a_figure(seen: ClientErrors) -> None:
    assert api_403.dropped_headers(facts(client_errors=seen)) == Normal(f"{seen.without_a_header} requests in 3 hours")


def test_the_application_is_told_from_the_web_acl_by_what_reached_it() -> None:
    found = cause(api_403.refused_by_the_application(facts(client_errors=ClientErrors(requests=100, refused=60, without_a_header=0))))
    assert (found.id, found.certainty) == ("application-refuses", Certainty.POSSIBLE)
    assert found.evidence == ("it answered 60 of 100 requests in 3 hours with 4XX, which the web ACL had let pass",)
    assert "host check" in text(found)
