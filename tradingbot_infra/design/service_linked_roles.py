"""The service-linked roles that the design's resources need in an account: one a service, for all environments.

A service creates its role at its first use in an account. None belongs to a template: a second environment could not create it, and
deleting one environment would take it from the others.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ServiceLinkedRole:
    """A role that a service needs for a type of resource: its name, and the service principal that it belongs to."""

    type: str
    name: str
    principal: str


ROLES = (
    # ECS Developer Guide, "Using service-linked roles for Amazon ECS".
    ServiceLinkedRole("AWS::ECS::Cluster", "AWSServiceRoleForECS", "ecs.amazonaws.com"),
    # Elastic Load Balancing User Guide, "Elastic Load Balancing service-linked role".
    ServiceLinkedRole(
        "AWS::ElasticLoadBalancingV2::LoadBalancer", "AWSServiceRoleForElasticLoadBalancing", "elasticloadbalancing.amazonaws.com"
    ),
    # RDS User Guide, "Using service-linked roles for Amazon RDS".
    ServiceLinkedRole("AWS::RDS::DBInstance", "AWSServiceRoleForRDS", "rds.amazonaws.com"),
    # ElastiCache User Guide, "Using service-linked roles for Amazon ElastiCache".
    ServiceLinkedRole("AWS::ElastiCache::ReplicationGroup", "AWSServiceRoleForElastiCache", "elasticache.amazonaws.com"),
    # Application Auto Scaling User Guide, "Service-linked roles for Application Auto Scaling".
    ServiceLinkedRole(
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "AWSServiceRoleForApplicationAutoScaling_ECSService",
        "ecs.application-autoscaling.amazonaws.com",
    ),
    # AWS Backup Developer Guide, "Using service-linked roles for AWS Backup".
    ServiceLinkedRole("AWS::Backup::BackupPlan", "AWSServiceRoleForBackup", "backup.amazonaws.com"),
    # AWS WAF Developer Guide, "Using service-linked roles for AWS WAF".
    ServiceLinkedRole("AWS::WAFv2::LoggingConfiguration", "AWSServiceRoleForWAFV2Logging", "wafv2.amazonaws.com"),
    # AWS Config Developer Guide, "Using Service-Linked Roles for AWS Config". Nothing else makes this one: a recorder names it.
    ServiceLinkedRole("AWS::Config::ConfigurationRecorder", "AWSServiceRoleForConfig", "config.amazonaws.com"),
    # GuardDuty User Guide, "Service-linked role permissions for GuardDuty".
    ServiceLinkedRole("AWS::GuardDuty::Detector", "AWSServiceRoleForAmazonGuardDuty", "guardduty.amazonaws.com"),
    # Security Hub User Guide, "Service-linked roles for AWS Security Hub CSPM".
    ServiceLinkedRole("AWS::SecurityHub::Hub", "AWSServiceRoleForSecurityHub", "securityhub.amazonaws.com"),
    # IAM User Guide, "Using service-linked roles for AWS IAM Access Analyzer".
    ServiceLinkedRole("AWS::AccessAnalyzer::Analyzer", "AWSServiceRoleForAccessAnalyzer", "access-analyzer.amazonaws.com"),
    # Amazon Inspector User Guide, "Service-linked role permissions for Amazon Inspector".
    ServiceLinkedRole("Custom::InspectorEnable", "AWSServiceRoleForAmazonInspector2", "inspector2.amazonaws.com"),
)
