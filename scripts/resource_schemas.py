"""CloudFormation's own resource schemas, as cfn-lint ships them."""

from functools import cache

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped]  # ships no types


@cache
def create_only_properties(resource_type: str) -> frozenset[str]:
    """The top-level properties whose change replaces the resource, from the schema of ap-southeast-2."""
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("ap-southeast-2", resource_type).schema
    return frozenset(pointer.split("/")[2] for pointer in schema.get("createOnlyProperties", []))
