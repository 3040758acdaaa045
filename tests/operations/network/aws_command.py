"""Runs a command of the AWS CLI through boto3, so that the fix a finding prints is tried and not only read."""

import re
import shlex
from typing import Any

from botocore.model import ListShape, Shape, StructureShape

from tradingbot_infra.operations.session import Session


def run(session: Session, command: str) -> None:
    """`aws ec2 ...` or another service, several joined by `&&`; fails for an operation or an option that the API does not have."""
    for each in command.split(" && "):
        program, service, verb, *words = shlex.split(each)
        assert program == "aws"
        client: Any = getattr(session, service)
        operation = client.meta.method_to_api_mapping[verb.replace("-", "_")]
        shape = client.meta.service_model.operation_model(operation).input_shape
        getattr(client, verb.replace("-", "_"))(**_parameters(words, shape))


def _parameters(words: list[str], shape: StructureShape) -> dict[str, Any]:
    parameters: dict[str, Any] = {}
    for word, following in zip(words, [*words[1:], "--"], strict=True):
        if word in ("--egress", "--ingress"):
            parameters["Egress"] = word == "--egress"
        elif word.startswith("--"):
            name = _member(shape, word[2:])
            parameters[name] = _value(following, shape.members[name])
    return parameters


def _member(shape: StructureShape, option: str) -> str:
    """The parameter that an option stands for, as in `--group-id` for GroupId."""
    return next(name for name in shape.members if re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower() == option)


def _value(text: str, shape: Shape) -> Any:
    if isinstance(shape, StructureShape):
        return _structure(text, shape)
    if isinstance(shape, ListShape):
        return [_value(text, shape.member)]
    return int(text) if shape.type_name == "integer" else text


def _structure(text: str, shape: StructureShape) -> dict[str, Any]:
    """The CLI's shorthand: `Name=value,Name=[{Name=value},{Name=value}]`."""
    made: dict[str, Any] = {}
    for name, listed, plain in re.findall(r"(\w+)=(?:\[(.*?)\]|([^,]*))(?:,|$)", text):
        member = shape.members[name]
        items = re.findall(r"\{(.*?)\}", listed)
        made[name] = [_value(each, member.member) for each in items] if isinstance(member, ListShape) else _value(plain, member)
    return made
