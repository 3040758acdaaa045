"""The image repository (scan on push, immutable tags, encryption, lifecycle) and the delivery of its scan results."""

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from tradingbot_infra.config.sections.registry import RegistryConfig
from tradingbot_infra.config.sections.retention import RetentionConfig
from tradingbot_infra.constructs.stateful import keep_or_destroy, pin
from tradingbot_infra.design.image_choice import DEPLOYED_PREFIX

PULL_ACTIONS = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
"""Actions that a pull needs on the repository (ECR User Guide, "Private repository policy examples")."""


class ImageRepository(ecr.Repository):
    """A repository with immutable tags: the image that was tested is the image that runs."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        key: kms.IKey,
        registry: RegistryConfig,
        image_tag: str | None,
        retention: RetentionConfig,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            repository_name=name,
            image_scan_on_push=True,
            image_tag_mutability=ecr.TagMutability.IMMUTABLE,
            encryption=ecr.RepositoryEncryption.KMS,
            encryption_key=key,
            lifecycle_rules=[_sparing(image_tag, registry.ecr_max_images), _newest(registry.ecr_max_images)],
            removal_policy=keep_or_destroy(retention),
            empty_on_delete=not retention.retain_data,
        )
        pin(self, "Repository")
        if registry.ecr_pull_accounts:
            self.add_to_resource_policy(
                iam.PolicyStatement(
                    sid="PullFromOtherAccounts",
                    principals=[iam.AccountPrincipal(account) for account in registry.ecr_pull_accounts],
                    actions=list(PULL_ACTIONS),
                )
            )


def _sparing(tag: str | None, count: int) -> ecr.LifecycleRule:
    """Keeps the image that runs, or those that were deployed last, however many are pushed after them: ECR does not ask what runs.

    An image that matches the tags of a rule cannot be expired by a rule of lower priority (ECR User Guide, "Automate the cleanup of
    images by using lifecycle policies in Amazon ECR"), and no second image can get an immutable tag.
    """
    if tag:
        return ecr.LifecycleRule(description="Keep the image that runs", tag_pattern_list=[tag], max_image_count=1)
    return ecr.LifecycleRule(
        description=f"Keep the {count} newest images that were deployed", tag_pattern_list=[f"{DEPLOYED_PREFIX}*"], max_image_count=count
    )


def _newest(count: int) -> ecr.LifecycleRule:
    return ecr.LifecycleRule(description=f"Keep the {count} newest images", max_image_count=count)


class ScanResults(Construct):
    """Delivers the result of every image scan to a log group.

    A rule of the CDK's own would bring a Lambda function to write the log group's policy; CloudFormation can do that itself.
    """

    def __init__(self, scope: Construct, construct_id: str, *, repository: ecr.IRepository, log_group: logs.ILogGroup) -> None:
        super().__init__(scope, construct_id)
        stack = cdk.Stack.of(self)
        rule = events.CfnRule(
            self,
            "Rule",
            description="Image scan results to a log group",
            event_pattern={
                "source": ["aws.ecr"],
                "detail-type": ["ECR Image Scan"],
                "detail": {"repository-name": [repository.repository_name]},
            },
            targets=[
                events.CfnRule.TargetProperty(
                    id="LogGroup",
                    arn=stack.format_arn(
                        service="logs",
                        resource="log-group",
                        resource_name=log_group.log_group_name,
                        arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
                    ),
                )
            ],
        )
        services = [iam.ServicePrincipal("events.amazonaws.com"), iam.ServicePrincipal("delivery.logs.amazonaws.com")]
        logs.ResourcePolicy(
            self,
            "DeliveryPolicy",
            resource_policy_name=f"{stack.stack_name}-image-scans",
            policy_statements=[
                iam.PolicyStatement(principals=services, actions=["logs:CreateLogStream"], resources=[log_group.log_group_arn]),
                iam.PolicyStatement(
                    principals=services,
                    actions=["logs:PutLogEvents"],
                    resources=[log_group.log_group_arn],
                    conditions={"ArnEquals": {"aws:SourceArn": rule.attr_arn}},
                ),
            ],
        )
