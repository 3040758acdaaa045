"""The container and its load balancer, as settings change them."""

import http.client
import re
import socket
import subprocess
import sys
import time
from typing import Any

import pytest

from tests.conftest import Synthesize
from tradingbot_infra.design.health_check import health_check_command
from tradingbot_infra.design.placeholder import PLACEHOLDER_IMAGE, placeholder_command
from tradingbot_infra.design.secrets import APPLICATION_SECRETS, environment_variable
from tradingbot_infra.templates import Assembly

CERTIFICATE = "arn:aws:acm:ap-southeast-2:000000000000:certificate/0a1b2c3d-0000-0000-0000-000000000000"


def container(assembly: Assembly) -> dict[str, Any]:
    """The one container of the one task definition."""
    (definition,) = assembly.only("AWS::ECS::TaskDefinition").properties["ContainerDefinitions"]
    return dict(definition)


def test_the_container_gets_every_secret_by_reference(production: Assembly) -> None:
    secrets = {secret["Name"]: secret["ValueFrom"] for secret in container(production)["Secrets"]}
    master = "${DataStack.Postgres.MasterUserSecret.SecretArn}"
    assert secrets == {
        **{environment_variable(name): f"${{DataStack.{name.title().replace('-', '')}Secret}}" for name in APPLICATION_SECRETS},
        "DATABASE_URL": "${DataStack.DatabaseUrlSecret}",
        "PGUSER": f"{master}:username::",
        "PGPASSWORD": f"{master}:password::",
        "REDIS_AUTH_TOKEN": "${DataStack.RedisAuthTokenSecret}",
    }


def test_the_plain_environment_holds_coordinates_only(production: Assembly) -> None:
    assert {variable["Name"]: variable["Value"] for variable in container(production)["Environment"]} == {
        "ENVIRONMENT": "production",
        "AWS_REGION": "ap-southeast-2",
        "PORT": "8001",
        "HOME": "/tmp",  # noqa: S108 - a path in the container
        "FORWARDED_ALLOW_IPS": "10.0.0.0/24,10.0.1.0/24",
        "UVICORN_TIMEOUT_KEEP_ALIVE": "65",
        "PGHOST": "${DataStack.Postgres.Endpoint.Address}",
        "PGPORT": "5432",
        "PGDATABASE": "tradingbot",
        "PGSSLMODE": "require",
        "DATABASE_SECRET_ARN": "${DataStack.Postgres.MasterUserSecret.SecretArn}",
        "REDIS_HOST": "${DataStack.Redis.PrimaryEndPoint.Address}",
        "REDIS_PORT": "${DataStack.Redis.PrimaryEndPoint.Port}",
        "REDIS_TLS": "true",
        "OTEL_SERVICE_NAME": "tradingbot-ai-production-service",
        "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=production",
        "OTEL_TRACES_EXPORTER": "otlp",
        "OTEL_METRICS_EXPORTER": "otlp",
        "OTEL_LOGS_EXPORTER": "none",
        "OTEL_PROPAGATORS": "none",
        "OTEL_AWS_APPLICATION_SIGNALS_ENABLED": "false",
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://xray.ap-southeast-2.amazonaws.com/v1/traces",
        "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
        "OTEL_TRACES_SAMPLER_ARG": "0.05",
        "OTEL_PYTHON_FASTAPI_EXCLUDED_URLS": "/api/v1/health$",
        "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "https://monitoring.ap-southeast-2.amazonaws.com/v1/metrics",
        "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION": "base2_exponential_bucket_histogram",
        "OTEL_METRIC_EXPORT_INTERVAL": "60000",
        "TRADING_METRICS": "otlp",
    }


def test_without_telemetry_the_container_hears_nothing_of_it(synthesize: Synthesize) -> None:
    names = {item["Name"] for item in container(synthesize("staging", tracing="off", metrics="off"))["Environment"]}
    assert not {name for name in names if name.startswith(("OTEL", "TRADING"))}


def test_without_redis_the_container_hears_nothing_of_it(synthesize: Synthesize) -> None:
    names = {item["Name"] for key in ("Environment", "Secrets") for item in container(synthesize("staging"))[key]}
    assert not {name for name in names if name.startswith("REDIS")}


def test_redis_without_tls_has_no_token(synthesize: Synthesize) -> None:
    assembly = synthesize("production", redis_transit_encryption="false")
    redis = assembly.only("AWS::ElastiCache::ReplicationGroup").properties
    assert redis["TransitEncryptionEnabled"] is False
    assert "AuthToken" not in redis
    assert "REDIS_AUTH_TOKEN" not in {secret["Name"] for secret in container(assembly)["Secrets"]}


def test_without_an_image_tag_the_placeholder_runs(production: Assembly) -> None:
    template = production.templates["ServiceStack"]
    definition = container(production)
    assert template["Conditions"] == {"RunsPlaceholder": {"Fn::Equals": [{"Ref": "ImageTag"}, "none"]}}
    assert template["Parameters"]["ImageTag"]["Default"] == "none"
    assert definition["Image"]["Fn::If"][:2] == ["RunsPlaceholder", PLACEHOLDER_IMAGE]
    assert PLACEHOLDER_IMAGE.startswith("public.ecr.aws/")
    assert definition["Command"]["Fn::If"][:2] == ["RunsPlaceholder", placeholder_command(8001, "/api/v1/health")]


def test_a_deployment_chooses_an_image_of_the_repository_which_runs_by_its_own_command(production: Assembly) -> None:
    definition = container(production)
    repository = "${AWS::AccountId}.dkr.ecr.ap-southeast-2.${AWS::URLSuffix}/tradingbot-ai-production"
    assert definition["Image"]["Fn::If"][2] == f"{repository}:${{ServiceStack.ImageTag}}"
    assert definition["Command"]["Fn::If"][2] == "${AWS::NoValue}"


@pytest.mark.parametrize(
    ("tag", "allowed"),
    [
        ("none", True),
        ("v1.2.3", True),
        ("3f78685", True),
        ("latest", False),
        ("", False),
        (".v1", False),
        ("v1@sha256", False),
        ("a:b", False),
    ],
)
def test_cloudformation_takes_no_other_tag_than_the_settings_do(tag: str, allowed: bool, production: Assembly) -> None:
    pattern = production.templates["ServiceStack"]["Parameters"]["ImageTag"]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, tag)) is allowed


def test_with_an_image_tag_the_image_of_the_repository_runs_by_its_own_command(synthesize: Synthesize) -> None:
    assembly = synthesize("production", image_tag="v1.2.3")
    definition = container(assembly)
    assert "Command" not in definition
    assert "Conditions" not in assembly.templates["ServiceStack"]
    assert "ImageTag" not in assembly.templates["ServiceStack"]["Parameters"]
    assert definition["Image"] == "${AWS::AccountId}.dkr.ecr.ap-southeast-2.${AWS::URLSuffix}/tradingbot-ai-production:v1.2.3"


def test_an_image_tag_changes_the_services_stack_and_what_the_repository_keeps(synthesize: Synthesize, production: Assembly) -> None:
    tagged = synthesize("production", image_tag="v1.2.3")
    accepted = {(resource.stack, resource.logical_id): resource.body for resource in production.resources}
    changed = [resource.path for resource in tagged.resources if resource.body != accepted.get((resource.stack, resource.logical_id))]
    assert [path for path in changed if not path.startswith("ServiceStack/")] == ["DataStack/Images/Resource"]


def test_the_container_runs_as_nobody_in_particular_in_every_environment(assembly: Assembly) -> None:
    assert container(assembly)["User"] == "1000:1000"


def test_the_user_of_the_container_is_a_setting_and_none_leaves_it_to_the_image(synthesize: Synthesize) -> None:
    assert container(synthesize("production", container_user="10001"))["User"] == "10001"
    assert "User" not in container(synthesize("production", container_user="none"))


@pytest.mark.local_cloud
def test_the_placeholder_answers_the_health_check_by_its_command_alone() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = placeholder_command(port, "/api/v1/health")
    with subprocess.Popen([sys.executable, *command[1:]], env={}) as server:
        try:
            assert _status(port, "/api/v1/health") == 200
            assert _status(port, "/") == 503
            assert {_status(port, "/webhook", method) for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD")} == {503}
        finally:
            server.terminate()
    assert server.returncode == 0


def _status(port: int, path: str, method: str = "GET") -> int:
    for _ in range(100):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request(method, path, body=b"{}" if method == "POST" else None)
            return connection.getresponse().status
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise AssertionError(f"nothing answers on port {port}")


def test_with_a_certificate_https_is_served_and_http_redirects_to_it(synthesize: Synthesize) -> None:
    listeners = {
        listener.properties["Port"]: listener.properties
        for listener in synthesize("production", certificate_arn=CERTIFICATE).of_type("AWS::ElasticLoadBalancingV2::Listener")
    }
    assert set(listeners) == {80, 443}
    assert listeners[443]["Protocol"] == "HTTPS"
    assert listeners[443]["Certificates"] == [{"CertificateArn": CERTIFICATE}]
    assert listeners[443]["SslPolicy"].startswith("ELBSecurityPolicy-TLS13-1-2")
    (redirect,) = listeners[80]["DefaultActions"]
    assert redirect == {"Type": "redirect", "RedirectConfig": {"Port": "443", "Protocol": "HTTPS", "StatusCode": "HTTP_301"}}


def test_with_a_name_port_80_redirects_to_it_and_a_zone_gets_an_alias(synthesize: Synthesize) -> None:
    named = {"domain_name": "api.example.com", "certificate_arn": CERTIFICATE}
    assembly = synthesize("production", **named, hosted_zone_id="Z0123456789")
    listeners = {each.properties["Port"]: each.properties for each in assembly.of_type("AWS::ElasticLoadBalancingV2::Listener")}
    assert listeners[80]["DefaultActions"][0]["RedirectConfig"]["Host"] == "api.example.com"
    balancer = assembly.only("AWS::ElasticLoadBalancingV2::LoadBalancer")
    record = assembly.only("AWS::Route53::RecordSet").properties
    assert (record["HostedZoneId"], record["Name"], record["Type"]) == ("Z0123456789", "api.example.com", "A")
    assert record["AliasTarget"] == {
        "DNSName": f"${{{balancer.stack}.{balancer.logical_id}.DNSName}}",
        "HostedZoneId": f"${{{balancer.stack}.{balancer.logical_id}.CanonicalHostedZoneID}}",
    }
    assert synthesize("production", **named).of_type("AWS::Route53::RecordSet") == ()


@pytest.mark.parametrize(
    ("overrides", "url"),
    [
        ({}, "http://${ServiceStack.LoadBalancerBE9EEC3A.DNSName}"),
        ({"domain_name": "api.example.com"}, "http://api.example.com"),
        ({"domain_name": "api.example.com", "certificate_arn": CERTIFICATE}, "https://api.example.com"),
    ],
    ids=["nothing", "name", "name-and-certificate"],
)
def test_the_url_of_the_api_is_an_output(synthesize: Synthesize, overrides: dict[str, str], url: str) -> None:
    assembly = synthesize("production", **overrides)
    assert assembly.resolve("ServiceStack", assembly.templates["ServiceStack"]["Outputs"]["ApiUrl"]["Value"]) == url


def test_draining_desync_mode_and_rebalancing_are_settings(synthesize: Synthesize, production: Assembly) -> None:
    assert _tuned(production) == ("20", "defensive", "ENABLED")
    changed = synthesize(
        "production", deregistration_delay_seconds="5", desync_mitigation_mode="strictest", availability_zone_rebalancing="false"
    )
    assert _tuned(changed) == ("5", "strictest", "DISABLED")


def _tuned(assembly: Assembly) -> tuple[str, str, str]:
    """Deregistration delay, desync mode and zone rebalancing."""
    group = assembly.only("AWS::ElasticLoadBalancingV2::TargetGroup").properties["TargetGroupAttributes"]
    balancer = assembly.only("AWS::ElasticLoadBalancingV2::LoadBalancer").properties["LoadBalancerAttributes"]
    attributes = {each["Key"]: each["Value"] for each in (*group, *balancer)}
    return (
        attributes["deregistration_delay.timeout_seconds"],
        attributes["routing.http.desync_mitigation_mode"],
        assembly.only("AWS::ECS::Service").properties["AvailabilityZoneRebalancing"],
    )


def test_each_listener_keeps_its_port_and_80_redirects_once_443_exists(synthesize: Synthesize, production: Assembly) -> None:
    secure = synthesize("production", certificate_arn=CERTIFICATE)
    (public,) = production.of_type("AWS::ElasticLoadBalancingV2::Listener")
    by_id = {each.logical_id: each for each in secure.of_type("AWS::ElasticLoadBalancingV2::Listener")}
    redirect = by_id.pop(public.logical_id)
    (https,) = by_id.values()
    assert (public.properties["Port"], redirect.properties["Port"], https.properties["Port"]) == (80, 80, 443)
    assert https.logical_id in redirect.body["DependsOn"]
    assert redirect.logical_id not in https.body.get("DependsOn", [])
    for assembly, forwarding in ((production, public), (secure, https)):
        assert forwarding.properties["DefaultActions"][0]["Type"] == "forward"
        assert forwarding.logical_id in assembly.only("AWS::ECS::Service").body["DependsOn"]


def test_the_service_waits_for_everything_that_its_tasks_need(production: Assembly) -> None:
    for role in (r for r in production.of_type("AWS::IAM::Role") if r.stack == "ServiceStack"):
        # A role that names its policy is complete once it exists; a policy attached later would come after the first tasks.
        assert len(role.properties["ManagedPolicyArns"]) == 1
    cluster = production.only("AWS::ECS::Cluster")
    assert cluster.body["DependsOn"] == ["ContainerInsightsLogGroup"]


def test_tasks_scale_by_the_clock_where_so_set(synthesize: Synthesize) -> None:
    target = synthesize("development").only("AWS::ApplicationAutoScaling::ScalableTarget").properties
    assert target["ScheduledActions"] == [
        {
            "ScheduledActionName": "OfficeHoursEnd",
            "Schedule": "cron(0 20 ? * MON-FRI *)",
            "Timezone": "Australia/Sydney",
            "ScalableTargetAction": {"MinCapacity": 0, "MaxCapacity": 0},
        },
        {
            "ScheduledActionName": "OfficeHoursStart",
            "Schedule": "cron(0 7 ? * MON-FRI *)",
            "Timezone": "Australia/Sydney",
            "ScalableTargetAction": {"MinCapacity": 1, "MaxCapacity": 1},
        },
    ]


def test_no_lambda_scales_anything(assembly: Assembly) -> None:
    functions = [function.logical_id for function in assembly.of_type("AWS::Lambda::Function")]
    assert all(name.startswith(("CustomVpcRestrictDefaultSG", "DefaultsFunction")) for name in functions)


def test_tmp_is_memory_of_the_task_in_which_no_program_can_be_started(production: Assembly) -> None:
    (tmpfs,) = container(production)["LinuxParameters"]["Tmpfs"]
    assert tmpfs == {"ContainerPath": "/tmp", "Size": 64, "MountOptions": ["nosuid", "nodev", "noexec"]}  # noqa: S108 - in the container
    assert "Volumes" not in production.only("AWS::ECS::TaskDefinition").properties


def test_the_size_of_tmp_is_a_setting(synthesize: Synthesize) -> None:
    assert container(synthesize("production", tmp_size_mib="128"))["LinuxParameters"]["Tmpfs"][0]["Size"] == 128


def test_a_log_that_cannot_be_delivered_does_not_stop_the_trader(production: Assembly) -> None:
    options = container(production)["LogConfiguration"]["Options"]
    assert (options["mode"], options["max-buffer-size"]) == ("non-blocking", "26214400b")


def test_a_trader_can_be_made_to_wait_for_its_log(synthesize: Synthesize) -> None:
    options = container(synthesize("production", log_mode="blocking"))["LogConfiguration"]["Options"]
    assert options["mode"] == "blocking"
    assert "max-buffer-size" not in options


def test_the_service_waits_as_long_as_the_setting_says_before_failed_health_checks_count(synthesize: Synthesize) -> None:
    service = synthesize("production", health_check_grace_seconds="120").only("AWS::ECS::Service")
    assert service.properties["HealthCheckGracePeriodSeconds"] == 120


def test_uvicorn_keeps_idle_connections_longer_than_the_load_balancer(production: Assembly) -> None:
    variables = {variable["Name"]: variable["Value"] for variable in container(production)["Environment"]}
    attributes = production.only("AWS::ElasticLoadBalancingV2::LoadBalancer").properties["LoadBalancerAttributes"]
    (idle,) = [each["Value"] for each in attributes if each["Key"] == "idle_timeout.timeout_seconds"]
    assert int(variables["UVICORN_TIMEOUT_KEEP_ALIVE"]) > int(idle)


def test_the_container_is_asked_by_its_own_python(production: Assembly) -> None:
    check = container(production)["HealthCheck"]
    assert check == {
        "Command": health_check_command(8001, "/api/v1/health"),
        "Interval": 30,
        "Retries": 3,
        "StartPeriod": 60,
        "Timeout": 5,
    }


def test_an_image_without_python_can_do_without_the_check(synthesize: Synthesize) -> None:
    assert "HealthCheck" not in container(synthesize("production", container_health_check="false"))
