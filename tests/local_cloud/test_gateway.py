"""Who answers a request, and what is refused before the server starts."""

from typing import Any

import pytest
from botocore.exceptions import ParamValidationError
from ministack.core.router import SERVICE_PATTERNS, detect_service

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.gateway import handler, install, record
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.ministack.registries import UnexpectedMinistackError
from tradingbot_infra.local_cloud.services import ADDED, OPERATIONS


async def ministacks(*_request: object) -> tuple[int, dict[str, str], bytes]:
    """In place of a handler of ministack."""
    return 200, {}, b""


def registry() -> dict[str, Any]:
    """ministack's registry of services."""
    app: dict[str, Any] = dict.fromkeys(
        (
            *("account", "cloudformation", "cloudtrail", "config", "ec2", "ecr", "ecs", "elasticache", "elasticloadbalancing", "iam"),
            *("inspector2", "logs", "monitoring", "rds", "s3", "secretsmanager", "sns"),
        ),
        ministacks,
    )
    return app


def test_installing_puts_our_operations_before_ministacks_and_leaves_other_services_alone() -> None:
    handlers = registry()
    patterns: dict[str, Any] = {"ecs": {"target_prefixes": ["AmazonEC2ContainerServiceV20141113"]}}
    install(handlers, patterns)
    assert handlers["s3"] is ministacks
    assert handlers["elasticloadbalancing"] is handler("elbv2")
    assert handlers["application-autoscaling"] is handler("application-autoscaling")
    assert patterns["application-autoscaling"]["target_prefixes"] == ["AnyScaleFrontendService."]
    assert handlers["access-analyzer"] is handler("accessanalyzer")
    assert patterns["access-analyzer"] == {"credential_scope": "access-analyzer"}
    assert patterns["ecs"] == {"target_prefixes": ["AmazonEC2ContainerServiceV20141113"]}


@pytest.mark.parametrize("where", [0, 1], ids=["as-a-service", "in-the-router"])
def test_installing_refuses_a_service_that_ministack_has_and_changes_nothing(where: int) -> None:
    handlers: dict[str, Any] = registry()
    patterns: dict[str, Any] = {}
    (handlers, patterns)[where]["application-autoscaling"] = ministacks
    before = dict(handlers), dict(patterns)
    with pytest.raises(UnexpectedMinistackError, match=r"it has a service application-autoscaling itself"):
        install(handlers, patterns)
    assert (handlers, patterns) == before


def test_installing_refuses_a_ministack_without_a_service_to_complete_and_changes_nothing() -> None:
    handlers: dict[str, Any] = registry()
    del handlers["elasticloadbalancing"], handlers["sns"]
    before = dict(handlers)
    with pytest.raises(UnexpectedMinistackError, match=r"it has no service elasticloadbalancing, sns"):
        install(handlers, {})
    assert handlers == before


def test_a_handler_that_trails_see_answers_as_before() -> None:
    handlers = registry()
    record(handlers)
    assert handlers.keys() == registry().keys()
    answer = handlers["s3"]("GET", "/", {}, b"", {})
    with pytest.raises(StopIteration) as ended:
        answer.send(None)
    assert ended.value.value == (200, {}, b"")


def test_the_installed_ministack_routes_to_none_of_the_services_we_add_but_to_all_that_we_complete() -> None:
    assert not (ADDED | {"access-analyzer"}) & SERVICE_PATTERNS.keys()
    for service in OPERATIONS.keys() - ADDED:
        scope = {"cloudwatch": "monitoring", "elbv2": "elasticloadbalancing"}.get(service, service)
        signed = {"authorization": f"AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/{scope}/aws4_request"}
        assert detect_service("POST", "/", signed, {}) == scope


def test_ministack_answers_what_we_do_not() -> None:
    assert "CreateVpc" not in OPERATIONS["ec2"]
    vpc = call("ec2", "CreateVpc", CidrBlock="10.9.0.0/16")["Vpc"]
    assert vpc["CidrBlock"] == "10.9.0.0/16"


def test_an_error_of_ministack_passes_through_ours() -> None:
    with pytest.raises(LocalApiError) as raised:
        call("ecr", "DescribeImages", repositoryName="none")
    assert raised.value.code == "RepositoryNotFoundException"


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("ce", "GetTags", {"TimePeriod": {"Start": "2026-01-01", "End": "2026-02-01"}}),
        ("pricing", "DescribeServices", {}),
    ],
)
def test_a_service_that_the_local_cloud_does_not_have_is_refused_by_name(service: str, operation: str, parameters: dict[str, Any]) -> None:
    with pytest.raises(LocalApiError) as raised:
        call(service, operation, **parameters)
    assert raised.value.code == "UnknownOperationException"
    assert raised.value.message == f"The local cloud's {service} has no {operation}"


def test_parameters_that_do_not_fit_are_refused_before_the_call() -> None:
    with pytest.raises(ParamValidationError):
        call("ec2", "DescribeNetworkAcls", Filter=[])
