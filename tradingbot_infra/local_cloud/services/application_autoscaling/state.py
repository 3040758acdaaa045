"""What Application Auto Scaling stores, by account and region, and how its resources are named."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack.scopes import by_account_and_region

NAMESPACE = "ecs"
DIMENSION = "ecs:service:DesiredCount"

targets: Any = by_account_and_region()
"""Resource id -> its scalable target, as DescribeScalableTargets shows it."""
policies: Any = by_account_and_region()
"""(Resource id, policy name) -> the policy, as DescribeScalingPolicies shows it."""
scheduled_actions: Any = by_account_and_region()
"""(Resource id, action name) -> the action, as DescribeScheduledActions shows it."""
activities: Any = by_account_and_region()
"""Resource id -> its scaling activities, newest first, as DescribeScalingActivities shows them."""

_RESOURCE_ID = re.compile(r"service/(?P<cluster>[^/]+)/(?P<service>[^/]+)")
_PAGE = 50


@dataclass(frozen=True)
class EcsService:
    """An ECS service that is scaled."""

    cluster: str
    name: str

    @property
    def resource_id(self) -> str:
        """Its name in this API."""
        return f"service/{self.cluster}/{self.name}"

    @property
    def dimension(self) -> dict[str, str]:
        """The three fields that identify what is scaled."""
        return {"ServiceNamespace": NAMESPACE, "ResourceId": self.resource_id, "ScalableDimension": DIMENSION}

    def __str__(self) -> str:
        return f"service namespace: {NAMESPACE}, resource ID: {self.resource_id}, scalable dimension: {DIMENSION}"


def ecs_service(parameters: Mapping[str, Any]) -> EcsService:
    """The service that a call names.

    Raises:
        LocalApiError: ValidationException, when it is anything but the desired count of an ECS service.
    """
    check_namespace(parameters)
    named = _RESOURCE_ID.fullmatch(parameters["ResourceId"])
    if named is None or parameters["ScalableDimension"] != DIMENSION:
        raise invalid("Unsupported service namespace, resource type or scalable dimension")
    return EcsService(named["cluster"], named["service"])


def check_namespace(parameters: Mapping[str, Any]) -> None:
    """Refuses services other than ECS, which the local cloud does not scale."""
    if parameters["ServiceNamespace"] != NAMESPACE:
        raise invalid(f"The local cloud scales ECS services only, not the service namespace {parameters['ServiceNamespace']}")


def selected(items: Iterable[dict[str, Any]], parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The items with the resource and dimension of a Describe call."""
    check_namespace(parameters)
    resource, dimension = parameters.get("ResourceId"), parameters.get("ScalableDimension")
    return [item for item in items if resource in (None, item["ResourceId"]) and dimension in (None, item["ScalableDimension"])]


def described(member: str, items: Iterable[dict[str, Any]], name: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of a Describe call whose items are selected and sorted by the field `name`; parameter `name`s lists several."""
    wanted = parameters.get(f"{name}s")
    found = [item for item in selected(items, parameters) if not wanted or item[name] in wanted]
    return page(member, sorted(found, key=lambda item: str(item[name])), parameters)


def deleted(stored: Any, name: str, kind: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of a Delete call, which removes the item with the resource and the name of the call.

    Raises:
        LocalApiError: ObjectNotFoundException.
    """
    service = ecs_service(parameters)
    if stored.pop((service.resource_id, parameters[name]), None) is None:
        raise not_found(f"No {kind} found for {service}, {kind.removeprefix('scaling ')} name: {parameters[name]}")
    return {}


def page(member: str, items: list[dict[str, Any]], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of a Describe call: at most `MaxResults` items, and the token of the next page.

    Raises:
        LocalApiError: InvalidNextTokenException.
    """
    token, size = parameters.get("NextToken", "0"), parameters.get("MaxResults", _PAGE)
    if not 1 <= size <= _PAGE:
        raise invalid(f"MaxResults must be from 1 to {_PAGE}")
    if not token.isdecimal() or int(token) > len(items):
        raise LocalApiError("InvalidNextTokenException", "The next token is not valid")
    end = int(token) + size
    more = {"NextToken": str(end)} if end < len(items) else {}
    return {member: items[int(token) : end], **more}


def invalid(message: str) -> LocalApiError:
    """AWS's answer to parameters that are not valid."""
    return LocalApiError("ValidationException", message)


def not_found(message: str) -> LocalApiError:
    """AWS's answer to a target, policy or action that does not exist."""
    return LocalApiError("ObjectNotFoundException", message)


def require_target(service: EcsService) -> None:
    """Refuses policies and scheduled actions of a service without a scalable target."""
    if service.resource_id not in targets:
        raise not_found(f"No scalable target registered for {service}")


def check_bounds(bounds: Mapping[str, Any]) -> None:
    """Refuses a negative capacity and a minimum above the maximum; either may be missing."""
    smallest, largest = bounds.get("MinCapacity"), bounds.get("MaxCapacity")
    if any(value is not None and value < 0 for value in (smallest, largest)):
        raise invalid("Capacities must not be negative")
    if smallest is not None and largest is not None and smallest > largest:
        raise invalid("Maximum capacity cannot be less than minimum capacity")
