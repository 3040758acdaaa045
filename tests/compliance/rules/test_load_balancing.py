"""Rules for the load balancer, each on what complies and what does not."""

from collections.abc import Mapping

import pytest

from tests.compliance.builders import Body, assembly_of, judge, resource
from tradingbot_infra.compliance.rule import Rule
from tradingbot_infra.compliance.rules import load_balancing
from tradingbot_infra.compliance.status import Status

UNKNOWN = {"Fn::If": ["Condition", "a", "b"]}
PARAMETER = {"Ref": "Parameter"}
ACM = "arn:aws:acm:ap-southeast-2:111122223333:certificate/1234abcd"

FORWARD = {"Type": "forward", "TargetGroupArn": {"Ref": "Targets"}}
REDIRECT = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}
BALANCERS = {
    "Balancer": resource("AWS::ElasticLoadBalancingV2::LoadBalancer"),
    "Other": resource("AWS::ElasticLoadBalancingV2::LoadBalancer"),
}


def listener(protocol: object, balancer: object = None, **properties: object) -> Body:
    said = {"Protocol": protocol, "LoadBalancerArn": balancer or {"Ref": "Balancer"}, **properties}
    return resource("AWS::ElasticLoadBalancingV2::Listener", {name: value for name, value in said.items() if value is not None})


def secure(arn: object = ACM, **others: object) -> Body:
    return listener("HTTPS", Certificates=[{"CertificateArn": arn}], **others)


def status_of(rule: Rule, resources: Mapping[str, Body], judged: str) -> Status | None:
    return judge(rule, assembly_of({**BALANCERS, **resources})).get(judged)


@pytest.mark.parametrize(
    ("arn", "status"),
    [
        (ACM, Status.PASS),
        ({"Ref": "Certificate"}, Status.PASS),
        ("arn:aws:iam::111122223333:server-certificate/old", Status.FAIL),
        ({"Ref": "Balancer"}, Status.FAIL),
        (PARAMETER, Status.NOT_ASSESSED),
        (UNKNOWN, Status.NOT_ASSESSED),
    ],
)
def test_an_https_listener_with_a_certificate_of_acm_serves_for_both_listeners(arn: object, status: Status) -> None:
    resources = {"Http": listener("HTTP"), "Https": secure(arn), "Certificate": resource("AWS::CertificateManager::Certificate")}
    assert judge(load_balancing.https, assembly_of({**BALANCERS, **resources})) == {"Http": status, "Https": status}


@pytest.mark.parametrize(
    ("others", "status"),
    [
        ({}, Status.FAIL),
        ({"Https": listener("HTTPS")}, Status.FAIL),
        ({"Https": secure(balancer={"Ref": "Other"})}, Status.FAIL),
        ({"Https": secure(balancer=PARAMETER)}, Status.NOT_ASSESSED),
        ({"Https": listener("HTTPS", Certificates=UNKNOWN)}, Status.NOT_ASSESSED),
        ({"Https": listener(UNKNOWN, Certificates=[{"CertificateArn": ACM}])}, Status.NOT_ASSESSED),
    ],
)
def test_a_load_balancer_with_an_http_listener_alone_fails_at_that_listener(others: Mapping[str, Body], status: Status) -> None:
    assert status_of(load_balancing.https, {"Http": listener("HTTP", DefaultActions=[FORWARD]), **others}, "Http") is status


def test_a_listener_without_certificate_fails_https_and_redirect_at_one_construct() -> None:
    assembly = assembly_of({**BALANCERS, "Http": listener("HTTP", DefaultActions=[FORWARD])})
    assert judge(load_balancing.https, assembly) == judge(load_balancing.http_redirect, assembly) == {"Http": Status.FAIL}


MADE = "arn:aws:elasticloadbalancing:ap-southeast-2:111122223333:loadbalancer/app/made/1"


@pytest.mark.parametrize(
    ("own", "other", "status"),
    [
        (MADE, MADE, Status.PASS),
        ({"Fn::ImportValue": "made"}, {"Fn::ImportValue": "made"}, Status.PASS),
        (MADE, f"{MADE}1", Status.FAIL),
        (MADE, PARAMETER, Status.NOT_ASSESSED),
        (PARAMETER, MADE, Status.NOT_ASSESSED),
    ],
)
def test_listeners_of_a_load_balancer_made_elsewhere_belong_together_by_its_arn(own: object, other: object, status: Status) -> None:
    assert status_of(load_balancing.https, {"Http": listener("HTTP", own), "Https": secure(balancer=other)}, "Http") is status


def test_other_protocols_are_no_business_of_https() -> None:
    assert judge(load_balancing.https, assembly_of({"Tcp": listener("TCP"), "Geneve": listener(None)})) == {}
    assert judge(load_balancing.http_redirect, assembly_of({"Tcp": listener("TCP"), "Https": secure()})) == {}


@pytest.mark.parametrize(
    ("actions", "status"),
    [
        ([REDIRECT], Status.PASS),
        ([FORWARD], Status.FAIL),
        ([REDIRECT, FORWARD], Status.FAIL),
        ([], Status.FAIL),
        ([{"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "StatusCode": "HTTP_302"}}], Status.FAIL),
        ([{"Type": "redirect", "RedirectConfig": {"Protocol": "#{protocol}", "StatusCode": "HTTP_301"}}], Status.FAIL),
        ([{"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301"}}], Status.FAIL),
        ([{"Type": "fixed-response"}], Status.FAIL),
        ([UNKNOWN], Status.NOT_ASSESSED),
        ([{"Type": PARAMETER, "RedirectConfig": REDIRECT["RedirectConfig"]}], Status.NOT_ASSESSED),
        ([{"Type": "forward", "TargetGroupArn": UNKNOWN}], Status.FAIL),
    ],
)
def test_an_http_listener_only_redirects(actions: list[object], status: Status) -> None:
    assert status_of(load_balancing.http_redirect, {"Http": listener("HTTP", DefaultActions=actions)}, "Http") is status


@pytest.mark.parametrize(
    ("actions", "status"),
    [
        ([FORWARD], Status.FAIL),
        ([{"Type": "fixed-response"}, FORWARD], Status.FAIL),
        ([UNKNOWN, FORWARD], Status.FAIL),
        ([REDIRECT], Status.PASS),
        ([{"Type": "fixed-response"}], Status.PASS),
        ([UNKNOWN], Status.NOT_ASSESSED),
    ],
)
def test_no_rule_of_an_http_listener_forwards(actions: list[object], status: Status) -> None:
    resources = {
        "Http": listener("HTTP", DefaultActions=[REDIRECT]),
        "Https": secure(),
        "Rule": resource("AWS::ElasticLoadBalancingV2::ListenerRule", {"ListenerArn": {"Ref": "Http"}, "Actions": actions}),
        "Secure": resource("AWS::ElasticLoadBalancingV2::ListenerRule", {"ListenerArn": {"Ref": "Https"}, "Actions": [FORWARD]}),
    }
    assert judge(load_balancing.http_redirect, assembly_of({**BALANCERS, **resources})) == {"Http": status}


def test_a_rule_of_an_unknown_listener_and_a_listener_of_unknown_protocol_are_not_assessed() -> None:
    resources = {
        "Rule": resource("AWS::ElasticLoadBalancingV2::ListenerRule", {"ListenerArn": PARAMETER, "Actions": [FORWARD]}),
        "Either": listener(UNKNOWN, DefaultActions=[FORWARD]),
    }
    assert judge(load_balancing.http_redirect, assembly_of(resources)) == {"Rule": Status.NOT_ASSESSED, "Either": Status.NOT_ASSESSED}


@pytest.mark.parametrize(
    ("policy", "status"),
    [
        ("ELBSecurityPolicy-TLS13-1-2-2021-06", Status.PASS),
        ("ELBSecurityPolicy-TLS13-1-2-Res-2021-06", Status.PASS),
        ("ELBSecurityPolicy-TLS13-1-3-2021-06", Status.PASS),
        ("ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04", Status.PASS),
        ("ELBSecurityPolicy-TLS13-1-2-Res-FIPS-PQ-2025-09", Status.PASS),
        (None, Status.FAIL),
        ("ELBSecurityPolicy-2016-08", Status.FAIL),
        ("ELBSecurityPolicy-TLS13-1-1-2021-06", Status.FAIL),
        ("ELBSecurityPolicy-TLS13-1-0-PQ-2025-09", Status.FAIL),
        ("ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06", Status.FAIL),
        ("ELBSecurityPolicy-TLS13-1-2-Ext0-FIPS-2023-04", Status.FAIL),
        ("ELBSecurityPolicy-TLS-1-2-2017-01", Status.FAIL),
        (PARAMETER, Status.NOT_ASSESSED),
    ],
)
@pytest.mark.parametrize("protocol", ["HTTPS", "TLS"])
def test_a_listener_allows_only_modern_tls(protocol: str, policy: object, status: Status) -> None:
    assert status_of(load_balancing.tls_policy, {"Https": listener(protocol, SslPolicy=policy)}, "Https") is status


def test_a_listener_without_tls_has_no_tls_policy() -> None:
    assert judge(load_balancing.tls_policy, assembly_of({"Http": listener("HTTP")})) == {}


def balancer(attributes: object, **properties: object) -> Body:
    listed = [{"Key": key, "Value": value} for key, value in attributes.items()] if isinstance(attributes, dict) else attributes
    return resource("AWS::ElasticLoadBalancingV2::LoadBalancer", {"LoadBalancerAttributes": listed, **properties})


@pytest.mark.parametrize(
    ("rule", "name", "answers", "absent"),
    [
        (
            load_balancing.drop_headers,
            "routing.http.drop_invalid_header_fields.enabled",
            {"true": Status.PASS, "false": Status.FAIL},
            Status.FAIL,
        ),
        (
            load_balancing.desync,
            "routing.http.desync_mitigation_mode",
            {"strictest": Status.PASS, "defensive": Status.PASS, "monitor": Status.FAIL},
            Status.PASS,
        ),
        (load_balancing.deletion_protection, "deletion_protection.enabled", {"true": Status.PASS, "false": Status.FAIL}, Status.FAIL),
    ],
)
def test_an_attribute_has_its_value_or_the_services_default(rule: Rule, name: str, answers: Mapping[str, Status], absent: Status) -> None:
    for value, status in answers.items():
        assert status_of(rule, {"Judged": balancer({"idle_timeout.timeout_seconds": "60", name: value})}, "Judged") is status
    assert status_of(rule, {"Judged": resource("AWS::ElasticLoadBalancingV2::LoadBalancer")}, "Judged") is absent
    assert status_of(rule, {"Judged": balancer({name: PARAMETER})}, "Judged") is Status.NOT_ASSESSED
    assert status_of(rule, {"Judged": balancer([UNKNOWN])}, "Judged") is Status.NOT_ASSESSED
    unknown = resource("AWS::ElasticLoadBalancingV2::LoadBalancer", {"LoadBalancerAttributes": UNKNOWN})
    assert status_of(rule, {"Judged": unknown}, "Judged") is Status.NOT_ASSESSED


@pytest.mark.parametrize("rule", [load_balancing.drop_headers, load_balancing.desync, load_balancing.access_logs])
def test_only_application_load_balancers_are_judged_by_their_attributes(rule: Rule) -> None:
    assert judge(rule, assembly_of({"Network": resource("AWS::ElasticLoadBalancingV2::LoadBalancer", {"Type": "network"})})) == {}


DELIVERY = {
    "Effect": "Allow",
    "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
    "Action": "s3:PutObject",
    "Resource": {"Fn::Join": ["", [{"Fn::GetAtt": ["Bucket", "Arn"]}, "/front/AWSLogs/", {"Ref": "AWS::AccountId"}, "/*"]]},
}
LOGGED = {"access_logs.s3.enabled": "true", "access_logs.s3.bucket": {"Ref": "Bucket"}, "access_logs.s3.prefix": "front"}


def logged(attributes: Mapping[str, object], *statements: object, document: object = None) -> Status | None:
    resources = {
        "Judged": balancer(dict(attributes)),
        "Bucket": resource("AWS::S3::Bucket"),
        "Policy": resource(
            "AWS::S3::BucketPolicy", {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": document or {"Statement": list(statements)}}
        ),
    }
    return status_of(load_balancing.access_logs, resources, "Judged")


def anywhere(suffix: str) -> dict[str, object]:
    return {**DELIVERY, "Resource": {"Fn::Join": ["", [{"Fn::GetAtt": ["Bucket", "Arn"]}, suffix]]}}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, Status.PASS),
        ({"access_logs.s3.enabled": "false"}, Status.FAIL),
        ({"access_logs.s3.bucket": {"Ref": "Policy"}}, Status.FAIL),
        ({"access_logs.s3.bucket": "made-elsewhere"}, Status.NOT_ASSESSED),
        ({"access_logs.s3.bucket": PARAMETER}, Status.NOT_ASSESSED),
        ({"access_logs.s3.prefix": PARAMETER}, Status.NOT_ASSESSED),
        ({"access_logs.s3.enabled": PARAMETER}, Status.NOT_ASSESSED),
    ],
)
def test_a_load_balancer_logs_to_a_bucket_of_these_stacks(change: dict[str, object], status: Status) -> None:
    assert logged({**LOGGED, **change}, DELIVERY) is status


def test_a_load_balancer_without_log_attributes_fails() -> None:
    assert logged({}, DELIVERY) is Status.FAIL
    assert logged({"access_logs.s3.enabled": "true"}, DELIVERY) is Status.FAIL


@pytest.mark.parametrize(
    ("statement", "status"),
    [
        (anywhere("/*"), Status.PASS),
        (anywhere("/front/*"), Status.PASS),
        ({**DELIVERY, "Action": ["s3:GetObject", "s3:Put*"]}, Status.PASS),
        ({**DELIVERY, "Effect": "Deny"}, Status.FAIL),
        ({**DELIVERY, "Action": "s3:GetObject"}, Status.FAIL),
        ({**DELIVERY, "Principal": {"AWS": "arn:aws:iam::783225319266:root"}}, Status.FAIL),
        (anywhere("/other/*"), Status.FAIL),
        (anywhere(""), Status.FAIL),
    ],
)
def test_the_bucket_lets_deliveries_in_under_the_prefix(statement: object, status: Status) -> None:
    assert logged(LOGGED, statement) is status


def test_without_a_prefix_logs_are_at_the_top_of_the_bucket() -> None:
    plain = {name: value for name, value in LOGGED.items() if name != "access_logs.s3.prefix"}
    assert logged(plain, anywhere("/AWSLogs/111122223333/*")) is Status.PASS
    assert logged(plain, anywhere("/front/*")) is Status.FAIL


def test_a_bucket_policy_that_only_cloudformation_knows_is_not_assessed() -> None:
    assert logged(LOGGED, document=UNKNOWN) is Status.NOT_ASSESSED


def test_the_policy_of_another_bucket_lets_no_deliveries_in() -> None:
    other = resource("AWS::S3::BucketPolicy", {"Bucket": {"Ref": "Other"}, "PolicyDocument": {"Statement": [anywhere("/*")]}})
    resources = {
        "Judged": balancer(dict(LOGGED)),
        "Bucket": resource("AWS::S3::Bucket"),
        "Other": resource("AWS::S3::Bucket"),
        "Policy": other,
    }
    assert status_of(load_balancing.access_logs, resources, "Judged") is Status.FAIL
