"""What templates may hold of Elastic Load Balancing."""

from collections.abc import Callable, Mapping
from typing import Any

from tradingbot_infra.compliance.allowed.placement import TAGS, subnet_of
from tradingbot_infra.compliance.allowed.row import (
    AllowedType,
    allowed,
    computed,
    exactly,
    judged,
    one,
    refers_to,
    required,
    setting,
)
from tradingbot_infra.compliance.observe import is_unknown
from tradingbot_infra.compliance.reading.networks import LOAD_BALANCER, VPC
from tradingbot_infra.compliance.tristate import TriState
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.templates import Assembly, Resource

LISTENER_RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"

_EVERY_PATH = {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/*"]}}
_TEST_HEADER = {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "x-tradingbot-test", "Values": ["green"]}}
_RULES = {
    "ServiceStack/Traffic/Test/Resource": (1, [_EVERY_PATH, _TEST_HEADER]),
    "ServiceStack/Traffic/Production/Resource": (2, [_EVERY_PATH]),
}
"""Priority and conditions of both rules: written out here too, so that neither becomes the other unseen."""

_GROUPS = (("ServiceStack/LoadBalancer/PublicListener/ECSGroup/Resource", 100), ("ServiceStack/Traffic/Green/Resource", 0))
"""The target groups of both rules with their first weights. Deployments change the weights, templates never do."""


def _of_rule(number: int) -> Callable[[Any, Resource, Assembly], TriState]:
    def check(value: Any, rule: Resource, _: Assembly) -> TriState:
        wanted = _RULES.get(rule.path)
        same = wanted is not None and value == wanted[number]
        return True if same else None if is_unknown(value) else False

    return check


def _forwards(value: Any, _: Resource, assembly: Assembly) -> TriState:
    groups = [{"TargetGroupArn": assembly.reference_to(path), "Weight": weight} for path, weight in _GROUPS]
    same = value == [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}]
    return True if same else None if is_unknown(value) else False


def _is_forwarding(value: Any, _: Resource, assembly: Assembly) -> TriState:
    listener = assembly.referred(value)
    if listener is None or assembly.config is None:
        return None
    port = "443" if assembly.config.load_balancer.certificate_arn else "80"
    return listener.type == "AWS::ElasticLoadBalancingV2::Listener" and str(listener.properties.get("Port")) == port


def _shifted(config: EnvironmentConfig) -> int:
    return int(config.deployment.shifts_traffic)


ALLOWED: Mapping[str, AllowedType] = {
    LOAD_BALANCER: allowed(
        *required(exactly("Scheme", "internet-facing"), exactly("Type", "application"), subnet_of("Subnets[]", "public")),
        *judged("alb.attributes", "LoadBalancerAttributes[].Key", "LoadBalancerAttributes[].Value"),
        *judged("net.sg_members", "SecurityGroups[]"),
        *TAGS,
        exact=True,
        ServiceStack=one,
    ),
    "AWS::ElasticLoadBalancingV2::Listener": allowed(
        *required(refers_to("LoadBalancerArn", LOAD_BALANCER)),
        *judged(
            "alb.listeners",
            "Port",
            "Protocol",
            "DefaultActions[].Type",
            "DefaultActions[].TargetGroupArn",
            "DefaultActions[].FixedResponseConfig.StatusCode",
            "DefaultActions[].RedirectConfig.Host",
            "DefaultActions[].RedirectConfig.Port",
            "DefaultActions[].RedirectConfig.Protocol",
            "DefaultActions[].RedirectConfig.StatusCode",
            "Certificates[].CertificateArn",
        ),
        *judged("alb.tls_policy", "SslPolicy"),
        *TAGS,
        exact=True,
        ServiceStack=lambda config: 2 if config.load_balancer.certificate_arn else 1,
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": allowed(
        *required(
            setting("HealthCheckIntervalSeconds", "health_check_interval_seconds"),
            setting("HealthCheckPath", "health_check_path"),
            exactly("Matcher.HttpCode", "200"),
            # Tasks register with their own ports; inside the VPC they speak HTTP.
            exactly("Port", 80),
            exactly("Protocol", "HTTP"),
            exactly("TargetType", "ip"),
            refers_to("VpcId", VPC),
        ),
        *judged("alb.attributes", "TargetGroupAttributes[].Key", "TargetGroupAttributes[].Value"),
        *TAGS,
        exact=True,
        ServiceStack=lambda config: 1 + _shifted(config),
    ),
    LISTENER_RULE: allowed(
        *required(
            computed("ListenerArn", _is_forwarding, "the listener that people reach: 443 with a certificate, else 80"),
            computed("Priority", _of_rule(0), "1 for the test rule, 2 for the production rule"),
            computed("Conditions", _of_rule(1), "every path, and for the test rule its header"),
            computed("Actions", _forwards, "both target groups with their first weights"),
        ),
        *TAGS,
        exact=True,
        ServiceStack=lambda config: 2 * _shifted(config),
    ),
}
