"""AWS WAF web ACL of the load balancer: rate limit and AWS managed rule groups; every request is logged."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from tradingbot_infra.design.web_acl_rules import RATE_LIMIT, RULE_GROUPS, RuleGroup

_RATE_WINDOW_SECONDS = 300

_SECRET_HEADERS = ("authorization", "cookie")
"""Headers that carry tokens. A webhook's sender may put its secret into the query string as well."""


class WebAcl(Construct):
    """A regional web ACL that allows what no rule blocks. Rules named in `counted_rules` count requests instead of blocking them.

    Redaction alone takes secrets out of the log only; the web ACL's data protection takes them out of samples and match details too
    (AWS WAF API Reference, LoggingConfiguration).
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        rate_limit: int,
        counted_rules: Sequence[str],
        load_balancer: elbv2.IApplicationLoadBalancer,
        log_group: logs.ILogGroup,
    ) -> None:
        super().__init__(scope, construct_id)
        acl = wafv2.CfnWebACL(
            self,
            "Acl",
            name=name,
            scope="REGIONAL",
            default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
            # CloudWatch's WebACL dimension holds the metric name, so name and metric name are the same.
            visibility_config=_visible_as(name),
            rules=[
                _rate_limit(rate_limit),
                *(_managed(group, priority, counted_rules) for priority, group in enumerate(RULE_GROUPS, start=1)),
            ],
            data_protection_config=wafv2.CfnWebACL.DataProtectionConfigProperty(
                data_protections=[_substituted("SINGLE_HEADER", list(_SECRET_HEADERS)), _substituted("QUERY_STRING", None)]
            ),
        )
        wafv2.CfnWebACLAssociation(self, "LoadBalancer", resource_arn=load_balancer.load_balancer_arn, web_acl_arn=acl.attr_arn)
        self._log(acl, log_group)

    def _log(self, acl: wafv2.CfnWebACL, log_group: logs.ILogGroup) -> None:
        stack = cdk.Stack.of(self)
        delivery = logs.ResourcePolicy(
            self,
            "LogDelivery",
            resource_policy_name=f"{stack.stack_name}-web-acl-log",
            policy_statements=[
                # AWS WAF would add this statement itself, to a policy that no stack owns.
                iam.PolicyStatement(
                    sid="WafDeliversLogs",
                    principals=[iam.ServicePrincipal("delivery.logs.amazonaws.com")],
                    actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                    resources=[log_group.log_group_arn],
                    conditions={
                        "StringEquals": {"aws:SourceAccount": stack.account},
                        "ArnLike": {
                            "aws:SourceArn": stack.format_arn(service="logs", resource="*", arn_format=cdk.ArnFormat.NO_RESOURCE_NAME)
                        },
                    },
                )
            ],
        )
        logging = wafv2.CfnLoggingConfiguration(
            self,
            "Logging",
            resource_arn=acl.attr_arn,
            # Without the ":*" that a log group's own attribute ends with.
            log_destination_configs=[
                stack.format_arn(
                    service="logs",
                    resource="log-group",
                    resource_name=log_group.log_group_name,
                    arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
                )
            ],
            redacted_fields=[
                *(wafv2.CfnLoggingConfiguration.FieldToMatchProperty(single_header={"Name": header}) for header in _SECRET_HEADERS),
                wafv2.CfnLoggingConfiguration.FieldToMatchProperty(query_string={}),
            ],
        )
        logging.node.add_dependency(delivery)


def _visible_as(name: str) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    return wafv2.CfnWebACL.VisibilityConfigProperty(cloud_watch_metrics_enabled=True, sampled_requests_enabled=True, metric_name=name)


def _rate_limit(limit: int) -> wafv2.CfnWebACL.RuleProperty:
    return wafv2.CfnWebACL.RuleProperty(
        name=RATE_LIMIT,
        priority=0,
        action=wafv2.CfnWebACL.RuleActionProperty(block={}),
        statement=wafv2.CfnWebACL.StatementProperty(
            rate_based_statement=wafv2.CfnWebACL.RateBasedStatementProperty(
                aggregate_key_type="IP", limit=limit, evaluation_window_sec=_RATE_WINDOW_SECONDS
            )
        ),
        visibility_config=_visible_as(RATE_LIMIT),
    )


def _managed(group: RuleGroup, priority: int, counted_rules: Sequence[str]) -> wafv2.CfnWebACL.RuleProperty:
    counted = [_counted(rule) for rule in counted_rules if rule in group.rules]
    return wafv2.CfnWebACL.RuleProperty(
        name=group.name,
        priority=priority,
        override_action=wafv2.CfnWebACL.OverrideActionProperty(none={}),
        statement=wafv2.CfnWebACL.StatementProperty(
            managed_rule_group_statement=wafv2.CfnWebACL.ManagedRuleGroupStatementProperty(
                vendor_name="AWS", name=group.name, rule_action_overrides=counted or None
            )
        ),
        visibility_config=_visible_as(group.name),
    )


def _counted(rule: str) -> wafv2.CfnWebACL.RuleActionOverrideProperty:
    return wafv2.CfnWebACL.RuleActionOverrideProperty(name=rule, action_to_use=wafv2.CfnWebACL.RuleActionProperty(count={}))


def _substituted(field_type: str, keys: list[str] | None) -> wafv2.CfnWebACL.DataProtectProperty:
    return wafv2.CfnWebACL.DataProtectProperty(
        field=wafv2.CfnWebACL.FieldToProtectProperty(field_type=field_type, field_keys=keys), action="SUBSTITUTION"
    )
