"""The tables that a replay reads are AWS's own."""

import json
from collections.abc import Iterator

import botocore.session
import pytest

from scripts.resource_schemas import replacement_rules
from tradingbot_infra.lifecycle.claims import UNIQUE
from tradingbot_infra.lifecycle.schemas import MODIFIED_IN_PLACE, SCHEMAS_FILE, schema_of
from tradingbot_infra.templates import Assembly

BOTOCORE = botocore.session.get_session()
MODIFY = {
    "AWS::RDS::DBInstance": ("rds", "ModifyDBInstance"),
    "AWS::ElastiCache::ReplicationGroup": ("elasticache", "ModifyReplicationGroup"),
}

_NAMES_ANOTHER = {
    "AWS::ApplicationAutoScaling::ScalingPolicy": "its name belongs to one target",
    "AWS::EC2::FlowLog": "the log group is another resource",
    "AWS::EC2::VPCEndpoint": "the service is AWS's",
}
"""Types with a create-only property of this form that keeps nobody else from the name."""


def test_the_schemas_are_those_of_the_types_that_are_used(assembly: Assembly) -> None:
    written = json.loads(SCHEMAS_FILE.read_text(encoding="utf-8"))
    current = replacement_rules({resource.type for resource in assembly.resources} | set(UNIQUE))
    outdated = [name for name, rules in current.items() if written.get(name) != rules]
    assert not outdated, f"run `make lock`: {outdated}"


def named_types(assembly: Assembly) -> Iterator[tuple[str, str]]:
    """Types of which the templates name a resource, in a property that a change of the name would replace it by."""
    for resource in assembly.resources:
        for name in schema_of(resource.type).create_only:
            if name.endswith(("Name", "Identifier")) and isinstance(resource.properties.get(name), str):
                yield resource.type, name


def test_every_type_with_a_fixed_name_is_known(assembly: Assembly) -> None:
    assert {kind for kind, _ in named_types(assembly)} - set(UNIQUE) - set(_NAMES_ANOTHER) == set()


@pytest.mark.parametrize("kind", [kind for kind, unique in UNIQUE.items() if "." in unique.operation])
def test_the_service_answers_the_error(kind: str) -> None:
    service, operation = UNIQUE[kind].operation.split(".")
    errors = BOTOCORE.get_service_model(service).operation_model(operation).error_shapes
    assert UNIQUE[kind].error in [error.name for error in errors]


@pytest.mark.parametrize("kind", MODIFIED_IN_PLACE)
def test_what_is_modified_in_place_is_a_parameter_of_the_modification(kind: str) -> None:
    service, operation = MODIFY[kind]
    taken = BOTOCORE.get_service_model(service).operation_model(operation).input_shape
    assert taken is not None
    assert MODIFIED_IN_PLACE[kind] <= set(taken.members)
