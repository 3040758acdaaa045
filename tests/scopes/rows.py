"""The rows of the test application's stacks. A real stack needs a row in design/stacks.py and its own file, and so does each of these."""

from tradingbot_infra.compliance.allowed.row import matching, refers_to
from tradingbot_infra.design.stacks import StackRow, StackScope

ROWS = (
    StackRow(id="AuditStack", part="audit", scope=StackScope.ACCOUNT, module="tests.scopes.audit_stack"),
    StackRow(id="EdgeStack", part="edge", scope=StackScope.ENVIRONMENT, region="us-east-1", module="tests.scopes.edge_stack"),
    StackRow(
        id="RecoveryStack", part="recovery", scope=StackScope.ENVIRONMENT, region="ap-southeast-4", module="tests.scopes.recovery_stack"
    ),
)

OUTPUTS = {
    "AuditStack": {"AuditLogName": matching("AuditLogName", r"/audit/tradingbot-ai-account", "the log group of the account")},
    "EdgeStack": {"VpcAtHome": refers_to("VpcAtHome", "AWS::EC2::VPC")},
    "RecoveryStack": {"RecoveryLogName": matching("RecoveryLogName", r"/recovery/tradingbot-ai-[a-z-]+", "the log group in Melbourne")},
}
"""What they may give out, as compliance/allowed/outputs.py says it of the design's own."""
