"""People reach the API over TLS only."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.operations.rendering import plain
from tests.operations.stubs import boto3_client
from tests.operations.verification.standing import HTTPS, PLAIN, REDIRECT, load_balancer, outcomes, told, without
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.certificates import Certificate
from tradingbot_infra.operations.live.load_balancer import Listener
from tradingbot_infra.operations.missing import Missing
from tradingbot_infra.operations.printed_commands import revert
from tradingbot_infra.operations.verdict import Outcome
from tradingbot_infra.operations.verification.check import examine
from tradingbot_infra.operations.verification.checklists import SECURITY
from tradingbot_infra.operations.verification.https import covers, good, secure

NOW = datetime(2026, 11, 24, tzinfo=UTC)
ARN = "arn:aws:acm:ap-southeast-2:111122223333:certificate/12345678-1234-1234-1234-123456789012"
(ITEM,) = (item for item in SECURITY.items if item.id == "https-set")
ISSUED = Certificate("api.example.com", "ISSUED", NOW + timedelta(200), ("api.example.com",))


def test_tls_and_a_redirect_pass() -> None:
    assert told(secure([REDIRECT, HTTPS], configured=True, local=False)) == [
        (Outcome.PASS, "443 uses the TLS policy ELBSecurityPolicy-TLS13-1-2-2021-06"),
        (Outcome.PASS, "80 redirects"),
    ]


def test_no_certificate_fails_with_the_setting_that_brings_one() -> None:
    (finding,) = secure([PLAIN], configured=False, local=False)
    assert (finding.outcome, finding.found) == (Outcome.FAIL, "certificate_arn is not set: the API uses plain HTTP")
    assert plain(finding.next_step) == "cdk deploy --all -c env=production -c certificate_arn=ARN"


def test_no_certificate_is_not_checkable_on_the_local_cloud_unless_one_is_set() -> None:
    assert outcomes(secure([PLAIN], configured=False, local=True)) == {Outcome.NOT_ASSESSED}
    assert told(secure([PLAIN], configured=True, local=True)) == [(Outcome.FAIL, "certificate_arn is set, and no HTTPS listener on 443")]


@pytest.mark.parametrize("policy", ["ELBSecurityPolicy-2016-08", "ELBSecurityPolicy-TLS13-1-0-2021-06", ""])
def test_old_tls_fails(policy: str) -> None:
    finding, _ = secure([replace(HTTPS, ssl_policy=policy), REDIRECT], configured=True, local=False)
    assert finding.outcome is Outcome.FAIL


@pytest.mark.parametrize("policy", ["ELBSecurityPolicy-TLS13-1-3-2021-06", "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"])
def test_newer_tls_passes(policy: str) -> None:
    assert outcomes(secure([replace(HTTPS, ssl_policy=policy), REDIRECT], configured=True, local=False)) == {Outcome.PASS}


def test_plain_http_on_443_is_no_https() -> None:
    disguised = replace(PLAIN, port=443)
    assert told(secure([disguised], configured=True, local=False)) == [
        (Outcome.FAIL, "certificate_arn is set, and no HTTPS listener on 443")
    ]


def test_a_port_that_still_serves_plain_http_fails() -> None:
    assert (Outcome.FAIL, "80 does forward, and does not redirect") in told(secure([HTTPS, PLAIN], configured=True, local=False))


def test_an_issued_certificate_passes() -> None:
    assert told(good(ISSUED, "arn", NOW)) == [(Outcome.PASS, "the certificate of api.example.com is ISSUED until 2027-06-12")]


@pytest.mark.parametrize(("days", "outcome"), [(31, Outcome.PASS), (30, Outcome.FAIL), (-1, Outcome.FAIL)])
def test_a_certificate_needs_more_than_thirty_days(days: int, outcome: Outcome) -> None:
    assert good(replace(ISSUED, expires=NOW + timedelta(days)), "arn", NOW).outcome is outcome


@pytest.mark.parametrize("status", ["PENDING_VALIDATION", "EXPIRED", "REVOKED"])
def test_a_certificate_that_is_not_issued_fails(status: str) -> None:
    assert told(good(Certificate("api.example.com", status, None), "arn", NOW)) == [
        (Outcome.FAIL, f"the certificate of api.example.com is {status}")
    ]


def test_a_certificate_that_is_gone_fails() -> None:
    assert told(good(None, "arn:x", NOW)) == [(Outcome.FAIL, "arn:x: no such certificate")]


def test_a_certificate_covers_the_name_that_people_use() -> None:
    assert told(covers(ISSUED, "api.example.com", "alb.example.net")) == [(Outcome.PASS, "it covers api.example.com")]
    assert told(covers(ISSUED, "www.example.com", "alb.example.net")) == [(Outcome.FAIL, "it covers api.example.com, not www.example.com")]


def test_without_a_name_people_use_the_load_balancers_which_no_certificate_covers() -> None:
    (finding,) = covers(ISSUED, None, "alb.example.net")
    expected = "domain_name is not set, and no certificate covers alb.example.net; this one covers api.example.com"
    assert (finding.outcome, finding.found) == (Outcome.FAIL, expected)
    assert plain(finding.next_step) == "cdk deploy --all -c env=production -c domain_name=NAME"


def test_a_certificate_that_is_gone_covers_nothing_to_speak_of() -> None:
    assert told(covers(None, "api.example.com", "alb.example.net")) == []


class TestAnAccount:
    """The item over planted facts."""

    @staticmethod
    def look(facts: Facts, *listeners: Listener) -> list[tuple[Outcome, str]]:
        """What is found of a load balancer with these listeners."""
        facts.load_balancer = load_balancer(*listeners)
        return told(examine(SECURITY, ITEM, facts))

    def test_the_certificate_of_the_https_listener_is_looked_at(self, account: Facts) -> None:
        with boto3_client("acm") as (account.session.acm, stub):
            answer = {"Certificate": {"DomainName": "api.example.com", "Status": "PENDING_VALIDATION"}}
            stub.add_response("describe_certificate", answer, {"CertificateArn": HTTPS.certificate_arn})
            found = self.look(account, REDIRECT, HTTPS)
        assert [outcome for outcome, _ in found] == [Outcome.PASS, Outcome.PASS, Outcome.FAIL, Outcome.FAIL]
        assert "domain_name is not set" in found[-1][1]

    def test_plain_http_fails_once(self, account: Facts) -> None:
        assert self.look(account, PLAIN) == [(Outcome.FAIL, "certificate_arn is not set: the API uses plain HTTP")]

    def test_a_certificate_of_the_settings_that_nobody_deployed_fails(self, account: Facts) -> None:
        account.config = load_config("production", {"certificate_arn": ARN})
        assert self.look(account, PLAIN) == [(Outcome.FAIL, "certificate_arn is set, and no HTTPS listener on 443")]

    def test_no_load_balancer_fails(self, account: Facts) -> None:
        missing = Missing("api: the target group belongs to no load balancer", revert("service"))
        found = told(examine(SECURITY, ITEM, without(account, "load_balancer", missing)))
        assert found == [(Outcome.FAIL, "api: the target group belongs to no load balancer")]
