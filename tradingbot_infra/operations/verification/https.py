"""Checks: people reach the API over TLS only, by a certificate that is good for a while."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.certificates import Certificate, read_certificate
from tradingbot_infra.operations.live.load_balancer import Listener
from tradingbot_infra.operations.printed_commands import AwsCli, CdkDeploy, revert, sentence
from tradingbot_infra.operations.verdict import Finding, failed, judged, not_assessed, passed
from tradingbot_infra.operations.verification.check import Look

HTTPS_PORT = 443

_DAYS_LEFT = 30
"""ACM renews 60 days before the end; one that comes this near needs a person (ACM User Guide, "Managed certificate renewal")."""

_TLS_POLICY = re.compile(r"ELBSecurityPolicy-TLS13-1-[23](-Res)?(-FIPS)?(-PQ)?-\d{4}-\d{2}")
"""TLS 1.2 and newer with forward secrecy (Elastic Load Balancing, "Security policies for your Application Load Balancer")."""


def secure(listeners: Sequence[Listener], *, configured: bool, local: bool) -> Iterator[Finding]:
    """Whether 443 uses TLS with a current policy, and 80 only redirects to it.

    Without a certificate in the settings there is no HTTPS listener. On the local cloud, where ACM issues none, that is no failure.
    """
    https = next((each for each in listeners if each.port == HTTPS_PORT and each.protocol == "HTTPS"), None)
    if https is None and not configured:
        yield _nothing_configured(local=local)
        return
    if https is None:
        yield failed("certificate_arn is set, and no HTTPS listener on 443", CdkDeploy())
        return
    policy = https.ssl_policy
    yield judged(
        bool(_TLS_POLICY.fullmatch(policy)),
        good=f"443 uses the TLS policy {policy}",
        bad=f"443 takes old TLS: {policy or 'no policy is named'}",
        next_step=revert("service"),
    )
    for http in (each for each in listeners if each.protocol == "HTTP"):
        action = http.default_action
        bad = f"{http.port} does {action or 'nothing'}, and does not redirect"
        yield judged(action == "redirect", good=f"{http.port} redirects", bad=bad, next_step=revert("service"))


def good(certificate: Certificate | None, arn: str, now: datetime) -> Finding:
    """Whether the certificate is issued, and for how long."""
    if certificate is None:
        return failed(f"{arn}: no such certificate", CdkDeploy(settings=("certificate_arn=ARN",)))
    describe = AwsCli(f"acm describe-certificate --certificate-arn {arn}")
    if certificate.status != "ISSUED":
        return failed(f"the certificate of {certificate.domain} is {certificate.status}", sentence(describe, " says what ACM waits for"))
    if certificate.expires and certificate.expires - now <= timedelta(_DAYS_LEFT):
        ends = f"the certificate of {certificate.domain} ends on {certificate.expires:%Y-%m-%d}"
        return failed(ends, sentence(describe, " says why ACM has not renewed it"))
    ends = f" until {certificate.expires:%Y-%m-%d}" if certificate.expires else ""
    return passed(f"the certificate of {certificate.domain} is ISSUED{ends}")


def covers(certificate: Certificate | None, name: str | None, address: str) -> Iterator[Finding]:
    """Whether the certificate is good for the name that people use. None covers the load balancer's own."""
    if certificate is None:
        return
    names = ", ".join(certificate.names)
    if name is None:
        what = f"domain_name is not set, and no certificate covers {address}; this one covers {names}"
        yield failed(what, CdkDeploy(settings=("domain_name=NAME",)))
        return
    step = CdkDeploy(settings=("certificate_arn=ARN",))
    yield judged(certificate.covers(name), good=f"it covers {name}", bad=f"it covers {names}, not {name}", next_step=step)


def _nothing_configured(*, local: bool) -> Finding:
    if local:
        return not_assessed("certificate_arn is not set, and the local cloud's ACM issues no certificate that anybody trusts")
    return failed("certificate_arn is not set: the API uses plain HTTP", CdkDeploy(settings=("certificate_arn=ARN",)))


def _secure(facts: Facts) -> Iterator[Finding]:
    configured = facts.config.load_balancer.certificate_arn is not None
    return secure(facts.load_balancer.listeners, configured=configured, local=facts.local)


def _good(facts: Facts) -> Iterator[Finding]:
    for listener in facts.load_balancer.listeners:
        if listener.protocol == "HTTPS":
            certificate = read_certificate(facts.session, listener.certificate_arn)
            yield good(certificate, listener.certificate_arn, facts.now)
            yield from covers(certificate, facts.config.load_balancer.domain_name, facts.load_balancer.address)


LOOKS = (Look("Elastic Load Balancing, listeners", _secure), Look("ACM, certificate of the listener", _good))
