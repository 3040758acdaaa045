"""A function that sets what CloudFormation has no type for, and a custom resource for each setting."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_logs as logs
from constructs import Construct

from tradingbot_infra.constructs.account_defaults_permissions import statements
from tradingbot_infra.constructs.inline_function import inline_function
from tradingbot_infra.design.account_defaults import DEFAULTS


class AccountDefaults(Construct):
    """`settings` has the properties of each custom resource by its type. The function's role may do what these need, and no more. `after`
    has, by type, what must be there before.

    A function in the stack rather than a verb of the command line: so `cdk deploy` sets it too, whoever runs it, CloudFormation says what
    failed, and no person needs these permissions. A deletion leaves what was set.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Mapping[str, Mapping[str, object]],
        regions: list[str],
        log_group: logs.ILogGroup,
        after: Mapping[str, Construct],
    ) -> None:
        super().__init__(scope, construct_id)
        stack = cdk.Stack.of(self)
        function = inline_function(
            self,
            DEFAULTS,
            source=DEFAULTS.source(),
            statements=[each for kind in settings for each in statements(stack, kind, regions)],
            log_group=log_group,
        )
        for kind, properties in settings.items():
            resource = cdk.CustomResource(
                self,
                kind.partition("::")[2],
                resource_type=kind,
                service_token=function.attr_arn,
                # As long as the function itself, and some for CloudFormation's own part.
                service_timeout=cdk.Duration.seconds(DEFAULTS.timeout_seconds + 60),
                properties=dict(properties),
            )
            if kind in after:
                resource.node.add_dependency(after[kind])
