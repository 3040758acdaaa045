"""Exceptions of the ECS service: its tasks, their roles, and shells into them."""

from tradingbot_infra.compliance.exception import ComplianceException, below, off, on
from tradingbot_infra.compliance.ledger.acceptance import OWNER, TEST_DATA_ONLY, YEARLY_REVIEW
from tradingbot_infra.compliance.ledger.paths import SERVICE, TASK

ENTRIES = (
    ComplianceException(
        id="plain-coordinates",
        rules=("AwsSolutions-ECS2",),
        paths=(TASK,),
        mechanism="The container gets host names, ports and names in plain environment variables, and the public rule objects to any",
        consequence="None: no secret is among them",
        compensation="ecs.no_plain_secrets checks every name and value; every credential comes from Secrets Manager",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="registry-token",
        rules=("iam.no_full_service", "AwsSolutions-IAM5[Resource::*]"),
        paths=("ServiceStack/ExecutionRole/Policy/Resource",),
        mechanism="ecr:GetAuthorizationToken applies to a registry as a whole; AWS offers no narrower resource",
        consequence="The role can log in to the account's registry",
        compensation="It can pull from the one repository only",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="shell",
        rules=("iam.no_full_service", "AwsSolutions-IAM5[Resource::*]"),
        paths=("ServiceStack/TaskRole/Policy/Resource",),
        when=(on("enable_execute_command"), TEST_DATA_ONLY),
        mechanism="ECS Exec opens channels of Systems Manager, for which AWS offers no narrower resource than all",
        consequence="The task can open such channels in this account",
        compensation="No live keys are here",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="shell-without-a-record",
        rules=("ecs.exec_audited",),
        paths=(SERVICE,),
        when=(on("enable_execute_command"), TEST_DATA_ONLY),
        mechanism="ECS Exec opens shells without a log of what is typed",
        consequence="There is no record of what a developer did inside a container",
        compensation="No live keys are here; the account's trail records who opened the shell and when",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="writable-container",
        rules=("ecs.readonly_root",),
        paths=(TASK,),
        when=(on("enable_execute_command"), off("readonly_root_filesystem"), TEST_DATA_ONLY),
        mechanism="The agent of ECS Exec writes to the root filesystem",
        consequence="A program that gets in can change the container",
        compensation="No live keys are here; the container is discarded with its task",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="one-task",
        rules=("ecs.resilient",),
        paths=(SERVICE,),
        when=(below("min_tasks", 2), TEST_DATA_ONLY),
        mechanism="One task runs in office hours, and none at other times",
        consequence="The API is unavailable while the task is replaced",
        compensation="Nobody depends on it",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
)
