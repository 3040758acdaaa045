"""Values of JSON by botocore's shapes: with the names that members have on the wire, and moments as numbers or text."""

from datetime import UTC, datetime
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape


def read(shape: Shape, value: Any) -> Any:
    """What the JSON value means: datetimes for moments, boto3's names for members; unknown members are left out."""
    if isinstance(shape, StructureShape) and not shape.is_document_type:
        return {name: read(member, value[wire]) for name, member, wire in _members(shape) if value.get(wire) is not None}
    if isinstance(shape, ListShape):
        return [read(shape.member, item) for item in value]
    if isinstance(shape, MapShape):
        return {key: read(shape.value, item) for key, item in value.items()}
    return _moment(value) if shape.type_name == "timestamp" else value


def write(shape: Shape, value: Any) -> Any:
    """The JSON value of what boto3 would return."""
    if isinstance(shape, StructureShape) and not shape.is_document_type:
        return {wire: write(member, value[name]) for name, member, wire in _members(shape) if value.get(name) is not None}
    if isinstance(shape, ListShape):
        return [write(shape.member, item) for item in value]
    if isinstance(shape, MapShape):
        return {key: write(shape.value, item) for key, item in value.items()}
    return _written(shape, value) if isinstance(value, datetime) else value


def _members(shape: StructureShape) -> list[tuple[str, Shape, str]]:
    """Name in boto3, shape, and name on the wire of each member."""
    return [(name, member, str(member.serialization.get("name", name))) for name, member in shape.members.items()]


def _moment(value: Any) -> datetime:
    """Moments are seconds, or text where the shape says so. Both are read, as botocore does."""
    return datetime.fromisoformat(value) if isinstance(value, str) else datetime.fromtimestamp(float(value), UTC)


def _written(shape: Shape, moment: datetime) -> float | str:
    if shape.serialization.get("timestampFormat") == "iso8601":
        return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return moment.timestamp()
