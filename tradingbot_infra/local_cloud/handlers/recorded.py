"""Types of services that ministack does not have: their resources get an id of AWS's form, and nothing else happens.

`limits.RECORDED_ONLY` describes them for people.
"""

import uuid
from collections.abc import Callable, Mapping

from tradingbot_infra.design.dashboards.workspace import GRAFANA_VERSION
from tradingbot_infra.local_cloud.handlers.resource import Attributes, Created, Properties, Resource
from tradingbot_infra.local_cloud.ministack import scopes


def _recorded(physical_id: Callable[[Properties, str], str], attributes: Callable[[str], Attributes], *in_place: str) -> Resource:
    """A handler that creates nothing: a new id at first, and whenever AWS would replace the resource."""

    def create(properties: Properties, name: str) -> Created:
        created = physical_id(properties, name)
        return created, attributes(created)

    return Resource(
        create=create,
        change=lambda created, _old, _new: (created, attributes(created)),
        in_place=frozenset(in_place),
        delete=lambda _created, _properties: None,
    )


def _workspace(identifier: str) -> Attributes:
    """Of a Grafana that does not run: its address leads nowhere."""
    _, region = scopes.current()
    return {
        "Id": identifier,
        "Endpoint": f"{identifier}.grafana-workspace.{region}.amazonaws.com",
        "GrafanaVersion": GRAFANA_VERSION,
        "Status": "ACTIVE",
        "SamlConfigurationStatus": "NOT_CONFIGURED",
        "SsoClientId": "",
    }


RESOURCES: Mapping[str, Resource] = {
    "AWS::Chatbot::SlackChannelConfiguration": _recorded(
        lambda properties, _name: scopes.arn(
            "chatbot", f"chat-configuration/slack-channel/{properties['ConfigurationName']}", regional=False
        ),
        lambda created: {"Arn": created},
        *("CustomizationResourceArns", "GuardrailPolicies", "IamRoleArn", "LoggingLevel", "SlackChannelId", "SnsTopicArns", "Tags"),
        "UserRoleRequired",
    ),
    "AWS::Grafana::Workspace": _recorded(
        lambda _properties, _name: f"g-{uuid.uuid4().hex[:10]}",
        _workspace,
        *("AuthenticationProviders", "DataSources", "Description", "GrafanaVersion", "Name", "NetworkAccessControl"),
        *("NotificationDestinations", "OrganizationalUnits", "OrganizationRoleName", "PermissionType", "PluginAdminEnabled", "RoleArn"),
        *("SamlConfiguration", "StackSetName", "VpcConfiguration"),
    ),
    "AWS::Logs::QueryDefinition": _recorded(
        lambda _properties, _name: str(uuid.uuid4()),
        lambda created: {"QueryDefinitionId": created},
        *("Name", "QueryString", "LogGroupNames", "QueryLanguage", "Parameters"),
    ),
    "AWS::RDS::EventSubscription": _recorded(
        lambda properties, name: str(properties.get("SubscriptionName", name.lower())),
        lambda _created: {},
        *("Enabled", "EventCategories", "SnsTopicArn", "SourceIds", "SourceType", "Tags"),
    ),
    "AWS::WAFv2::LoggingConfiguration": _recorded(
        lambda properties, _name: str(properties["ResourceArn"]),
        lambda _created: {"ManagedByFirewallManager": False},
        *("LogDestinationConfigs", "LoggingFilter", "RedactedFields"),
    ),
}
"""All of them are in `limits.RECORDED_ONLY`."""
