"""Resource types that are free by themselves, each with the reason and its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Free:
    """Why a type is free, and AWS's page that says so."""

    reason: str
    source: str


_VPC = Free("part of a VPC; traffic is billed where it leaves the VPC", "Amazon VPC pricing")
_IAM = Free("IAM is offered at no charge", "AWS Identity and Access Management FAQs, pricing")
_RDS = Free("a group of settings; the instance is billed", "Amazon RDS pricing")
_CACHE = Free("a group of settings; the nodes are billed", "Amazon ElastiCache pricing")
_ALB = Free("part of a load balancer, whose hours and capacity units are billed", "Elastic Load Balancing pricing")
_BACKUP = Free("a rule for backups; what the vault stores is billed", "AWS Backup pricing")
_WAF = Free("associates a web ACL with a resource; the ACL and its rules are billed", "AWS WAF pricing")
_POLICY = Free("a resource policy is a permission, which is free", "AWS Identity and Access Management FAQs, pricing")
_BUDGET = Free(
    "a budget without actions is free, and so are its e-mails", "AWS Price List, AWSBudgets, BudgetsUsage: 0.00 a budget-day since 2020-10"
)
_CONFIG = Free("delivery is free; items and evaluations are billed, and S3 what it stores", "AWS Config pricing")
_CUSTOM = Free("runs a function of the stack at deployment, which is billed", "AWS CloudFormation pricing")

FREE: Mapping[str, Free] = MappingProxyType(
    {
        "AWS::Backup::BackupPlan": _BACKUP,
        "AWS::Backup::BackupSelection": _BACKUP,
        "AWS::Budgets::Budget": _BUDGET,
        "AWS::CDK::Metadata": Free("metadata of the CDK, not a resource", "AWS CDK Developer Guide, version reporting"),
        "AWS::Chatbot::SlackChannelConfiguration": Free(
            "Amazon Q Developer in chat applications costs nothing; its topics are billed", "Amazon Q Developer pricing, chat applications"
        ),
        "AWS::Config::DeliveryChannel": _CONFIG,
        "AWS::EC2::NetworkAcl": _VPC,
        "AWS::EC2::EIPAssociation": _VPC,
        "AWS::EC2::NetworkAclEntry": _VPC,
        "AWS::EC2::Route": _VPC,
        "AWS::EC2::RouteTable": _VPC,
        "AWS::EC2::SecurityGroup": _VPC,
        "AWS::EC2::SecurityGroupEgress": _VPC,
        "AWS::EC2::SecurityGroupIngress": _VPC,
        "AWS::EC2::Subnet": _VPC,
        "AWS::EC2::SubnetNetworkAclAssociation": _VPC,
        "AWS::EC2::SubnetRouteTableAssociation": _VPC,
        "AWS::EC2::VPC": _VPC,
        "AWS::EC2::VPCGatewayAttachment": _VPC,
        "AWS::ElastiCache::ParameterGroup": _CACHE,
        "AWS::ElastiCache::SubnetGroup": _CACHE,
        "AWS::ElasticLoadBalancingV2::Listener": _ALB,
        "AWS::ElasticLoadBalancingV2::ListenerRule": _ALB,
        "AWS::ElasticLoadBalancingV2::TargetGroup": _ALB,
        "AWS::Events::Rule": Free("events of AWS's own services, and rules for them, are free", "Amazon EventBridge pricing"),
        "AWS::IAM::InstanceProfile": _IAM,
        "AWS::IAM::ManagedPolicy": _IAM,
        "AWS::IAM::OIDCProvider": _IAM,
        "AWS::IAM::Role": _IAM,
        "AWS::IAM::ServiceLinkedRole": _IAM,
        "AWS::KMS::Alias": Free("a name of a key; the key is billed", "AWS Key Management Service pricing"),
        "AWS::Lambda::Permission": _POLICY,
        "AWS::Logs::ResourcePolicy": _POLICY,
        "AWS::RDS::DBParameterGroup": _RDS,
        "AWS::RDS::DBSubnetGroup": _RDS,
        "AWS::RDS::EventSubscription": Free("RDS sends its events at no charge; SNS bills what it delivers", "Amazon RDS pricing"),
        "AWS::Route53::RecordSet": Free(
            "queries of an alias for a load balancer are free; the zone is the team's", "Amazon Route 53 pricing"
        ),
        "AWS::S3::BucketPolicy": _POLICY,
        "AWS::Scheduler::ScheduleGroup": Free("a group of schedules; their invocations are billed", "Amazon EventBridge pricing"),
        "AWS::SNS::Subscription": Free("an address; SNS bills what it delivers", "Amazon SNS pricing"),
        "AWS::SNS::TopicPolicy": _POLICY,
        "AWS::WAFv2::WebACLAssociation": _WAF,
        "AWS::XRay::TransactionSearchConfig": Free(
            "a switch; the spans that it takes are billed by their volume, and indexing beyond 1 percent", "Amazon CloudWatch pricing"
        ),
        "Custom::AccountPasswordPolicy": _CUSTOM,
        "Custom::DefaultVpcRemoval": _CUSTOM,
        "Custom::EbsEncryptionByDefault": _CUSTOM,
        "Custom::ImageBlockPublicAccess": _CUSTOM,
        "Custom::InstanceMetadataDefaults": _CUSTOM,
        "Custom::S3AccountPublicAccessBlock": _CUSTOM,
        "Custom::SecurityContact": _CUSTOM,
        "Custom::SnapshotBlockPublicAccess": _CUSTOM,
        "Custom::SpanLog": _CUSTOM,
        "Custom::VpcRestrictDefaultSG": _CUSTOM,
    }
)
