"""Exceptions of the roles that GitHub's workflows assume."""

from tradingbot_infra.compliance.exception import ComplianceException, equal, given, on
from tradingbot_infra.compliance.ledger.acceptance import NEXT_REVIEW, OWNER, YEARLY_REVIEW

_CONNECTED = (given("github_repository"), on("account_stacks"))
"""The settings with which there is DeliveryStack."""


def _wildcard(service: str, rest: str, *, region: str = "{region}") -> str:
    return f"AwsSolutions-IAM5[Resource::arn:aws:{service}:{region}:<AWS::AccountId>:{rest}]"


ENTRIES = (
    ComplianceException(
        id="github-deploys",
        rules=("access.boundaries", _wildcard("cloudformation", "stack/{project}-{delivered}-service/*")),
        paths=("DeliveryStack/DeployRole/Policy/Resource",),
        when=_CONNECTED,
        mechanism="Whoever deploys assumes the roles of the CDK's bootstrap, and CloudFormation chooses the ids of stacks",
        consequence="Code on the branch that deploys can change whatever CloudFormation's role can, in every environment of this account",
        compensation="Only jobs on that branch, in GitHub's environments of the settings, get the role (iam.trust); it assumes three roles "
        "by name, and neither the one of CloudFormation nor the one that publishes images",
        owner=OWNER,
        review=NEXT_REVIEW,
    ),
    ComplianceException(
        id="github-registry-token",
        rules=("iam.no_full_service", "AwsSolutions-IAM5[Resource::*]"),
        paths=("DeliveryStack/ImageRole/Policy/Resource",),
        when=_CONNECTED,
        mechanism="ecr:GetAuthorizationToken and ecs:DescribeTaskDefinition apply to an account; AWS offers no narrower resource",
        consequence="The role reads task definitions of whatever else is in this account",
        compensation="The token alone allows nothing: pushing is allowed for the repositories of the environments only",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="github-reads",
        rules=(
            "iam.no_full_service",
            "AwsSolutions-IAM5[Resource::*]",
            _wildcard("acm", "certificate/*"),
            _wildcard("cloudformation", "stack/*/*", region="{stack_region}"),
            _wildcard("cloudformation", "stack/{project}-*/*", region="{stack_region}"),
            _wildcard("cloudwatch", "alarm-mute-rule:*"),
            _wildcard("cloudwatch", "alarm:*"),
            _wildcard("cloudwatch", "dashboard/{project}-*", region=""),
            _wildcard("ecr", "repository/{project}-*"),
            _wildcard("ecs", "service/{project}-*/*"),
            _wildcard("ecs", "service-deployment/{project}-*/*/*"),
            _wildcard("ecs", "task/{project}-*/*"),
            _wildcard("elasticache", "cluster:{project}-*"),
            _wildcard("elasticache", "replicationgroup:{project}-*"),
            _wildcard("elasticache", "subnetgroup:{project}-*"),
            _wildcard("iam", "policy/{project}-*", region=""),
            _wildcard("iam", "role/aws-service-role/*", region=""),
            _wildcard("iam", "role/{project}-*", region=""),
            _wildcard("kms", "key/*"),
            _wildcard("logs", "log-group:*:*"),
            _wildcard("rds", "db:*"),
            _wildcard("rds", "pg:{project}-*"),
            _wildcard("secretsmanager", "secret:rds!db-*"),
            _wildcard("secretsmanager", "secret:{project}/*"),
            _wildcard("servicequotas", "*/*"),
            _wildcard("sns", "{project}-*"),
            _wildcard("wafv2", "regional/webacl/{project}-*/*"),
        ),
        paths=("DeliveryStack/Reads/Resource",),
        when=_CONNECTED,
        mechanism="AWS offers nothing narrower for lists and quotas, and chooses the ids of keys, certificates and tasks; what is the "
        "project's own is matched by the beginning of its name, in every environment",
        consequence="Workflows see names and settings of what else is in this account, and what it costs",
        compensation="They read no value of a secret, no line of a log and no object, and write nothing; actions are listed one by one",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="github-reads-of-account",
        rules=(
            "iam.no_full_service",
            "AwsSolutions-IAM5[Resource::*]",
            _wildcard("access-analyzer", "analyzer/{project}-*"),
            _wildcard("budgets", "budget/*", region=""),
            _wildcard("cloudtrail", "trail/{project}-*"),
            _wildcard("guardduty", "detector/*"),
        ),
        paths=("DeliveryStack/AccountReads/Resource",),
        when=(*_CONNECTED, equal("account_security", "ours")),
        mechanism="AWS offers nothing narrower for lists and for settings of the account, and chooses the ids of detectors and the names "
        "of budgets",
        consequence="Workflows see which controls the account has, how many findings GuardDuty has, and what the account spends",
        compensation="They read no finding, no credential report and no contact, and write nothing; actions are listed one by one",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
)
