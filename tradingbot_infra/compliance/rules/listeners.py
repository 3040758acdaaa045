"""Rules for what the load balancer does: exactly what the settings ask for, and nothing beside it."""

from collections.abc import Iterator, Mapping
from typing import Any

from tradingbot_infra.compliance.observe import at, is_function, is_unknown, listed, not_assessed, seen
from tradingbot_infra.compliance.reading.networks import LOAD_BALANCER
from tradingbot_infra.compliance.rule import Observation, rule
from tradingbot_infra.compliance.rules.load_balancing import BUCKET, LISTENER
from tradingbot_infra.compliance.tristate import TriState, decided
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.connections import HTTP_PORT, HTTPS_PORT, IDLE_SECONDS
from tradingbot_infra.design.deployment import UNAVAILABLE
from tradingbot_infra.design.load_balancing import ACCESS_LOG_PREFIX
from tradingbot_infra.templates import Assembly, Resource

TARGET_GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"

_THE_BUCKET = "a bucket of these stacks"
_THE_TASKS = "the target group of the tasks"
_NO_SETTINGS = "the settings"

_ATTRIBUTES = {LOAD_BALANCER: "LoadBalancerAttributes", TARGET_GROUP: "TargetGroupAttributes"}


@rule(
    "alb.attributes",
    LOAD_BALANCER,
    TARGET_GROUP,
    title="Every attribute of load balancer and target group is what the settings ask for, and there is no other",
    fix="Use a setting: `deletion_protection`, `desync_mitigation_mode`, `alb_access_logs` or `deregistration_delay_seconds`.",
)
def attributes(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    where = f"Properties.{_ATTRIBUTES[resource.type]}"
    stated = resource.properties.get(_ATTRIBUTES[resource.type])
    if assembly.config is None or is_function(stated):
        yield not_assessed(where, stated, _NO_SETTINGS)
        return
    wanted = _balancer_attributes(assembly.config) if resource.type == LOAD_BALANCER else _target_attributes(assembly.config)
    missing = dict(wanted)
    for each in listed(stated):
        name, value = str(at(each, "Key")), _shown(at(each, "Value"), BUCKET, _THE_BUCKET, assembly)
        expected = missing.pop(name, "no such attribute, or only once")
        yield decided(f"{where}[{name}]", value, _is(value, expected), expected)
    for name, expected in missing.items():
        yield seen(f"{where}[{name}]", None, False, expected)


@rule(
    "alb.listeners",
    LISTENER,
    title="Listeners forward to the tasks, by rules where deployments shift traffic, or redirect to HTTPS, with the settings' certificate",
    fix="Use the settings `certificate_arn` and `domain_name`.",
)
def listeners(listener: Resource, assembly: Assembly) -> Iterator[Observation]:
    if assembly.config is None:
        yield not_assessed("Properties", None, _NO_SETTINGS)
        return
    port = str(listener.properties.get("Port"))
    wanted = _listeners(assembly.config).get(port)
    yield seen("Properties.Port", port, wanted is not None, " or ".join(_listeners(assembly.config)))
    for name, expected in (wanted or {}).items():
        value = _shown(listener.properties.get(name), TARGET_GROUP, _THE_TASKS, assembly)
        yield decided(f"Properties.{name}", value, _is(value, expected), str(expected))


def _balancer_attributes(config: EnvironmentConfig) -> Mapping[str, str]:
    balancing = config.load_balancer
    logs = {"access_logs.s3.enabled": "true", "access_logs.s3.bucket": _THE_BUCKET, "access_logs.s3.prefix": ACCESS_LOG_PREFIX}
    return {
        "deletion_protection.enabled": str(config.retention.deletion_protection).lower(),
        "idle_timeout.timeout_seconds": str(IDLE_SECONDS),
        "routing.http.drop_invalid_header_fields.enabled": "true",
        "routing.http.desync_mitigation_mode": balancing.desync_mitigation_mode,
        **(logs if balancing.alb_access_logs else {}),
    }


def _target_attributes(config: EnvironmentConfig) -> Mapping[str, str]:
    delay = config.load_balancer.deregistration_delay_seconds
    return {"stickiness.enabled": "false", "deregistration_delay.timeout_seconds": str(delay)}


def _listeners(config: EnvironmentConfig) -> Mapping[str, Mapping[str, Any]]:
    """The properties of each listener by its port."""
    certificate, host = config.load_balancer.certificate_arn, config.load_balancer.domain_name
    forward: list[Mapping[str, Any]] = [{"Type": "forward", "TargetGroupArn": _THE_TASKS}]
    if config.deployment.shifts_traffic:
        forward = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": UNAVAILABLE}}]
    if not certificate:
        return {str(HTTP_PORT): {"Protocol": "HTTP", "DefaultActions": forward, "Certificates": None}}
    to_https = {"Protocol": "HTTPS", "Port": str(HTTPS_PORT), "StatusCode": "HTTP_301", **({"Host": host} if host else {})}
    redirect = [{"Type": "redirect", "RedirectConfig": to_https}]
    return {
        str(HTTP_PORT): {"Protocol": "HTTP", "DefaultActions": redirect, "Certificates": None},
        str(HTTPS_PORT): {"Protocol": "HTTPS", "DefaultActions": forward, "Certificates": [{"CertificateArn": certificate}]},
    }


def _shown(value: Any, kind: str, name: str, assembly: Assembly) -> Any:
    """A value with references to one type replaced by a name for it."""
    if isinstance(value, list):
        return [_shown(item, kind, name, assembly) for item in value]
    if isinstance(value, Mapping):
        return {key: _shown(item, kind, name, assembly) for key, item in value.items()}
    target = assembly.referred(value)
    return name if target is not None and target.type == kind else value


def _is(value: Any, expected: Any) -> TriState:
    return True if value == expected else None if is_unknown(value) else False
