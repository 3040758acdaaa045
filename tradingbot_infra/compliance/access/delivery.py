"""Who may do what in DeliveryStack: workflows of GitHub, and nobody else."""

from collections.abc import Iterator, Sequence

from tradingbot_infra.compliance.access.delivery_account import of_account
from tradingbot_infra.compliance.access.row import ACCOUNT, Attachment, Document, Entry, Listed, may
from tradingbot_infra.compliance.reading.github_trust import ASSUME, of_images, tokens
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.names import Names

_STACK = "DeliveryStack"
_READS = f"<{_STACK}/Reads>"
_PROVIDER = f"<{_STACK}/GitHub/Provider>"
_QUALIFIER = "hnb659fds"
"""Of the CDK's bootstrap stack, where no other is chosen (CDK Developer Guide, "Customize AWS CDK bootstrapping")."""


def entries(config: EnvironmentConfig) -> Iterator[Entry]:
    """The three roles, where there is the stack."""
    if not any(stack.id == _STACK for stack in config.stacks):
        return
    yield Document(path=f"{_STACK}/Reads", field="PolicyDocument", statements=[*_reads(config)])
    shared = [_READS]
    if config.account.ours:
        yield Document(path=f"{_STACK}/AccountReads", field="PolicyDocument", statements=[*of_account(config)])
        shared.append(f"<{_STACK}/AccountReads>")
    branch = [f"ref:refs/heads/{config.delivery.github_branch}"]
    environments = [f"environment:{each}" for each in config.delivery.github_environments]
    delivery = config.delivery
    yield from _role("Image", _trust(config, *of_images(delivery), branch), statements=[*_pushes(config)])
    own = _trust(config, delivery.github_repository, delivery.github_repository_id, environments)
    yield from _role("Deploy", own, *shared, statements=[*_deploys(config)])
    yield from _role("Read", _trust(config, delivery.github_repository, delivery.github_repository_id, branch), *shared)


def _role(name: str, trust: Listed, *shared: str, statements: Sequence[Listed] = ()) -> Iterator[Entry]:
    path = f"{_STACK}/{name}Role"
    own = [f"<{path}/Policy>"] if statements else []
    yield Document(path=f"{path}/Role", field="AssumeRolePolicyDocument", statements=[trust])
    yield Attachment(path=f"{path}/Role", field="ManagedPolicyArns", names=[*own, *shared])
    if statements:
        yield Document(path=f"{path}/Policy", field="PolicyDocument", statements=statements)


def _trust(config: EnvironmentConfig, repository: str | None, number: str | None, contexts: Sequence[str]) -> Listed:
    delivery = config.delivery
    asked = tokens(repository or "", delivery.github_owner_id, number, delivery.github_branch, contexts)
    provider = delivery.github_provider_arn or _PROVIDER
    return Listed(actions=[ASSUME], principals=[f"Federated:{provider}"], condition={"StringEquals": asked})


def _pushes(config: EnvironmentConfig) -> Iterator[Listed]:
    """ECR User Guide, "IAM permissions for pushing an image", and what `image push` reads."""
    # Neither action supports a narrower resource.
    yield may("ecr:GetAuthorizationToken", "ecs:DescribeTaskDefinition", on="*")
    yield may(
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
        on=_repositories(config),
    )
    region = config.network.region
    services = [f"arn:aws:ecs:{region}:{ACCOUNT}:service/{each.cluster}/{each.service}" for each in _delivered(config)]
    yield may("ecs:DescribeServices", on=services)


def _deploys(config: EnvironmentConfig) -> Iterator[Listed]:
    """What the CDK CLI assumes, what `rollback` updates, and the marks of `deploy`."""
    roles = [
        f"arn:aws:iam::{ACCOUNT}:role/cdk-{_QUALIFIER}-{kind}-role-{ACCOUNT}-{region}"
        for region in _regions(config)
        for kind in ("deploy", "file-publishing", "lookup")
    ]
    yield may("sts:AssumeRole", on=roles)
    region = config.network.region
    services = [f"arn:aws:cloudformation:{region}:{ACCOUNT}:stack/{each.stack('service')}/*" for each in _delivered(config)]
    yield may("cloudformation:UpdateStack", on=services)
    yield may("ssm:GetParameters", on=_bootstrap_versions(config))
    yield may("ecr:BatchDeleteImage", "ecr:PutImage", on=_repositories(config))


def _reads(config: EnvironmentConfig) -> Iterator[Listed]:
    """Of every environment of the project; no value of a secret, no line of a log, and nothing of a bucket."""
    yield _listed_only()
    yield from _stacks_and_tasks(config)
    yield from _stores(config)
    yield from _watched(config)
    yield from _identities(config)


def _listed_only() -> Listed:
    """What AWS lets be read of everything only."""
    scaling = ("DescribeScalableTargets", "DescribeScalingActivities", "DescribeScheduledActions")
    network = (
        *("DescribeAddresses", "DescribeAvailabilityZones", "DescribeFlowLogs", "DescribeInstances", "DescribeInternetGateways"),
        *("DescribeNatGateways", "DescribeNetworkAcls", "DescribeRouteTables", "DescribeSecurityGroups", "DescribeSubnets"),
        *("DescribeVpcEndpoints", "DescribeVpcs"),
    )
    balancers = (
        *("DescribeListeners", "DescribeLoadBalancerAttributes", "DescribeLoadBalancers", "DescribeTargetGroupAttributes"),
        *("DescribeRules", "DescribeTargetGroups", "DescribeTargetHealth"),
    )
    return may(
        *(f"application-autoscaling:{each}" for each in scaling),
        *(f"ec2:{each}" for each in network),
        *(f"elasticloadbalancing:{each}" for each in balancers),
        "ce:GetCostAndUsage",
        "cloudformation:BatchDescribeTypeConfigurations",
        "cloudformation:DescribeStackDriftDetectionStatus",
        "cloudformation:ListStacks",
        "cloudwatch:GetMetricData",
        "cloudwatch:GetMetricStatistics",
        "ecs:DescribeTaskDefinition",
        "ecs:ListTaskDefinitions",
        "freetier:GetAccountPlanState",
        "logs:DescribeLogGroups",
        "logs:DescribeResourcePolicies",
        "servicequotas:GetAWSDefaultServiceQuota",
        on="*",
    )


def _stacks_and_tasks(config: EnvironmentConfig) -> Iterator[Listed]:
    region, ours = config.network.region, f"{config.project}-*"
    cloudformation = [f"arn:aws:cloudformation:{each}:{ACCOUNT}:stack" for each in _regions(config)]
    yield may("cloudformation:DescribeStacks", on=[f"{each}/*/*" for each in cloudformation])
    own = [f"{each}/{ours}/*" for each in cloudformation]
    drift = ("DescribeStackResourceDrifts", "DetectStackDrift", "DetectStackResourceDrift")
    read = ("DescribeStackEvents", "GetTemplate", "ListStackResources")
    yield may(*(f"cloudformation:{each}" for each in (*drift, *read)), on=own)
    yield may("ssm:GetParameter", on=_bootstrap_versions(config))
    ecs = f"arn:aws:ecs:{region}:{ACCOUNT}"
    yield may("ecs:DescribeServices", "ecs:ListServiceDeployments", on=f"{ecs}:service/{ours}/*")
    yield may("ecs:DescribeServiceDeployments", on=[f"{ecs}:service/{ours}/*", f"{ecs}:service-deployment/{ours}/*/*"])
    yield may("ecs:DescribeTasks", on=f"{ecs}:task/{ours}/*")
    # Tasks are listed by container instance, which tasks on Fargate have none of.
    yield may("ecs:ListTasks", on="*", when={"ArnLike": {"ecs:cluster": f"{ecs}:cluster/{ours}"}})
    yield may(
        "ecr:BatchGetImage",
        "ecr:DescribeImageScanFindings",
        "ecr:DescribeImages",
        "ecr:DescribeRepositories",
        "ecr:GetDownloadUrlForLayer",
        "ecr:GetLifecyclePolicy",
        "ecr:GetRepositoryPolicy",
        on=f"arn:aws:ecr:{region}:{ACCOUNT}:repository/{ours}",
    )


def _stores(config: EnvironmentConfig) -> Iterator[Listed]:
    region, ours = config.network.region, f"{config.project}-*"
    rds, elasticache = (f"arn:aws:{service}:{region}:{ACCOUNT}" for service in ("rds", "elasticache"))
    yield may("rds:DescribeDBInstances", on=f"{rds}:db:*")
    yield may("rds:DescribeDBParameters", on=f"{rds}:pg:{ours}")
    yield may("elasticache:DescribeReplicationGroups", on=f"{elasticache}:replicationgroup:{ours}")
    yield may("elasticache:DescribeCacheClusters", on=f"{elasticache}:cluster:{ours}")
    yield may("elasticache:DescribeCacheSubnetGroups", on=f"{elasticache}:subnetgroup:{ours}")


def _watched(config: EnvironmentConfig) -> Iterator[Listed]:
    region, ours = config.network.region, f"{config.project}-*"
    cloudwatch = f"arn:aws:cloudwatch:{region}:{ACCOUNT}"
    yield may("cloudwatch:DescribeAlarms", on=f"{cloudwatch}:alarm:*")
    yield may("cloudwatch:GetAlarmMuteRule", "cloudwatch:ListAlarmMuteRules", on=f"{cloudwatch}:alarm-mute-rule:*")
    yield may("cloudwatch:GetDashboard", on=f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/{ours}")
    yield may("sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic", on=f"arn:aws:sns:{region}:{ACCOUNT}:{ours}")
    yield may("logs:DescribeSubscriptionFilters", on=f"arn:aws:logs:{region}:{ACCOUNT}:log-group:*:*")
    yield may("wafv2:GetLoggingConfiguration", "wafv2:GetWebACL", on=f"arn:aws:wafv2:{region}:{ACCOUNT}:regional/webacl/{ours}/*")
    yield may("acm:DescribeCertificate", on=f"arn:aws:acm:{region}:{ACCOUNT}:certificate/*")
    yield may("servicequotas:GetServiceQuota", on=f"arn:aws:servicequotas:{region}:{ACCOUNT}:*/*")


def _identities(config: EnvironmentConfig) -> Iterator[Listed]:
    region, iam = config.network.region, f"arn:aws:iam::{ACCOUNT}"
    ours = f"{iam}:role/{config.project}-*"
    yield may("iam:GetRole", on=[ours, f"{iam}:role/aws-service-role/*"])
    yield may("iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies", "iam:SimulatePrincipalPolicy", on=ours)
    yield may("iam:GetPolicy", "iam:GetPolicyVersion", on=f"{iam}:policy/{config.project}-*")
    yield may("kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", on=f"arn:aws:kms:{region}:{ACCOUNT}:key/*")
    secrets = [f"arn:aws:secretsmanager:{region}:{ACCOUNT}:secret:{name}" for name in (f"{config.project}/*", "rds!db-*")]
    yield may("secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy", "secretsmanager:ListSecretVersionIds", on=secrets)


def _delivered(config: EnvironmentConfig) -> list[Names]:
    return [Names(project=config.project, environment=each) for each in config.delivery.github_environments]


def _repositories(config: EnvironmentConfig) -> list[str]:
    return [f"arn:aws:ecr:{config.network.region}:{ACCOUNT}:repository/{each.repository}" for each in _delivered(config)]


def _bootstrap_versions(config: EnvironmentConfig) -> list[str]:
    return [f"arn:aws:ssm:{region}:{ACCOUNT}:parameter/cdk-bootstrap/{_QUALIFIER}/version" for region in _regions(config)]


def _regions(config: EnvironmentConfig) -> list[str]:
    return list(dict.fromkeys(stack.region for stack in config.stacks))
