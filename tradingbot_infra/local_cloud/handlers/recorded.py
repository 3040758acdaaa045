"""Types whose service ministack lacks: they get an id of the shape AWS gives, and nothing else.

`limits.RECORDED_ONLY` names them for people.
"""

import uuid
from collections.abc import Callable, Mapping

from tradingbot_infra.local_cloud.handlers.resource import Attributes, Created, Properties, Resource

_PhysicalId = Callable[[str, Properties, str], str]


def _query_definition_id(_logical_id: str, _properties: Properties, _stack_name: str) -> str:
    return str(uuid.uuid4())


def _event_subscription_name(logical_id: str, properties: Properties, stack_name: str) -> str:
    generated = f"{stack_name}-{logical_id}-{uuid.uuid4().hex[:12]}".lower()
    return str(properties.get("SubscriptionName", generated))


def _protected_web_acl(_logical_id: str, properties: Properties, _stack_name: str) -> str:
    return str(properties["ResourceArn"])


def _recorded(physical_id: _PhysicalId, attributes: Callable[[str], Attributes], *, in_place: frozenset[str]) -> Resource:
    """A handler that makes nothing: a new id at first and whenever AWS would replace the resource."""

    def create(logical_id: str, properties: Properties, stack_name: str) -> Created:
        made = physical_id(logical_id, properties, stack_name)
        return made, attributes(made)

    def change(made: str, _old: Properties, _new: Properties) -> Created:
        return made, attributes(made)

    def delete(_physical_id: str, _properties: Properties) -> None:
        """Nothing was made."""

    return Resource(create=create, change=change, in_place=in_place, delete=delete)


RESOURCES: Mapping[str, Resource] = {
    "AWS::Logs::QueryDefinition": _recorded(
        _query_definition_id,
        lambda made: {"QueryDefinitionId": made},
        in_place=frozenset({"Name", "QueryString", "LogGroupNames", "QueryLanguage", "Parameters"}),
    ),
    "AWS::RDS::EventSubscription": _recorded(
        _event_subscription_name,
        lambda _made: {},
        in_place=frozenset({"Enabled", "EventCategories", "SnsTopicArn", "SourceIds", "SourceType", "Tags"}),
    ),
    "AWS::WAFv2::LoggingConfiguration": _recorded(
        _protected_web_acl,
        lambda _made: {"ManagedByFirewallManager": False},
        in_place=frozenset({"LogDestinationConfigs", "LoggingFilter", "RedactedFields"}),
    ),
}
"""All of them are in `limits.RECORDED_ONLY`."""
