"""Checks: the API answers on its health path, from the internet."""

from collections.abc import Iterator

from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.certificates import read_certificate
from tradingbot_infra.operations.live.load_balancer import Listener, LoadBalancer
from tradingbot_infra.operations.live.office_hours import out_of_hours
from tradingbot_infra.operations.network.obstacle import Obstacle
from tradingbot_infra.operations.network.parties import load_balancer_of
from tradingbot_infra.operations.network.paths import internet_ingress
from tradingbot_infra.operations.printed_commands import OwnCommand, revert, sentence
from tradingbot_infra.operations.verdict import Finding, Verdict, failed, judged, not_assessed, passed
from tradingbot_infra.operations.verification.check import Look
from tradingbot_infra.operations.verification.http_probe import HttpAnswer, ask, is_in_dns

_ACTIVE = "active"
_GOOD = 200
_UNAVAILABLE = 503


def active(balancer: LoadBalancer) -> Finding:
    """Whether there is a load balancer that takes requests."""
    if balancer.state != _ACTIVE:
        return failed(f"the load balancer is {balancer.state}", sentence("wait a minute, then ", OwnCommand("verify")))
    return passed(f"the load balancer is {balancer.state}")


def answers(answer: HttpAnswer, url: str, *, stopped: bool, asleep: bool) -> Finding:
    """Whether what came back is what a healthy API says. `stopped` is whether no task is wanted, `asleep` whether none should run now."""
    found = f"{url} answers {answer.status}" if answer.status else f"{url} does not answer: {answer.problem}"
    if answer.status == _UNAVAILABLE and stopped:
        if not asleep:
            return failed(f"{found}: no task is wanted", OwnCommand("scale --reset"))
        return not_assessed(f"{found}: no task is wanted outside of office hours", sentence(OwnCommand("verify"), " in those hours"))
    return judged(answer.status == _GOOD, good=found, bad=found, next_step=OwnCommand("doctor alb-503"))


def blocked(verdict: Verdict[Obstacle]) -> Iterator[Finding]:
    """What keeps the internet from the load balancer; asked only once there is no answer."""
    for obstacle in verdict.problems:
        yield failed(obstacle.text, obstacle.fix)


def front_listener(balancer: LoadBalancer) -> Listener | None:
    """The listener that people use: HTTPS if there is one."""
    return next((each for each in balancer.listeners if each.protocol == "HTTPS"), next(iter(balancer.listeners), None))


def host_of(domain: str) -> str:
    """A host that a certificate is good for: a wildcard takes any one label."""
    return domain.replace("*", "api", 1)


def resolves(name: str, address: str, *, known: bool, by_us: bool) -> Finding:
    """Whether DNS knows the API's name. `by_us` is whether ServiceStack makes the record."""
    step = revert("service") if by_us else f"Make a record of {name}: a CNAME for {address}"
    return judged(known, good=f"DNS knows {name}", bad=f"DNS has no address of {name}", next_step=step)


def _name(facts: Facts) -> str | None:
    """The team's name for the API. Nothing resolves it to a local cloud."""
    return None if facts.local else facts.config.load_balancer.domain_name


def _resolves(facts: Facts) -> Iterator[Finding]:
    if name := _name(facts):
        yield resolves(
            name, facts.load_balancer.address, known=is_in_dns(name), by_us=facts.config.load_balancer.hosted_zone_id is not None
        )


def _answers(facts: Facts) -> Iterator[Finding]:
    balancer = facts.load_balancer
    listener = front_listener(balancer)
    if listener is None:
        yield failed("the load balancer has no listener", revert("service"))
        return
    if facts.local and listener.protocol == "HTTPS":
        yield not_assessed("the local cloud has no private key of a certificate, so it opens no HTTPS listener")
        return
    name = _name(facts)
    host, port = (name, listener.port) if name else balancer.place(listener)
    answer = ask(host, port, balancer.health_check_path, certificate_of=_host(facts, balancer, listener))
    stopped = facts.service.desired == 0
    asleep = out_of_hours(facts.config.scaling, facts.now)
    yield answers(answer, balancer.url(name), stopped=stopped, asleep=asleep)
    if answer.status is None:
        yield from blocked(internet_ingress(facts.network, load_balancer_of(balancer), listener.port))


def _host(facts: Facts, balancer: LoadBalancer, listener: Listener) -> str | None:
    if listener.protocol != "HTTPS":
        return None
    if name := _name(facts):
        return name
    certificate = read_certificate(facts.session, listener.certificate_arn)
    return host_of(certificate.domain) if certificate else balancer.address


LOOKS = (
    Look("Elastic Load Balancing, the load balancer", lambda facts: (active(facts.load_balancer),)),
    Look("DNS, the name of the API", _resolves),
    Look("a GET of the health check path, from here", _answers),
)
