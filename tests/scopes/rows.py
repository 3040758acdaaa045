"""The rows of the test application's stacks. A real stack needs a row in design/stacks.py and its own file, and so does each of these."""

from tradingbot_infra.design.stacks import StackRow, StackScope

ROWS = (
    StackRow(id="AuditStack", part="audit", scope=StackScope.ACCOUNT, module="tests.scopes.audit_stack"),
    StackRow(id="EdgeStack", part="edge", scope=StackScope.ENVIRONMENT, region="us-east-1", module="tests.scopes.edge_stack"),
    StackRow(
        id="RecoveryStack", part="recovery", scope=StackScope.ENVIRONMENT, region="ap-southeast-4", module="tests.scopes.recovery_stack"
    ),
)
