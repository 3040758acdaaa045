"""The load balancer does what the settings ask for: every other listener, action or attribute is found."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.compliance.builders import Templates, assembly_of, changed, judge, resource
from tests.conftest import Synthesize
from tradingbot_infra.compliance.rules.allowed_properties import allowed, declared
from tradingbot_infra.compliance.rules.listeners import attributes, listeners
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.templates import Assembly

Change = Callable[[Templates], None]
Body = dict[str, Any]

BALANCER, LISTENER, TARGET_GROUP = (f"AWS::ElasticLoadBalancingV2::{name}" for name in ("LoadBalancer", "Listener", "TargetGroup"))
RECORD = "AWS::Route53::RecordSet"

CERTIFICATE = "arn:aws:acm:ap-southeast-2:111122223333:certificate/12345678-1234-1234-1234-123456789012"
NAMED: dict[str, object] = {"certificate_arn": CERTIFICATE, "domain_name": "api.example.com", "hosted_zone_id": "Z0123456789"}

SETTINGS: dict[str, dict[str, object]] = {
    "as it is": {},
    "a certificate": {"certificate_arn": CERTIFICATE},
    "a certificate and a name": NAMED,
    "no access logs": {"alb_access_logs": False},
    "other numbers": {"desync_mitigation_mode": "strictest", "deregistration_delay_seconds": 1, "health_check_interval_seconds": 300},
    "no protection": {"deletion_protection": False},
}


def bodies(templates: Templates, resource_type: str) -> list[Body]:
    return [body["Properties"] for body in templates["ServiceStack"]["Resources"].values() if body["Type"] == resource_type]


def of_port(port: int, **properties: object) -> Change:
    def change(templates: Templates) -> None:
        next(each for each in bodies(templates, LISTENER) if each["Port"] == port).update(properties)

    return change


def attribute(resource_type: str, key: str, value: str) -> Change:
    def change(templates: Templates) -> None:
        name = "LoadBalancerAttributes" if resource_type == BALANCER else "TargetGroupAttributes"
        bodies(templates, resource_type)[0][name].append({"Key": key, "Value": value})

    return change


def of_first(resource_type: str, **properties: object) -> Change:
    return lambda templates: bodies(templates, resource_type)[0].update(properties)


def redirect(**changes: object) -> list[Body]:
    whole = {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301", "Host": "api.example.com", **changes}
    return [{"Type": "redirect", "RedirectConfig": whole}]


FORWARD = [{"Type": "forward", "TargetGroupArn": "arn:aws:elasticloadbalancing:ap-southeast-2:999999999999:targetgroup/other/0"}]

ACTIONS: dict[str, Change] = {
    "a foreign host": of_port(80, DefaultActions=redirect(Host="example.org")),
    "a path of its own": of_port(80, DefaultActions=redirect(Path="/elsewhere")),
    "back to HTTP": of_port(80, DefaultActions=redirect(Protocol="HTTP", Port="80")),
    "for now only": of_port(80, DefaultActions=redirect(StatusCode="HTTP_302")),
    "forwarded in the clear": of_port(80, DefaultActions=FORWARD),
    "a target group elsewhere": of_port(443, DefaultActions=FORWARD),
    "a fixed response": of_port(443, DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}]),
    "a login somewhere": of_port(443, DefaultActions=[{"Type": "authenticate-oidc", "Order": 1}, *FORWARD]),
    "another certificate": of_port(443, Certificates=[{"CertificateArn": CERTIFICATE.replace("1111", "9999")}]),
    "a second certificate": of_port(443, Certificates=[{"CertificateArn": CERTIFICATE}, {"CertificateArn": "arn:aws:acm:other"}]),
    "another port": of_port(443, Port=8443),
    "actions that only CloudFormation knows": of_port(443, DefaultActions={"Fn::If": ["Open", [], []]}),
}

ATTRIBUTES: dict[str, Change] = {
    "requests pass where the web ACL fails": attribute(BALANCER, "waf.fail_open.enabled", "true"),
    "protection that is taken back": attribute(BALANCER, "deletion_protection.enabled", "false"),
    "addresses that clients choose": attribute(BALANCER, "routing.http.xff_header_processing.mode", "preserve"),
    "connection logs elsewhere": attribute(BALANCER, "connection_logs.s3.bucket", "elsewhere"),
    "sticky sessions": attribute(TARGET_GROUP, "stickiness.enabled", "true"),
    "no attribute": of_first(BALANCER, LoadBalancerAttributes=[]),
    "attributes that only CloudFormation knows": of_first(TARGET_GROUP, TargetGroupAttributes={"Fn::If": ["Open", [], []]}),
}

PARTS: dict[str, Change] = {
    "targets by address": of_first(TARGET_GROUP, Targets=[{"Id": "203.0.113.1"}]),
    "every answer is healthy": of_first(TARGET_GROUP, Matcher={"HttpCode": "200-499"}),
    "an internal balancer": of_first(BALANCER, Scheme="internal"),
    "headers for every origin": of_port(443, ListenerAttributes=[{"Key": "routing.http.response.server.enabled", "Value": "true"}]),
    "certificates of clients that nobody checks": of_port(443, MutualAuthentication={"Mode": "passthrough"}),
    "a record of somebody's": of_first(RECORD, AliasTarget={"DNSName": "elsewhere.example.org", "HostedZoneId": "Z1"}),
    "a record for every name": of_first(RECORD, Name="*.example.com"),
}


def stopped(statuses: dict[str, Status]) -> set[str]:
    return {name for name, status in statuses.items() if status is not Status.PASS}


@pytest.mark.parametrize("overrides", SETTINGS.values(), ids=SETTINGS)
def test_the_load_balancer_of_every_setting_passes(overrides: dict[str, object], synthesize: Synthesize) -> None:
    assembly = synthesize("production", **overrides)
    assert stopped(judge(listeners, assembly)) == stopped(judge(attributes, assembly)) == set()


@pytest.mark.parametrize("fault", ACTIONS)
def test_a_listener_that_does_anything_else_is_found(fault: str, synthesize: Synthesize) -> None:
    assert stopped(judge(listeners, changed(synthesize("production", **NAMED), ACTIONS[fault])))


def test_without_a_certificate_nothing_is_redirected(production: Assembly) -> None:
    assert stopped(judge(listeners, changed(production, of_port(80, DefaultActions=redirect()))))


@pytest.mark.parametrize("fault", ATTRIBUTES)
def test_an_attribute_that_nobody_asked_for_is_found(fault: str, production: Assembly) -> None:
    assert stopped(judge(attributes, changed(production, ATTRIBUTES[fault])))


@pytest.mark.parametrize("fault", PARTS)
def test_a_part_that_is_not_the_settings_is_found(fault: str, synthesize: Synthesize) -> None:
    assembly = synthesize("production", **NAMED)
    assert stopped(judge(allowed, changed(assembly, PARTS[fault]))) > stopped(judge(allowed, assembly))


def test_a_second_listener_is_found(production: Assembly) -> None:
    def change(templates: Templates) -> None:
        templates["ServiceStack"]["Resources"]["Second"] = resource(LISTENER, bodies(templates, LISTENER)[0])

    assert "ServiceStack" in stopped(judge(declared, changed(production, change)))


@pytest.mark.parametrize("name", ["ListenerCertificate", "TrustStore"])
def test_what_adds_to_a_listener_is_not_assessed(name: str) -> None:
    assembly = assembly_of(ServiceStack={"Added": resource(f"AWS::ElasticLoadBalancingV2::{name}")})
    assert judge(allowed, assembly) == {"Added": Status.NOT_ASSESSED}


def test_a_rule_without_deployments_that_shift_traffic_is_not_let_through(production: Assembly) -> None:
    rule = {"ListenerArn": {"Ref": "LoadBalancerPublicListenerC2ED6A14"}, "Priority": 1, "Conditions": [], "Actions": []}

    def change(templates: Templates) -> None:
        templates["ServiceStack"]["Resources"]["Added"] = resource("AWS::ElasticLoadBalancingV2::ListenerRule", rule)

    assert {"Added", "ServiceStack"} <= stopped(judge(allowed, changed(production, change))) | stopped(
        judge(declared, changed(production, change))
    )


def test_without_settings_the_load_balancer_is_not_assessed() -> None:
    assembly = assembly_of({"Balancer": resource(BALANCER), "Listener": resource(LISTENER)})
    assert judge(attributes, assembly) == {"Balancer": Status.NOT_ASSESSED}
    assert judge(listeners, assembly) == {"Listener": Status.NOT_ASSESSED}
