"""How many checks Security Hub CSPM makes: its controls by the type of resource that they look at, and the standards that have them.

Source: "Control reference for Security Hub CSPM" and the services' pages of controls (AWS Security Hub User Guide). Only types of these
templates are listed. AWS adds and retires controls every month: the numbers are for a price, and decide nothing.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from tradingbot_infra.templates import Assembly

Checks = Mapping[str, str]
"""Controls by the standards that have them, of which "fsbp cis" are two."""

_OF_ACCOUNT: Checks = MappingProxyType(
    {
        "fsbp cis pci-dss": "CloudTrail.2 CloudTrail.4 Config.1 IAM.3 IAM.5 IAM.6 S3.1",
        "fsbp cis": "Account.1 CloudTrail.1 EC2.7 IAM.4",
        "fsbp pci-dss": (
            "GuardDuty.1 GuardDuty.6 GuardDuty.7 GuardDuty.9 GuardDuty.10 IAM.7 IAM.8 Inspector.1 Inspector.2 Inspector.3 Inspector.4"
        ),
        "cis pci-dss": "CloudTrail.7 IAM.9 IAM.16 IAM.18",
        "fsbp": "CloudTrail.5 EC2.172 EC2.182 GuardDuty.5 GuardDuty.8 GuardDuty.11 GuardDuty.12 GuardDuty.13 Macie.1 Macie.2 SSM.6 SSM.7",
        "cis": "IAM.15 IAM.22 IAM.26 IAM.27 IAM.28",
        "pci-dss": "CloudTrail.3 CloudTrail.6 IAM.10 IAM.11 IAM.12 IAM.13 IAM.14 IAM.17 IAM.19",
    }
)
"""Controls of the account itself, each one check."""

_OF_TYPE: Mapping[str, Checks] = MappingProxyType(
    {
        "AWS::CloudFormation::Stack": {"fsbp": "CloudFormation.3 CloudFormation.4"},
        "AWS::CloudWatch::Alarm": {"fsbp": "CloudWatch.17"},
        "AWS::EC2::EIP": {"pci-dss": "EC2.12"},
        "AWS::EC2::LaunchTemplate": {"fsbp": "EC2.25 EC2.170 EC2.181"},
        "AWS::EC2::NetworkAcl": {"fsbp cis pci-dss": "EC2.21", "fsbp pci-dss": "EC2.16"},
        "AWS::EC2::SecurityGroup": {"fsbp": "EC2.18 EC2.19", "cis pci-dss": "EC2.53 EC2.54", "pci-dss": "EC2.13 EC2.14"},
        "AWS::EC2::Subnet": {"fsbp pci-dss": "EC2.15"},
        "AWS::EC2::VPC": {"fsbp cis pci-dss": "EC2.2 EC2.6", "fsbp": "EC2.10 EC2.55 EC2.56 EC2.57 EC2.58 EC2.60"},
        "AWS::ECR::Repository": {"fsbp pci-dss": "ECR.1", "fsbp": "ECR.2 ECR.3"},
        "AWS::ECS::Cluster": {"fsbp": "ECS.12"},
        "AWS::ECS::Service": {"fsbp pci-dss": "ECS.2 ECS.10"},
        "AWS::ECS::TaskDefinition": {"fsbp pci-dss": "ECS.8", "fsbp": "ECS.1 ECS.3 ECS.4 ECS.5 ECS.9 ECS.17 ECS.18"},
        "AWS::ElastiCache::ReplicationGroup": {
            "fsbp pci-dss": "ElastiCache.2 ElastiCache.5 ElastiCache.6",
            "fsbp": "ElastiCache.1 ElastiCache.3 ElastiCache.4 ElastiCache.7",
        },
        "AWS::ElasticLoadBalancingV2::LoadBalancer": {
            "fsbp pci-dss": "ELB.1 ELB.4 ELB.12",
            "fsbp": "ELB.5 ELB.6 ELB.13 ELB.17 ELB.18",
            "pci-dss": "ELB.16",
        },
        "AWS::IAM::ManagedPolicy": {"fsbp cis pci-dss": "IAM.1", "fsbp": "IAM.21"},
        "AWS::KMS::Key": {"cis pci-dss": "KMS.4", "fsbp": "KMS.3 KMS.5"},
        "AWS::Lambda::Function": {"fsbp pci-dss": "Lambda.1 Lambda.2", "pci-dss": "Lambda.3"},
        "AWS::RDS::DBInstance": {
            "fsbp cis pci-dss": "RDS.2 RDS.3 RDS.5 RDS.13",
            "fsbp pci-dss": "RDS.9 RDS.23 RDS.25 RDS.36",
            "fsbp": "RDS.6 RDS.8 RDS.10 RDS.11 RDS.17 RDS.19 RDS.20 RDS.21 RDS.22 RDS.38 RDS.46",
        },
        "AWS::S3::Bucket": {
            "fsbp cis pci-dss": "S3.5 S3.8",
            "cis pci-dss": "S3.20 S3.22 S3.23",
            "fsbp pci-dss": "S3.2 S3.3 S3.9",
            "pci-dss": "S3.15 S3.17",
            "fsbp": "S3.6 S3.12 S3.13",
        },
        "AWS::SNS::Topic": {"fsbp": "SNS.4"},
        "AWS::SecretsManager::Secret": {
            "fsbp pci-dss": "SecretsManager.1 SecretsManager.2 SecretsManager.4",
            "fsbp": "SecretsManager.3",
        },
        "AWS::StepFunctions::StateMachine": {"fsbp pci-dss": "StepFunctions.1"},
        "AWS::WAFv2::WebACL": {"fsbp": "WAF.10", "pci-dss": "WAF.11", "fsbp pci-dss": "WAF.12"},
    }
)
"""Controls of each resource of a type. One that several standards have is checked once (Security Hub pricing)."""


def checks_of(assembly: Assembly, standards: Iterable[str]) -> tuple[int, int]:
    """Checks of one round by these standards: of the resources of the templates, and of the account itself."""
    chosen = frozenset(standards)
    by_type = {name: len(_controls(checks, chosen)) for name, checks in _OF_TYPE.items()}
    return sum(by_type[name] * len(assembly.of_type(name)) for name in by_type), len(_controls(_OF_ACCOUNT, chosen))


def _controls(checks: Checks, chosen: frozenset[str]) -> list[str]:
    return [control for standards, controls in checks.items() if chosen & set(standards.split()) for control in controls.split()]
