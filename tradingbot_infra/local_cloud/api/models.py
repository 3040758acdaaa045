"""botocore's models of AWS's services, each loaded once."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import ListShape, OperationModel, ServiceModel, Shape, StructureShape

FROM_TEXT: Mapping[str, Callable[[str], object]] = {
    "boolean": lambda text: text.lower() == "true",
    "double": float,
    "float": float,
    "integer": int,
    "long": int,
}
"""Type of a scalar -> its value from text."""


@cache
def service_model(service: str) -> ServiceModel:
    """The model of a service by boto3's name ("elbv2")."""
    return ServiceModel(Loader().load_service_model(service, "service-2"), service_name=service)


def operation_model(service: str, operation: str) -> OperationModel:
    """The model of one operation by the API's name ("DescribeTargetHealth")."""
    return service_model(service).operation_model(operation)


def parameters_of(service: str, operation: str) -> frozenset[str]:
    """The names of an operation's parameters."""
    shape = operation_model(service, operation).input_shape
    return frozenset() if shape is None else frozenset(shape.members)


def coerced(service: str, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A template's properties as parameters: a template may write numbers and booleans as text, an API call may not."""
    shape = operation_model(service, operation).input_shape
    found: dict[str, Any] = {} if shape is None else _coerced(shape, parameters)
    return found


def _coerced(shape: Shape, value: Any) -> Any:
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        return {name: _coerced(shape.members[name], item) if name in shape.members else item for name, item in value.items()}
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [_coerced(shape.member, item) for item in value]
    if isinstance(value, str):
        return FROM_TEXT.get(shape.type_name, str)(value)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number and shape.type_name == "string" else value
