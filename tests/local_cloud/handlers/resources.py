"""Creates, updates and deletes resources as a stack would, in ministack's services in this process."""

from typing import Any

from tradingbot_infra.local_cloud.handlers import RESOURCES

STACK = "lab"
TAGS = [{"Key": "Project", "Value": "tradingbot"}, {"Key": "Owner", "Value": "ops"}]
NEW_TAGS = [{"Key": "Project", "Value": "renamed"}]


def create(resource_type: str, properties: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    created: tuple[str, dict[str, Any]] = RESOURCES[resource_type].handler()["create"]("Logical", properties, STACK)
    return created


def update(resource_type: str, physical_id: str, old: dict[str, Any], new: dict[str, Any]) -> str:
    updated: tuple[str, dict[str, Any]] = RESOURCES[resource_type].handler()["update"](physical_id, old, new, STACK, "Logical")
    return updated[0]


def delete(resource_type: str, physical_id: str, properties: dict[str, Any]) -> None:
    RESOURCES[resource_type].handler()["delete"](physical_id, properties)


def tags_of(described: dict[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in described.get("Tags", [])}
