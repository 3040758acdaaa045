"""What AWS Config records and evaluates, of the types that templates may declare (AWS Config API, "ResourceType")."""

from collections.abc import Mapping

_AS_THEY_ARE = (
    "AWS::AccessAnalyzer::Analyzer",
    "AWS::Backup::BackupPlan",
    "AWS::Backup::BackupSelection",
    "AWS::Backup::BackupVault",
    "AWS::CloudTrail::Trail",
    "AWS::CloudWatch::Alarm",
    "AWS::EC2::EIP",
    "AWS::EC2::FlowLog",
    "AWS::EC2::Instance",
    "AWS::EC2::InternetGateway",
    "AWS::EC2::NatGateway",
    "AWS::EC2::NetworkAcl",
    "AWS::EC2::RouteTable",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::SnapshotBlockPublicAccess",
    "AWS::EC2::Subnet",
    "AWS::EC2::VPC",
    "AWS::EC2::VPCEndpoint",
    "AWS::ECR::Repository",
    "AWS::ECS::Cluster",
    "AWS::ECS::Service",
    "AWS::ECS::TaskDefinition",
    "AWS::ElasticLoadBalancingV2::Listener",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::ElasticLoadBalancingV2::TargetGroup",
    "AWS::Events::Rule",
    "AWS::Grafana::Workspace",
    "AWS::GuardDuty::Detector",
    "AWS::IAM::InstanceProfile",
    "AWS::IAM::OIDCProvider",
    "AWS::IAM::Role",
    "AWS::KMS::Alias",
    "AWS::KMS::Key",
    "AWS::Lambda::Function",
    "AWS::RDS::DBInstance",
    "AWS::RDS::DBSubnetGroup",
    "AWS::RDS::EventSubscription",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::SecretsManager::Secret",
    "AWS::SecurityHub::Standard",
    "AWS::StepFunctions::StateMachine",
    "AWS::WAFv2::WebACL",
)

RECORDED_AS: Mapping[str, str] = {**{name: name for name in _AS_THEY_ARE}, "AWS::IAM::ManagedPolicy": "AWS::IAM::Policy"}
"""Types of CloudFormation that AWS Config records, each with the name that it has there."""

IDENTITIES = frozenset({"AWS::IAM::Group", "AWS::IAM::Policy", "AWS::IAM::Role", "AWS::IAM::User"})
"""Global types, which one recorder of the account records. No template declares users or groups, but people make them by hand."""

BY_HAND = frozenset({"AWS::ACM::Certificate", "AWS::EC2::Volume", "AWS::RDS::DBSnapshot", "AWS::S3::AccountPublicAccessBlock"})
"""Types that no template declares and that belong to the design all the same: what people or services make beside it."""

UNRECORDED = frozenset(
    {
        # The item of the address, ACL, route table, VPC or secret has these.
        "AWS::EC2::EIPAssociation",
        "AWS::EC2::SubnetNetworkAclAssociation",
        "AWS::EC2::SubnetRouteTableAssociation",
        "AWS::EC2::VPCGatewayAttachment",
        "AWS::SecretsManager::ResourcePolicy",
        "AWS::SecretsManager::RotationSchedule",
        "AWS::EC2::NetworkAclEntry",
        "AWS::EC2::Route",
        "AWS::EC2::SecurityGroupEgress",
        "AWS::EC2::SecurityGroupIngress",
        "AWS::Lambda::Permission",
        "AWS::S3::BucketPolicy",
        "AWS::SNS::Subscription",
        "AWS::SNS::TopicPolicy",
        "AWS::WAFv2::LoggingConfiguration",
        "AWS::WAFv2::WebACLAssociation",
        # AWS Config has no such type.
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        "AWS::Budgets::Budget",
        "AWS::Chatbot::SlackChannelConfiguration",
        "AWS::CloudWatch::CompositeAlarm",
        "AWS::CloudWatch::Dashboard",
        "AWS::Config::ConfigRule",
        "AWS::Config::ConfigurationRecorder",
        "AWS::Config::DeliveryChannel",
        "AWS::ElastiCache::ParameterGroup",
        "AWS::ElastiCache::ReplicationGroup",
        "AWS::ElastiCache::SubnetGroup",
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        "AWS::Logs::LogGroup",
        "AWS::Logs::MetricFilter",
        "AWS::Logs::QueryDefinition",
        "AWS::Logs::ResourcePolicy",
        "AWS::Logs::ScheduledQuery",
        "AWS::RDS::DBParameterGroup",
        "AWS::Route53::RecordSet",
        "AWS::Scheduler::Schedule",
        "AWS::Scheduler::ScheduleGroup",
        "AWS::SecurityHub::Hub",
        "AWS::XRay::TransactionSearchConfig",
        # Calls of functions, not things that are kept.
        "Custom::AccountPasswordPolicy",
        "Custom::DefaultVpcRemoval",
        "Custom::EbsEncryptionByDefault",
        "Custom::ImageBlockPublicAccess",
        "Custom::InspectorEnable",
        "Custom::InstanceMetadataDefaults",
        "Custom::S3AccountPublicAccessBlock",
        "Custom::SecurityContact",
        "Custom::SnapshotBlockPublicAccess",
        "Custom::SpanLog",
        "Custom::VpcRestrictDefaultSG",
    }
)
"""Types of the templates that AWS Config does not record by themselves."""

EVALUATED: Mapping[str, Mapping[str, str]] = {
    "ACCESS_KEYS_ROTATED": {"maxAccessKeyAge": "90"},
    "ACM_CERTIFICATE_EXPIRATION_CHECK": {"daysToExpiration": "30"},
    "EC2_EBS_ENCRYPTION_BY_DEFAULT": {},
    "GUARDDUTY_ENABLED_CENTRALIZED": {},
    "IAM_PASSWORD_POLICY": {
        "MaxPasswordAge": "90",
        "MinimumPasswordLength": "14",
        "PasswordReusePrevention": "24",
        "RequireLowercaseCharacters": "true",
        "RequireNumbers": "true",
        "RequireSymbols": "true",
        "RequireUppercaseCharacters": "true",
    },
    "IAM_ROOT_ACCESS_KEY_CHECK": {},
    "IAM_USER_MFA_ENABLED": {},
    "IAM_USER_NO_POLICIES_CHECK": {},
    "IAM_USER_UNUSED_CREDENTIALS_CHECK": {"maxCredentialUsageAge": "45"},
    "MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS": {},
    "MULTI_REGION_CLOUD_TRAIL_ENABLED": {},
    "ROOT_ACCOUNT_MFA_ENABLED": {},
    "S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS_PERIODIC": {},
    "SECURITY_ACCOUNT_INFORMATION_PROVIDED": {},
    "VPC_DEFAULT_SECURITY_GROUP_CLOSED": {},
}
"""Managed rules of AWS Config for what no template shows, with their parameters (AWS Config Developer Guide, "List of AWS Config Managed
Rules"; days of CIS 1.11 and 1.13)."""
