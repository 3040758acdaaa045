"""What AWS Config records and judges in the account.

Each configuration item that is recorded daily and each evaluation of a rule has its price (AWS Config Pricing). So the recorder has the
types that the templates declare and those that controls of the account need, and no rule repeats what the packs judge in a template.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

GLOBAL_TYPES: tuple[str, ...] = ("AWS::IAM::Group", "AWS::IAM::Policy", "AWS::IAM::Role", "AWS::IAM::User")
"""IAM's, which are the same in every region: the account's one recorder has them, and a second one elsewhere must not."""

RECORDED_TYPES: tuple[str, ...] = (
    "AWS::ACM::Certificate",  # certificate_arn names one
    "AWS::AccessAnalyzer::Analyzer",
    "AWS::Backup::BackupPlan",
    "AWS::Backup::BackupSelection",
    "AWS::Backup::BackupVault",
    "AWS::CloudTrail::Trail",
    "AWS::CloudWatch::Alarm",
    "AWS::EC2::EIP",
    "AWS::EC2::EIPAssociation",
    "AWS::EC2::FlowLog",
    "AWS::EC2::Instance",
    "AWS::EC2::InternetGateway",
    "AWS::EC2::NatGateway",
    "AWS::EC2::NetworkAcl",
    "AWS::EC2::RouteTable",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::SnapshotBlockPublicAccess",
    "AWS::EC2::Subnet",
    "AWS::EC2::SubnetNetworkAclAssociation",
    "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::EC2::VPC",
    "AWS::EC2::VPCEndpoint",
    "AWS::EC2::VPCGatewayAttachment",
    "AWS::EC2::Volume",  # of NAT instances
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
    "AWS::KMS::Alias",
    "AWS::KMS::Key",
    "AWS::Lambda::Function",
    "AWS::RDS::DBInstance",
    "AWS::RDS::DBSnapshot",  # a copy of the database that somebody may share
    "AWS::RDS::DBSubnetGroup",
    "AWS::RDS::EventSubscription",
    "AWS::S3::AccountPublicAccessBlock",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::SecretsManager::Secret",
    "AWS::SecurityHub::Standard",
    "AWS::StepFunctions::StateMachine",
    "AWS::WAFv2::WebACL",
    *GLOBAL_TYPES,
)
"""Types that AWS Config can record (AWS Config API Reference, "ConfigurationItem", resourceType).

Not network interfaces: each task has one, and every deployment would be paid for by the item.
"""

FREQUENCY = "DAILY"
"""An item a day for a resource that changed. CONTINUOUS has a quarter of the price by the item, and an item for each change."""


@dataclass(frozen=True, kw_only=True)
class ConfigRule:
    """A managed rule. `name` is the last part of its name, `identifier` AWS's (AWS Config Developer Guide, "List of AWS Config Managed
    Rules"), `words` what it checks, `parameters` what AWS leaves to choose.

    `periodic` is whether AWS evaluates it once a day; the others are evaluated for each change that is recorded. Both cost by evaluation.
    """

    name: str
    identifier: str
    words: str
    periodic: bool = True
    parameters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


PASSWORD_POLICY: Mapping[str, int | bool] = MappingProxyType(
    {
        "MinimumPasswordLength": 14,
        "RequireSymbols": True,
        "RequireNumbers": True,
        "RequireUppercaseCharacters": True,
        "RequireLowercaseCharacters": True,
        "AllowUsersToChangePassword": True,
        "MaxPasswordAge": 90,
        "PasswordReusePrevention": 24,
        "HardExpiry": False,
    }
)
"""As CIS 5.0, 1.7 and 1.8, and PCI DSS 4.0.1, 8.3.6 to 8.3.9, ask. By HardExpiry people could not come back in without an administrator."""

_OF_THE_POLICY = {
    "RequireUppercaseCharacters": "true",
    "RequireLowercaseCharacters": "true",
    "RequireSymbols": "true",
    "RequireNumbers": "true",
    "MinimumPasswordLength": str(PASSWORD_POLICY["MinimumPasswordLength"]),
    "PasswordReusePrevention": str(PASSWORD_POLICY["PasswordReusePrevention"]),
    "MaxPasswordAge": str(PASSWORD_POLICY["MaxPasswordAge"]),
}

CONFIG_RULES: tuple[ConfigRule, ...] = (
    ConfigRule(name="root-has-no-key", identifier="IAM_ROOT_ACCESS_KEY_CHECK", words="The root user has no access key"),
    ConfigRule(name="root-has-mfa", identifier="ROOT_ACCOUNT_MFA_ENABLED", words="The root user has an MFA device"),
    ConfigRule(
        name="console-users-have-mfa",
        identifier="MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS",
        words="Every user with a console password has an MFA device",
    ),
    ConfigRule(name="users-have-mfa", identifier="IAM_USER_MFA_ENABLED", words="Every user has an MFA device"),
    ConfigRule(
        name="no-idle-credentials",
        identifier="IAM_USER_UNUSED_CREDENTIALS_CHECK",
        words="No password or key is unused for 45 days",
        parameters=MappingProxyType({"maxCredentialUsageAge": "45"}),
    ),
    ConfigRule(
        name="keys-are-rotated",
        identifier="ACCESS_KEYS_ROTATED",
        words="No access key is older than 90 days",
        parameters=MappingProxyType({"maxAccessKeyAge": "90"}),
    ),
    ConfigRule(
        name="users-are-in-groups",
        identifier="IAM_USER_NO_POLICIES_CHECK",
        words="Users have permissions by groups only",
        periodic=False,
    ),
    ConfigRule(
        name="password-policy",
        identifier="IAM_PASSWORD_POLICY",
        words="Passwords are long, mixed, not reused, and at most 90 days old",
        parameters=MappingProxyType(_OF_THE_POLICY),
    ),
    ConfigRule(
        name="certificates-are-renewed",
        identifier="ACM_CERTIFICATE_EXPIRATION_CHECK",
        words="No certificate in ACM expires within 30 days",
        parameters=MappingProxyType({"daysToExpiration": "30"}),
    ),
    ConfigRule(name="ebs-is-encrypted", identifier="EC2_EBS_ENCRYPTION_BY_DEFAULT", words="New volumes are encrypted"),
    ConfigRule(
        name="s3-is-blocked",
        identifier="S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS_PERIODIC",
        words="S3 blocks public access for the whole account",
    ),
    ConfigRule(
        name="trail-is-complete", identifier="MULTI_REGION_CLOUD_TRAIL_ENABLED", words="A trail of all regions records who does what"
    ),
    ConfigRule(name="guardduty-is-on", identifier="GUARDDUTY_ENABLED_CENTRALIZED", words="GuardDuty is on"),
    ConfigRule(
        name="security-contact-is-known",
        identifier="SECURITY_ACCOUNT_INFORMATION_PROVIDED",
        words="AWS knows whom to write to about security",
    ),
    ConfigRule(
        name="default-groups-are-closed",
        identifier="VPC_DEFAULT_SECURITY_GROUP_CLOSED",
        words="Default security groups let nothing through",
        periodic=False,
    ),
)
"""What no template shows: people and their credentials, and settings of the account that somebody may change back.

Not the expiry of certificates in IAM: AWS has that rule in Virginia only (AWS Config Developer Guide,
"iam-server-certificate-expiration-check"). `account status` looks.
"""
