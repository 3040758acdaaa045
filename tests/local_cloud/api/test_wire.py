"""What one end of the wire writes, the other reads, for every operation of ours: botocore's end and ours, in turn."""

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.model import ListShape, MapShape, Shape, StructureShape
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tradingbot_infra.local_cloud.api import client, server
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.api.models import coerced, operation_model, service_model
from tradingbot_infra.local_cloud.services import OPERATIONS

EVERY = sorted((service, name) for service, operations in OPERATIONS.items() for name in operations)
VARIED = [
    ("accessanalyzer", "ListAnalyzers"),
    ("application-autoscaling", "PutScalingPolicy"),
    ("application-autoscaling", "DescribeScheduledActions"),
    ("ec2", "AuthorizeSecurityGroupIngress"),
    ("ec2", "DescribeNetworkAcls"),
    ("elbv2", "DescribeTargetHealth"),
    ("guardduty", "ListFindings"),
    ("iam", "SimulatePrincipalPolicy"),
    ("logs", "FilterLogEvents"),
    ("securityhub", "BatchEnableStandards"),
    ("sns", "GetTopicAttributes"),
    ("sns", "Subscribe"),
]
PROTOCOLS = {
    "ec2": "ec2",
    "json": "application-autoscaling",
    "query": "iam",
    "rest-json": "guardduty",
    "rest-xml": "s3control",
}
DEEPEST = 12

# What XML and forms can carry: no control characters, and no spaces at the ends, which XML parsers drop.
TEXT = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=3, max_size=8).filter(
    lambda text: text == text.strip()
)


def scalars(shape: Shape) -> st.SearchStrategy[Any]:
    """Values of a shape without members, within its bounds."""
    smallest = int(shape.metadata.get("min", 0))
    strategies: dict[str, st.SearchStrategy[Any]] = {
        "blob": st.binary(min_size=1),
        "boolean": st.booleans(),
        "double": st.integers(-1000, 1000).map(float),
        "float": st.integers(-1000, 1000).map(float),
        "integer": st.integers(smallest, smallest + 60),
        "long": st.integers(smallest, 2**40),
        "string": TEXT.map(lambda text: text.ljust(smallest, "x")),
        "timestamp": st.integers(0, 2**32).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    }
    return strategies[shape.type_name]


def some_of(shape: Shape, depth: int = 0) -> st.SearchStrategy[Any]:
    """Values of a shape, its optional members there or not."""
    if isinstance(shape, StructureShape):
        members = {name: some_of(member, depth + 1) for name, member in shape.members.items() if depth < DEEPEST}
        if shape.is_tagged_union:
            return st.one_of([st.fixed_dictionaries({name: member}) for name, member in members.items()])
        fixed = {name: members.pop(name) for name in shape.required_members if name in members}
        found = st.fixed_dictionaries(fixed, optional=members)
        return found if depth == 0 else found.filter(bool)
    if isinstance(shape, ListShape):
        return st.lists(some_of(shape.member, depth + 1), min_size=1, max_size=2)
    if isinstance(shape, MapShape):
        return st.dictionaries(TEXT, some_of(shape.value, depth + 1), min_size=1, max_size=2)
    return scalars(shape)


def all_of(shape: Shape, depth: int = 0) -> Any:
    """One value of a shape with every member there."""
    if isinstance(shape, StructureShape):
        members = list(shape.members.items())[: 1 if shape.is_tagged_union else None]
        return {name: all_of(member, depth + 1) for name, member in members if depth < DEEPEST}
    if isinstance(shape, ListShape):
        return [all_of(shape.member, depth + 1)]
    if isinstance(shape, MapShape):
        return {"key": all_of(shape.value, depth + 1)}
    smallest = int(shape.metadata.get("min", 1))
    plain: dict[str, Any] = {"blob": b"b", "boolean": True, "integer": smallest, "long": smallest, "double": 1.5, "float": 1.5}
    return plain.get(shape.type_name, "text".ljust(smallest, "x") if shape.type_name == "string" else datetime(2026, 1, 2, tzinfo=UTC))


def arrives(service: str, operation: str, parameters: dict[str, Any]) -> None:
    request = client.written(service, operation, parameters)
    assert server.operation_of(service, request) == operation
    assert server.parameters_of(service, operation, request) == parameters


def is_read(service: str, operation: str, answer: dict[str, Any]) -> None:
    read = client.read(service, operation, server.answered(service, operation, answer))
    assert {name: value for name, value in read.items() if name in answer} == answer


@pytest.mark.parametrize(("service", "operation"), EVERY, ids=[f"{service}-{name}" for service, name in EVERY])
def test_every_parameter_arrives_and_every_part_of_an_answer_is_read(service: str, operation: str) -> None:
    model = operation_model(service, operation)
    arrives(service, operation, all_of(model.input_shape) if model.input_shape else {})
    is_read(service, operation, all_of(model.output_shape) if model.output_shape else {})


@pytest.mark.parametrize(("service", "operation"), VARIED, ids=[f"{service}-{name}" for service, name in VARIED])
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_parameters_and_answers_may_lack_parts(service: str, operation: str, data: st.DataObject) -> None:
    model = operation_model(service, operation)
    arrives(service, operation, data.draw(some_of(model.input_shape)) if model.input_shape else {})
    is_read(service, operation, data.draw(some_of(model.output_shape)) if model.output_shape else {})


@pytest.mark.parametrize("service", PROTOCOLS.values(), ids=list(PROTOCOLS))
def test_a_refusal_carries_code_message_and_status_in_every_protocol(service: str) -> None:
    operation = next(iter(OPERATIONS[service]))
    with pytest.raises(LocalApiError) as raised:
        client.read(service, operation, server.refused(service, LocalApiError("Some.Code", "what & <why>", 404)))
    assert (raised.value.code, raised.value.message, raised.value.status) == ("Some.Code", "what & <why>", 404)


def test_answers_of_s3_control_name_their_request_in_a_header_which_ministack_does_not_add() -> None:
    operation = next(iter(OPERATIONS["s3control"]))
    for _, headers, _ in (server.answered("s3control", operation, {}), server.refused("s3control", LocalApiError("Some.Code", "why", 404))):
        assert headers["x-amz-request-id"]


def test_every_protocol_of_our_services_is_among_those() -> None:
    assert {service_model(service).resolved_protocol for service in OPERATIONS} == set(PROTOCOLS)


def test_an_empty_list_arrives_as_one() -> None:
    request = client.written("elbv2", "DescribeTargetHealth", {"TargetGroupArn": "arn", "Targets": []})
    assert server.parameters_of("elbv2", "DescribeTargetHealth", request) == {"TargetGroupArn": "arn", "Targets": []}


def test_more_than_nine_items_keep_their_order() -> None:
    ids = [uuid.uuid4().hex for _ in range(12)]
    request = client.written("ec2", "DescribeNetworkAcls", {"NetworkAclIds": ids})
    assert server.parameters_of("ec2", "DescribeNetworkAcls", request) == {"NetworkAclIds": ids}


def test_what_the_model_does_not_know_stays_out_of_the_answer() -> None:
    answer = {"ScheduledActions": [], "ResponseMetadata": {"HTTPStatusCode": 200}}
    status, _, body = server.answered("application-autoscaling", "DescribeScheduledActions", answer)
    assert (status, body) == (200, b'{"ScheduledActions": []}')


def test_numbers_and_booleans_of_a_template_may_be_text() -> None:
    written = {"MinCapacity": "2", "SuspendedState": {"ScheduledScalingSuspended": "true"}, "ResourceId": "service/1/2", "Unknown": "1"}
    assert coerced("application-autoscaling", "RegisterScalableTarget", written) == {
        "MinCapacity": 2,
        "SuspendedState": {"ScheduledScalingSuspended": True},
        "ResourceId": "service/1/2",
        "Unknown": "1",
    }
