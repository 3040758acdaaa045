"""What decides the path of a packet through a VPC, flow logs, filters of Describe calls, and what holds for a whole account."""

from collections.abc import Mapping

from tradingbot_infra.local_cloud.services.ec2 import (
    account_defaults,
    endpoints,
    flow_logs,
    nat_gateways,
    network_acls,
    routes,
    security_groups,
)
from tradingbot_infra.local_cloud.services.ec2.filters import FILTERS, with_filters
from tradingbot_infra.local_cloud.services.operation import Operation

_COMPLETED: Mapping[str, Operation] = {
    **account_defaults.OPERATIONS,
    **flow_logs.OPERATIONS,
    "AuthorizeSecurityGroupEgress": security_groups.EGRESS.authorize,
    "AuthorizeSecurityGroupIngress": security_groups.INGRESS.authorize,
    "CreateNetworkAclEntry": network_acls.create_entry,
    "CreateRoute": routes.create,
    "CreateVpcEndpoint": endpoints.create,
    "DeleteNetworkAclEntry": network_acls.delete_entry,
    "DeleteRoute": routes.delete,
    "DescribeNatGateways": nat_gateways.describe,
    "DescribeNetworkAcls": network_acls.describe,
    "DescribeRouteTables": routes.describe,
    "DescribeSecurityGroupRules": security_groups.describe_rules,
    "DescribeVpcEndpoints": endpoints.describe,
    "ReplaceNetworkAclAssociation": network_acls.replace_association,
    "ReplaceNetworkAclEntry": network_acls.replace_entry,
    "ReplaceRoute": routes.replace,
    "RevokeSecurityGroupEgress": security_groups.EGRESS.revoke,
    "RevokeSecurityGroupIngress": security_groups.INGRESS.revoke,
}

OPERATIONS: Mapping[str, Operation] = {**_COMPLETED, **{name: with_filters(name, _COMPLETED.get(name)) for name in FILTERS}}
