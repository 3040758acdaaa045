"""Rules for the application load balancer and its listeners.

Without a certificate the HTTP listener must change: it should redirect to an HTTPS one. So `alb.https` and
`alb.http_redirect` both judge that listener, and one exception at one construct covers both.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from tradingbot_infra.compliance.observe import Condition, at, is_function, is_true, is_unknown, listed, literal, observe
from tradingbot_infra.compliance.reading.networks import LOAD_BALANCER
from tradingbot_infra.compliance.reading.policy_documents import covers, principals, resources, statements
from tradingbot_infra.compliance.rule import Observation, rule
from tradingbot_infra.compliance.tristate import TriState, all_of, any_of, decided, is_literally, is_reference_to, negated, unresolved
from tradingbot_infra.templates import Assembly, Resource

LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
LISTENER_RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"
CERTIFICATE = "AWS::CertificateManager::Certificate"
BUCKET = "AWS::S3::Bucket"
BUCKET_POLICY = "AWS::S3::BucketPolicy"

_LOG_DELIVERY = "Service:logdelivery.elasticloadbalancing.amazonaws.com"

_DEFAULT_TLS_POLICY = "ELBSecurityPolicy-2016-08"
"""CloudFormation's default for a listener; it still allows TLS 1.0
(Elastic Load Balancing, "Security policies for your Application Load Balancer")."""

_TLS_POLICY = re.compile(r"ELBSecurityPolicy-TLS13-1-[23](-Res)?(-FIPS)?(-PQ)?-\d{4}-\d{2}")
"""Policies with TLS 1.3, nothing below 1.2 and forward secrecy in every cipher. Those named Ext add ciphers without it, or with
SHA-1 (same page)."""


@rule(
    "alb.https",
    LISTENER,
    title="Every load balancer with an HTTP listener has an HTTPS listener with an ACM certificate",
    fix="Set `certificate_arn` to an ACM certificate; the service then listens on 443 and redirects from 80.",
)
def https(listener: Resource, assembly: Assembly) -> Iterator[Observation]:
    protocol = listener.properties.get("Protocol")
    if protocol == "HTTPS":
        certificates = listener.properties.get("Certificates")
        yield decided("Properties.Certificates", certificates, _has_certificate(listener, assembly), "a certificate of ACM")
    elif protocol == "HTTP" or is_unknown(protocol):
        beside = [each for each in assembly.of_type(LISTENER) if _of_same_balancer(listener, each, assembly) is not False]
        observed = {each.logical_id: each.properties.get("Protocol") for each in beside}
        offers = any_of(_offers_https(listener, each, assembly) for each in beside)
        yield decided("Listener", observed, offers, "an HTTPS listener with an ACM certificate on the same load balancer")


@rule(
    "alb.http_redirect",
    LISTENER,
    LISTENER_RULE,
    title="Every HTTP listener only redirects to HTTPS, permanently",
    fix="Set `certificate_arn`: the service then redirects HTTP. Give HTTP listeners no forward rules.",
)
def http_redirect(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    if resource.type == LISTENER_RULE:
        yield from unresolved(resource, "ListenerArn", assembly, LISTENER)
        return
    is_http = is_literally(resource.properties.get("Protocol"), "HTTP")
    if is_http is False:
        return
    actions = listed(resource.properties.get("DefaultActions"))
    redirects = all_of([len(actions) == 1, *(_redirects_to_https(action) for action in actions)])
    observed = [{name: at(action, name) for name in ("Type", "RedirectConfig")} for action in actions]
    yield decided("Properties.DefaultActions", observed, is_http and redirects, "one redirect to HTTPS, HTTP_301")
    for each in assembly.of_type(LISTENER_RULE):
        if is_reference_to(each.properties.get("ListenerArn"), resource, assembly):
            kinds = [None if is_function(action) else at(action, "Type") for action in listed(each.properties.get("Actions"))]
            forwards = any_of(None if kind is None else is_literally(kind, "forward") for kind in kinds)
            yield decided(f"{each.logical_id}.Properties.Actions", kinds, is_http and negated(forwards), "no forward")


@rule(
    "alb.tls_policy",
    LISTENER,
    title="Listeners allow only TLS 1.2 or 1.3 with forward secrecy",
    fix="Set `ssl_policy=SslPolicy.RECOMMENDED_TLS` or stricter; SslPolicy.RECOMMENDED is the old policy of 2016.",
)
def tls_policy(listener: Resource, _: Assembly) -> Iterator[Observation]:
    if listener.properties.get("Protocol") in ("HTTPS", "TLS"):
        expected = "a TLS13-1-2 or TLS13-1-3 policy, plain, Res, FIPS or PQ"
        yield observe(listener, "SslPolicy", lambda name: bool(_TLS_POLICY.fullmatch(str(name))), expected, default=_DEFAULT_TLS_POLICY)


@rule(
    "alb.drop_headers",
    LOAD_BALANCER,
    title="The load balancer drops invalid headers",
    fix="Set `drop_invalid_header_fields=True` on the load balancer.",
)
def drop_headers(balancer: Resource, _: Assembly) -> Iterator[Observation]:
    if _is_application(balancer):
        yield _attribute(balancer, "routing.http.drop_invalid_header_fields.enabled", is_true, "true", default="false")


@rule(
    "alb.desync",
    LOAD_BALANCER,
    title="The load balancer protects targets from request smuggling (desync mitigation)",
    fix="Set `desync_mitigation_mode` to defensive or strictest.",
)
def desync(balancer: Resource, _: Assembly) -> Iterator[Observation]:
    if _is_application(balancer):
        modes = ("defensive", "strictest")
        yield _attribute(balancer, "routing.http.desync_mitigation_mode", modes.__contains__, " or ".join(modes), default="defensive")


@rule(
    "alb.access_logs",
    LOAD_BALANCER,
    title="The load balancer logs every request to a bucket that accepts its log delivery",
    fix="Turn on access logs (setting `alb_access_logs`); the bucket allows logdelivery.elasticloadbalancing.amazonaws.com to put objects.",
)
def access_logs(balancer: Resource, assembly: Assembly) -> Iterator[Observation]:
    if not _is_application(balancer):
        return
    yield _attribute(balancer, "access_logs.s3.enabled", is_true, "true", default="false")
    name = "access_logs.s3.bucket"
    value = _attribute_value(balancer, name, None)
    bucket = assembly.referred(value)
    known = None if bucket is None and value is not None else bucket is not None and bucket.type == BUCKET
    yield decided(_attribute_path(name), value, known, "a bucket of these stacks")
    if bucket:
        prefix = _attribute_value(balancer, "access_logs.s3.prefix", "")
        policies = [each for each in assembly.of_type(BUCKET_POLICY) if is_reference_to(each.properties.get("Bucket"), bucket, assembly)]
        admits = any_of(_admits_deliveries(each, bucket, prefix) for each in policies)
        expected = f"s3:PutObject under the prefix for {_LOG_DELIVERY.partition(':')[2]}"
        yield decided("BucketPolicy", [each.logical_id for each in policies], admits, expected)


@rule(
    "alb.deletion_protection",
    LOAD_BALANCER,
    title="The load balancer is protected from deletion",
    fix="Set `deletion_protection=True` on the load balancer (setting `deletion_protection`).",
)
def deletion_protection(balancer: Resource, _: Assembly) -> Iterator[Observation]:
    yield _attribute(balancer, "deletion_protection.enabled", is_true, "true", default="false")


def _offers_https(listener: Resource, other: Resource, assembly: Assembly) -> TriState:
    is_https = is_literally(other.properties.get("Protocol"), "HTTPS")
    return all_of([_of_same_balancer(listener, other, assembly), is_https, _has_certificate(other, assembly)])


def _of_same_balancer(listener: Resource, other: Resource, assembly: Assembly) -> TriState:
    own, others = (each.properties.get("LoadBalancerArn") for each in (listener, other))
    balancer = assembly.referred(own)
    if balancer:
        return is_reference_to(others, balancer, assembly)
    return True if own == others else None if is_unknown(own) or is_unknown(others) else False


def _has_certificate(listener: Resource, assembly: Assembly) -> TriState:
    certificates = listed(listener.properties.get("Certificates"))
    if any(is_function(certificate) for certificate in certificates):
        return None
    arn = at(certificates[0], "CertificateArn") if certificates else None
    target = assembly.referred(arn)
    if target:
        return target.type == CERTIFICATE
    if isinstance(arn, str) and ":acm:" in arn:
        return True
    return None if is_unknown(arn) else False


def _redirects_to_https(action: Any) -> TriState:
    if is_function(action):
        return None
    wanted = {"Type": "redirect", "RedirectConfig.Protocol": "HTTPS", "RedirectConfig.StatusCode": "HTTP_301"}
    return all_of(is_literally(at(action, path), value) for path, value in wanted.items())


def _is_application(balancer: Resource) -> bool:
    return balancer.properties.get("Type", "application") not in ("network", "gateway")


def _attribute(balancer: Resource, name: str, holds: Condition, expected: str, *, default: str) -> Observation:
    return literal(_attribute_path(name), _attribute_value(balancer, name, default), holds, expected)


def _attribute_value(balancer: Resource, name: str, default: str | None) -> Any:
    """The value of one attribute; the whole list where a part of it, possibly this attribute, is a function."""
    attributes = listed(balancer.properties.get("LoadBalancerAttributes"))
    if any(is_function(each) or is_function(at(each, "Key")) for each in attributes):
        return attributes
    return next((at(each, "Value") for each in attributes if at(each, "Key") == name), default)


def _attribute_path(name: str) -> str:
    return f"Properties.LoadBalancerAttributes[{name}]"


def _admits_deliveries(policy: Resource, bucket: Resource, prefix: Any) -> TriState:
    document = policy.properties.get("PolicyDocument")
    if is_function(document) or is_unknown(prefix):
        return None
    folder = f"${{{bucket.stack}.{bucket.logical_id}.Arn}}/{f'{prefix}/' if prefix else ''}"
    return any(
        _LOG_DELIVERY in principals(statement) and covers(statement, "s3:PutObject") and _reaches(resources(statement), folder)
        for statement in statements(document, "Allow")
    )


def _reaches(patterns: Sequence[str], folder: str) -> bool:
    """Whether a statement is for the objects of a folder, or of the one for this account's logs in it."""
    return any(
        pattern.endswith("*") and (pattern.startswith(f"{folder}AWSLogs/") or folder.startswith(pattern[:-1])) for pattern in patterns
    )
