"""What GitHub's workflows may do: read everything but secrets' values and log lines, deploy, or push images.

compliance/access/delivery.py lists the same a second time. docs/delivery.md says which command needs what.
"""

from collections.abc import Iterator, Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from tradingbot_infra.design.names import Names

_LISTED = (
    "application-autoscaling:DescribeScalableTargets",
    "application-autoscaling:DescribeScalingActivities",
    "application-autoscaling:DescribeScheduledActions",
    "ce:GetCostAndUsage",
    "cloudformation:BatchDescribeTypeConfigurations",
    "cloudformation:DescribeStackDriftDetectionStatus",
    "cloudformation:ListStacks",
    "cloudwatch:GetMetricData",
    "cloudwatch:GetMetricStatistics",
    "ec2:DescribeAddresses",
    "ec2:DescribeAvailabilityZones",
    "ec2:DescribeFlowLogs",
    "ec2:DescribeInstances",
    "ec2:DescribeInternetGateways",
    "ec2:DescribeNatGateways",
    "ec2:DescribeNetworkAcls",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcEndpoints",
    "ec2:DescribeVpcs",
    "ecs:DescribeTaskDefinition",
    "ecs:ListTaskDefinitions",
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeLoadBalancerAttributes",
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeRules",
    "elasticloadbalancing:DescribeTargetGroupAttributes",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
    "freetier:GetAccountPlanState",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "servicequotas:GetAWSDefaultServiceQuota",
)
"""Reads for which AWS offers no narrower resource than `*` (Service Authorization Reference)."""

_LISTED_OF_ACCOUNT = (
    "access-analyzer:ListAnalyzers",
    "cloudtrail:DescribeTrails",
    "config:DescribeComplianceByConfigRule",
    "config:DescribeConfigRules",
    "config:DescribeConfigurationRecorderStatus",
    "config:DescribeConfigurationRecorders",
    "config:DescribeDeliveryChannelStatus",
    "config:DescribeDeliveryChannels",
    "ec2:DescribeRegions",
    "ec2:GetEbsEncryptionByDefault",
    "ec2:GetImageBlockPublicAccessState",
    "ec2:GetInstanceMetadataDefaults",
    "ec2:GetSnapshotBlockPublicAccessState",
    "guardduty:ListDetectors",
    "guardduty:ListFindings",
    "iam:GetAccountPasswordPolicy",
    "iam:GetAccountSummary",
    "iam:ListServerCertificates",
    "inspector2:BatchGetAccountStatus",
    "s3:GetAccountPublicAccessBlock",
    "xray:GetIndexingRules",
    "xray:GetTraceSegmentDestination",
)
"""The same of the account's controls. Recorders have ARNs, but are asked for without naming one."""

_PUSHED = (
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:CompleteLayerUpload",
    "ecr:DescribeImageScanFindings",
    "ecr:DescribeImages",
    "ecr:DescribeRepositories",
    "ecr:GetDownloadUrlForLayer",
    "ecr:GetLifecyclePolicy",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
)
"""What docker's push asks of a repository (ECR User Guide, "IAM permissions for pushing an image"), and what `image push` reads of it."""


class DeliveryPermissions:
    """Statements for one account. `environments` are the names of those that are deployed, `regions` those of the bootstrap stacks."""

    def __init__(self, stack: cdk.Stack, *, project: str, environments: Sequence[Names], regions: Sequence[str], qualifier: str) -> None:
        self._stack = stack
        self._project = project
        self._environments = environments
        self._regions = regions
        self._qualifier = qualifier

    def reads(self) -> list[iam.PolicyStatement]:
        """What `preflight`, `diff`, `verify`, `status`, `doctor`, `rollback --list`, `compliance live`, `cost --actual`, `cdk drift` ask.

        Of every environment of the project. No value of a secret, no line of a log, and nothing of a bucket.
        """
        ours = f"{self._project}-*"
        stacks = [self._arn("cloudformation", f"stack/{ours}/*", region=region) for region in self._regions]
        every_stack = [self._arn("cloudformation", "stack/*/*", region=region) for region in self._regions]
        return [
            _may(["*"], *_LISTED),
            # Without a name CloudFormation asks for all of them, and for ListStacks too (jogold/cloudstructs issue 215).
            _may(every_stack, "cloudformation:DescribeStacks"),
            _may(
                stacks,
                "cloudformation:DescribeStackEvents",
                "cloudformation:DescribeStackResourceDrifts",
                "cloudformation:DetectStackDrift",
                "cloudformation:DetectStackResourceDrift",
                "cloudformation:GetTemplate",
                "cloudformation:ListStackResources",
            ),
            *self._containers(ours),
            *self._data_stores(ours),
            *self._monitoring(ours),
            *self._access(ours),
            _may([self._arn("acm", "certificate/*")], "acm:DescribeCertificate"),
            _may([self._arn("wafv2", f"regional/webacl/{ours}/*")], "wafv2:GetLoggingConfiguration", "wafv2:GetWebACL"),
            _may([self._arn("servicequotas", "*/*")], "servicequotas:GetServiceQuota"),
            _may(self._bootstrap_versions(), "ssm:GetParameter"),
        ]

    def account_reads(self) -> list[iam.PolicyStatement]:
        """What the same verbs ask of the account's controls: whether each is on, and numbers of findings.

        Not what was found, who the users are, and how to reach the security contact.
        """
        ours = f"{self._project}-*"
        trail = self._arn("cloudtrail", f"trail/{ours}")
        support = f"arn:{self._stack.partition}:iam::aws:policy/AWSSupportAccess"
        return [
            _may(["*"], *_LISTED_OF_ACCOUNT),
            _may([trail], "cloudtrail:GetEventSelectors", "cloudtrail:GetInsightSelectors", "cloudtrail:GetTrailStatus"),
            _may([self._arn("guardduty", "detector/*")], "guardduty:GetDetector"),
            _may([self._arn("securityhub", "hub/default")], "securityhub:DescribeHub", "securityhub:GetEnabledStandards"),
            _may([self._arn("access-analyzer", f"analyzer/{ours}")], "access-analyzer:GetAnalyzer"),
            _may([self._arn("budgets", "budget/*", region="")], "budgets:ViewBudget"),
            _may([support], "iam:ListEntitiesForPolicy"),
        ]

    def deploys(self) -> list[iam.PolicyStatement]:
        """Beside the reads: the roles of the CDK's bootstrap, and what `deploy` and `rollback` write by themselves.

        The role of the bootstrap that publishes images is left out: no deployment builds one. `rollback` passes no role, because
        CloudFormation takes the stack's own (CloudFormation User Guide, "CloudFormation service role"), but has CloudFormation look
        up the parameter of the bootstrap. Marks of `deploy` are tags of an image, and it takes one back where the image did not run.
        """
        services = [self._arn("cloudformation", f"stack/{names.stack('service')}/*") for names in self._environments]
        return [
            _may([*self._bootstrap_roles()], "sts:AssumeRole"),
            _may(services, "cloudformation:UpdateStack"),
            _may(self._bootstrap_versions(), "ssm:GetParameters"),
            _may(self._repositories(), "ecr:BatchDeleteImage", "ecr:PutImage"),
        ]

    def pushes(self) -> list[iam.PolicyStatement]:
        """What `image push` and docker need; the service is read to warn of an image that expires."""
        services = [self._arn("ecs", f"service/{names.cluster}/{names.service}") for names in self._environments]
        return [
            # Neither action supports a narrower resource.
            _may(["*"], "ecr:GetAuthorizationToken", "ecs:DescribeTaskDefinition"),
            _may(self._repositories(), *_PUSHED),
            _may(services, "ecs:DescribeServices"),
        ]

    def _containers(self, ours: str) -> Iterator[iam.PolicyStatement]:
        cluster = self._arn("ecs", f"cluster/{ours}")
        yield _may([self._arn("ecs", f"service/{ours}/*")], "ecs:DescribeServices", "ecs:ListServiceDeployments")
        both = [self._arn("ecs", f"service/{ours}/*"), self._arn("ecs", f"service-deployment/{ours}/*/*")]
        yield _may(both, "ecs:DescribeServiceDeployments")
        yield _may([self._arn("ecs", f"task/{ours}/*")], "ecs:DescribeTasks")
        # Tasks are listed by container instance, which tasks on Fargate have none of.
        yield iam.PolicyStatement(actions=["ecs:ListTasks"], resources=["*"], conditions={"ArnLike": {"ecs:cluster": cluster}})
        yield _may(
            [self._arn("ecr", f"repository/{ours}")],
            "ecr:BatchGetImage",
            "ecr:DescribeImageScanFindings",
            "ecr:DescribeImages",
            "ecr:DescribeRepositories",
            "ecr:GetDownloadUrlForLayer",
            "ecr:GetLifecyclePolicy",
            "ecr:GetRepositoryPolicy",
        )

    def _data_stores(self, ours: str) -> Iterator[iam.PolicyStatement]:
        # Every instance of the account: `preflight` counts them against the quota.
        yield _may([self._arn("rds", "db:*")], "rds:DescribeDBInstances")
        yield _may([self._arn("rds", f"pg:{ours}")], "rds:DescribeDBParameters")
        yield _may([self._arn("elasticache", f"replicationgroup:{ours}")], "elasticache:DescribeReplicationGroups")
        yield _may([self._arn("elasticache", f"cluster:{ours}")], "elasticache:DescribeCacheClusters")
        yield _may([self._arn("elasticache", f"subnetgroup:{ours}")], "elasticache:DescribeCacheSubnetGroups")

    def _monitoring(self, ours: str) -> Iterator[iam.PolicyStatement]:
        # Alarms and rules are asked for by the beginning of their names, which is asked for all of them.
        yield _may([self._arn("cloudwatch", "alarm:*")], "cloudwatch:DescribeAlarms")
        yield _may([self._arn("cloudwatch", "alarm-mute-rule:*")], "cloudwatch:GetAlarmMuteRule", "cloudwatch:ListAlarmMuteRules")
        yield _may([self._arn("cloudwatch", f"dashboard/{ours}", region="")], "cloudwatch:GetDashboard")
        yield _may([self._arn("sns", ours)], "sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic")
        yield _may([self._arn("logs", "log-group:*:*")], "logs:DescribeSubscriptionFilters")

    def _access(self, ours: str) -> Iterator[iam.PolicyStatement]:
        """Roles, keys and secrets, without their values. The ids of keys are AWS's, and so is the name of RDS's own secret."""
        role = self._arn("iam", f"role/{ours}", region="")
        yield _may([role, self._arn("iam", "role/aws-service-role/*", region="")], "iam:GetRole")
        yield _may([role], "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies", "iam:SimulatePrincipalPolicy")
        yield _may([self._arn("iam", f"policy/{ours}", region="")], "iam:GetPolicy", "iam:GetPolicyVersion")
        yield _may([self._arn("kms", "key/*")], "kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus")
        secrets = [self._arn("secretsmanager", f"secret:{name}") for name in (f"{self._project}/*", "rds!db-*")]
        yield _may(secrets, "secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy", "secretsmanager:ListSecretVersionIds")

    def _repositories(self) -> list[str]:
        return [self._arn("ecr", f"repository/{names.repository}") for names in self._environments]

    def _bootstrap_roles(self) -> Iterator[str]:
        for region in self._regions:
            for kind in ("deploy", "file-publishing", "lookup"):
                yield self._arn("iam", f"role/cdk-{self._qualifier}-{kind}-role-{self._stack.account}-{region}", region="")

    def _bootstrap_versions(self) -> list[str]:
        return [self._arn("ssm", f"parameter/cdk-bootstrap/{self._qualifier}/version", region=region) for region in self._regions]

    def _arn(self, service: str, rest: str, *, region: str | None = None) -> str:
        """An ARN in the stack's region, or in another; empty for a service without regions."""
        where = self._stack.region if region is None else region
        return f"arn:{self._stack.partition}:{service}:{where}:{self._stack.account}:{rest}"


def _may(resources: Sequence[str], *actions: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=list(actions), resources=list(resources))
