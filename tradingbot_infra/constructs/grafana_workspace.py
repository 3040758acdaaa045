"""A workspace of Amazon Managed Grafana, for teams that have IAM Identity Center."""

import aws_cdk as cdk
from aws_cdk import aws_grafana as grafana
from aws_cdk import aws_iam as iam
from constructs import Construct

from tradingbot_infra.constructs.service_role import ServiceRole
from tradingbot_infra.design.dashboards.workspace import GRAFANA_VERSION, METRIC_ACTIONS, TRACE_ACTIONS


class GrafanaWorkspace(Construct):
    """Grafana reads metrics and traces of this account, and nothing else: no log, no data.

    Dashboards come by `dashboards push`. People sign in by IAM Identity Center, where somebody assigns them.
    """

    def __init__(self, scope: Construct, construct_id: str, *, name: str) -> None:
        super().__init__(scope, construct_id)
        stack = cdk.Stack.of(self)
        role = ServiceRole(
            self,
            "Role",
            service="grafana.amazonaws.com",
            description="Grafana reads metrics and traces",
            from_this_account=True,
            # Its ARN has an id that exists only after the role.
            source_arn=None,
            statements=[
                # These have no resource-level permissions (Service Authorization Reference, "Amazon CloudWatch" and "AWS X-Ray").
                iam.PolicyStatement(
                    actions=[*METRIC_ACTIONS, *TRACE_ACTIONS],
                    resources=["*"],
                    conditions={"StringEquals": {"aws:RequestedRegion": stack.region}},
                )
            ],
        )
        grafana.CfnWorkspace(
            self,
            "Workspace",
            name=name,
            description="Dashboards of the trading bot",
            account_access_type="CURRENT_ACCOUNT",
            authentication_providers=["AWS_SSO"],
            permission_type="CUSTOMER_MANAGED",
            grafana_version=GRAFANA_VERSION,
            # The data source of CloudWatch's PromQL is a plugin that an administrator of the workspace installs.
            plugin_admin_enabled=True,
            role_arn=role.granted.role_arn,
        )
