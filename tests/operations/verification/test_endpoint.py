"""The API answers on its health path."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.operations.network.design import BALANCER, DESIGN, with_group
from tests.operations.rendering import plain
from tests.operations.stubs import boto3_client
from tests.operations.verification.servers import HOST, serving
from tests.operations.verification.standing import HTTPS, PLAIN, REDIRECT, load_balancer, service, told
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.load_balancer import Listener
from tradingbot_infra.operations.network.obstacle import Obstacle
from tradingbot_infra.operations.printed_commands import revert
from tradingbot_infra.operations.verdict import Outcome, Verdict
from tradingbot_infra.operations.verification import endpoint
from tradingbot_infra.operations.verification.check import examine
from tradingbot_infra.operations.verification.checklists import AFTER_DEPLOYMENT
from tradingbot_infra.operations.verification.endpoint import active, answers, blocked, front_listener, host_of, resolves
from tradingbot_infra.operations.verification.http_probe import HttpAnswer

URL = "https://balancer.example.com/api/v1/health"
(ENDPOINT,) = (item for item in AFTER_DEPLOYMENT.items if item.id == "endpoint-answers")
WITHIN = datetime(2026, 11, 24, 1, tzinfo=UTC)
"""A Tuesday, noon in Sydney."""
OUTSIDE = datetime(2026, 11, 24, 12, tzinfo=UTC)
"""The same day, 23:00 in Sydney."""
DOCTOR = "tradingbot doctor alb-503 --env production"


def test_an_answer_of_200_passes() -> None:
    assert told(answers(HttpAnswer(200, ""), URL, stopped=False, asleep=False)) == [(Outcome.PASS, f"{URL} answers 200")]


@pytest.mark.parametrize("status", [301, 403, 404, 500, 503])
def test_any_other_answer_fails(status: int) -> None:
    finding = answers(HttpAnswer(status, ""), URL, stopped=False, asleep=False)
    assert (finding.outcome, finding.found, plain(finding.next_step)) == (Outcome.FAIL, f"{URL} answers {status}", DOCTOR)


def test_silence_fails_with_what_went_wrong() -> None:
    finding = answers(HttpAnswer(None, "timed out"), URL, stopped=True, asleep=True)
    assert (finding.outcome, finding.found, plain(finding.next_step)) == (Outcome.FAIL, f"{URL} does not answer: timed out", DOCTOR)


def test_unavailable_is_not_checkable_while_no_task_is_to_run() -> None:
    finding = answers(HttpAnswer(503, ""), URL, stopped=True, asleep=True)
    assert (finding.outcome, finding.found) == (
        Outcome.NOT_ASSESSED,
        f"{URL} answers 503: no task is wanted outside of office hours",
    )
    assert answers(HttpAnswer(500, ""), URL, stopped=True, asleep=True).outcome is Outcome.FAIL


def test_unavailable_because_somebody_stopped_the_tasks_fails_and_leads_back_to_the_settings() -> None:
    finding = answers(HttpAnswer(503, ""), URL, stopped=True, asleep=False)
    assert (finding.outcome, finding.found) == (Outcome.FAIL, f"{URL} answers 503: no task is wanted")
    assert plain(finding.next_step) == "tradingbot scale --reset --env production"
    assert plain(answers(HttpAnswer(503, ""), URL, stopped=False, asleep=True).next_step) == DOCTOR


def test_what_keeps_the_internet_out_comes_with_its_fix() -> None:
    obstacle = Obstacle("network_acl", ("acl-1",), "rule 50 denies it", "remove rule 50")
    (finding,) = blocked(Verdict((obstacle,), ()))
    assert (finding.outcome, finding.found, plain(finding.next_step)) == (Outcome.FAIL, "rule 50 denies it", "remove rule 50")


@pytest.mark.parametrize(("state", "outcome"), [("active", Outcome.PASS), ("provisioning", Outcome.FAIL), ("failed", Outcome.FAIL)])
def test_the_load_balancer_has_to_be_active(state: str, outcome: Outcome) -> None:
    assert active(load_balancer(PLAIN, state=state)).outcome is outcome


@pytest.mark.parametrize(("listeners", "front"), [((PLAIN,), PLAIN), ((REDIRECT, HTTPS), HTTPS), ((), None)])
def test_people_use_https_where_there_is_such_a_listener(listeners: tuple[Listener, ...], front: Listener | None) -> None:
    assert front_listener(load_balancer(*listeners)) == front


@pytest.mark.parametrize(("domain", "host"), [("api.example.com", "api.example.com"), ("*.example.com", "api.example.com")])
def test_a_host_is_one_that_the_certificate_is_good_for(domain: str, host: str) -> None:
    assert host_of(domain) == host


def test_a_name_that_dns_does_not_know_fails_with_who_makes_the_record() -> None:
    own = resolves("api.example.com", "alb.example.net", known=False, by_us=False)
    assert (own.outcome, own.found) == (Outcome.FAIL, "DNS has no address of api.example.com")
    assert plain(own.next_step) == "Make a record of api.example.com: a CNAME for alb.example.net"
    ours = resolves("api.example.com", "alb.example.net", known=False, by_us=True)
    assert (ours.outcome, ours.next_step) == (Outcome.FAIL, revert("service"))


@pytest.mark.allow_hosts(["127.0.0.1"])
class TestAnAccount:
    """A load balancer of an account, played by a server of this machine."""

    @pytest.fixture
    def facts(self, account: Facts) -> Facts:
        """The service exists, and the network is as designed."""
        account.service, account.network = service(), DESIGN
        return account

    @staticmethod
    def look(facts: Facts, listener: Listener) -> list[tuple[Outcome, str]]:
        """What a look at a load balancer of this machine finds."""
        standing = load_balancer(listener)
        facts.load_balancer = replace(standing, address="127.0.0.1", subnets=BALANCER.subnets, security_groups=BALANCER.security_groups)
        return told(examine(AFTER_DEPLOYMENT, ENDPOINT, facts))

    def test_plain_http_answers(self, facts: Facts) -> None:
        with serving() as port:
            assert self.look(facts, replace(PLAIN, port=port))[-1] == (Outcome.PASS, "http://127.0.0.1/api/v1/health answers 200")

    @pytest.mark.usefixtures("trusted")
    def test_https_answers_by_the_name_in_its_certificate(self, facts: Facts, secure_port: int) -> None:
        with boto3_client("acm") as (facts.session.acm, stub):
            answer = {"Certificate": {"DomainName": HOST, "Status": "ISSUED"}}
            stub.add_response("describe_certificate", answer, {"CertificateArn": HTTPS.certificate_arn})
            found = self.look(facts, replace(HTTPS, port=secure_port))
        assert found[-1] == (Outcome.PASS, "https://127.0.0.1/api/v1/health answers 200")

    def test_the_name_of_the_team_is_asked_instead_of_the_load_balancers(self, facts: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[tuple[str, int, str]] = []

        def ask(address: str, port: int, path: str, **_: object) -> HttpAnswer:
            asked.append((address, port, path))
            return HttpAnswer(200, "")

        monkeypatch.setattr(endpoint, "ask", ask)
        monkeypatch.setattr(endpoint, "is_in_dns", {"api.example.com": True}.__getitem__)
        facts.config = load_config("production", {"domain_name": "api.example.com"})
        assert self.look(facts, PLAIN)[-2:] == [
            (Outcome.PASS, "DNS knows api.example.com"),
            (Outcome.PASS, "http://api.example.com/api/v1/health answers 200"),
        ]
        assert asked == [("api.example.com", 80, "/api/v1/health")]

    def test_silence_tells_what_is_in_the_way(self, facts: Facts) -> None:
        facts.network = with_group(DESIGN, "alb")
        with serving() as port:
            pass
        silence, obstacle = self.look(facts, replace(PLAIN, port=port))[-2:]
        assert silence[0] is obstacle[0] is Outcome.FAIL
        assert "does not answer" in silence[1]
        assert "lets the internet in to load balancer" in obstacle[1]

    def test_an_answer_makes_the_network_beside_the_point(self, facts: Facts) -> None:
        facts.network = with_group(DESIGN, "alb")
        with serving() as port:
            assert {outcome for outcome, _ in self.look(facts, replace(PLAIN, port=port))} == {Outcome.PASS}

    @pytest.mark.parametrize(
        ("environment", "desired", "now", "outcome"),
        [
            ("staging", 0, OUTSIDE, Outcome.NOT_ASSESSED),
            ("staging", 0, WITHIN, Outcome.FAIL),
            ("staging", 1, OUTSIDE, Outcome.FAIL),
            ("production", 0, OUTSIDE, Outcome.FAIL),
        ],
    )
    def test_unavailable_is_excused_only_where_tasks_sleep_and_do(
        self, facts: Facts, environment: str, desired: int, now: datetime, outcome: Outcome
    ) -> None:
        facts.config, facts.now = load_config(environment), now
        facts.service = service(desired=desired)
        with serving() as port:
            facts.load_balancer = replace(load_balancer(replace(PLAIN, port=port)), address="127.0.0.1", health_check_path="/elsewhere")
            *_, (found, _) = told(examine(AFTER_DEPLOYMENT, ENDPOINT, facts))
        assert found is outcome

    def test_the_port_in_a_local_load_balancers_address_is_asked_and_https_is_not(self, account: Facts) -> None:
        account.service, account.network = service(), DESIGN
        account.session.__dict__["local"] = True
        with serving() as port:
            account.load_balancer = replace(load_balancer(PLAIN), address=f"127.0.0.1:{port}")
            assert told(examine(AFTER_DEPLOYMENT, ENDPOINT, account))[-1] == (
                Outcome.PASS,
                f"http://127.0.0.1:{port}/api/v1/health answers 200",
            )
        account.load_balancer = replace(load_balancer(REDIRECT, HTTPS), address="127.0.0.1:8080")
        outcome, words = told(examine(AFTER_DEPLOYMENT, ENDPOINT, account))[-1]
        assert (outcome, "opens no HTTPS listener" in words) == (Outcome.NOT_ASSESSED, True)

    def test_a_load_balancer_without_a_listener_fails(self, facts: Facts) -> None:
        facts.load_balancer = load_balancer()
        assert (Outcome.FAIL, "the load balancer has no listener") in told(examine(AFTER_DEPLOYMENT, ENDPOINT, facts))
