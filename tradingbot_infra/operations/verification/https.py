"""Checks: people reach the API over TLS only, by a certificate that is good for a while."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from tradingbot_infra.operations.live.certificates import Certificate, read_certificate
from tradingbot_infra.operations.live.load_balancer import Listener
from tradingbot_infra.operations.verification.check import Finding, Look, failed, judged, not_checkable, passed
from tradingbot_infra.operations.verification.facts import Facts
from tradingbot_infra.operations.verification.next_steps import NextSteps

HTTPS_PORT = 443

_DAYS_LEFT = 30
"""ACM renews 60 days before the end; one that comes this near needs a person (ACM User Guide, "Managed certificate renewal")."""

_TLS_POLICY = re.compile(r"ELBSecurityPolicy-TLS13-1-[23](-Res)?(-FIPS)?(-PQ)?-\d{4}-\d{2}")
"""TLS 1.2 and newer with forward secrecy (Elastic Load Balancing, "Security policies for your Application Load Balancer")."""


def secure(listeners: Sequence[Listener], *, configured: bool, local: bool, steps: NextSteps) -> Iterator[Finding]:
    """Whether 443 speaks TLS by a current policy, and 80 only sends people there.

    Where the settings name no certificate there is none to find: on the local cloud, to which ACM issues none, that is no fault.
    """
    https = next((each for each in listeners if each.port == HTTPS_PORT and each.protocol == "HTTPS"), None)
    if https is None and not configured:
        yield _nothing_configured(local=local, steps=steps)
        return
    if https is None:
        yield failed("certificate_arn is set, and no listener speaks HTTPS on 443", steps.deploy())
        return
    policy = https.ssl_policy
    yield judged(
        bool(_TLS_POLICY.fullmatch(policy)),
        good=f"443 speaks TLS by {policy}",
        bad=f"443 takes old TLS: {policy or 'no policy is named'}",
        next_step=steps.revert("service"),
    )
    for http in (each for each in listeners if each.protocol == "HTTP"):
        action = http.default_action
        bad = f"{http.port} does {action or 'nothing'}, and does not redirect"
        yield judged(action == "redirect", good=f"{http.port} redirects", bad=bad, next_step=steps.revert("service"))


def good(certificate: Certificate | None, arn: str, now: datetime, steps: NextSteps) -> Finding:
    """Whether the certificate is issued, and for how long."""
    if certificate is None:
        return failed(f"{arn}: no such certificate", steps.deploy("certificate_arn=ARN"))
    describe = f"aws acm describe-certificate --certificate-arn {arn}"
    if certificate.status != "ISSUED":
        return failed(f"the certificate of {certificate.domain} is {certificate.status}", f"{describe} says what ACM waits for")
    if certificate.expires and certificate.expires - now <= timedelta(_DAYS_LEFT):
        ends = f"the certificate of {certificate.domain} ends on {certificate.expires:%Y-%m-%d}"
        return failed(ends, f"{describe} says why ACM has not renewed it")
    ends = f" until {certificate.expires:%Y-%m-%d}" if certificate.expires else ""
    return passed(f"the certificate of {certificate.domain} is ISSUED{ends}")


def _nothing_configured(*, local: bool, steps: NextSteps) -> Finding:
    if local:
        return not_checkable("certificate_arn is not set, and the local cloud's ACM issues no certificate that anybody trusts")
    return failed("certificate_arn is not set: the API speaks plain HTTP", steps.deploy("certificate_arn=ARN"))


def _secure(facts: Facts) -> Iterator[Finding]:
    if facts.load_balancer is None:
        yield failed("no load balancer stands in front of the service", facts.steps.revert("service"))
    else:
        configured = facts.config.load_balancer.certificate_arn is not None
        yield from secure(facts.load_balancer.listeners, configured=configured, local=facts.session.local, steps=facts.steps)


def _good(facts: Facts) -> Iterator[Finding]:
    for listener in facts.load_balancer.listeners if facts.load_balancer else ():
        if listener.protocol == "HTTPS":
            yield good(read_certificate(facts.session, listener.certificate_arn), listener.certificate_arn, facts.now, facts.steps)


LOOKS = (Look("Elastic Load Balancing, listeners", _secure), Look("ACM, certificate of the listener", _good))
