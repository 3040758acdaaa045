"""Resource types that must not be deleted or replaced by accident."""

HOLDS_DATA = (
    "AWS::Backup::BackupVault",
    "AWS::ECR::Repository",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::KMS::Key",
    "AWS::Logs::LogGroup",
    "AWS::RDS::DBInstance",
    "AWS::S3::Bucket",
    "AWS::SecretsManager::Secret",
)
"""Types whose loss loses data, evidence, or the key to them."""

HOLDS_AN_ADDRESS = (
    "AWS::EC2::EIP",  # exchanges' allow lists name the address
    "AWS::EC2::SecurityGroup",  # database and cache would stay in the old one, without rules
    "AWS::EC2::Subnet",
    "AWS::EC2::VPC",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",  # the team's DNS names its address
)
"""Types whose loss loses an id or an address that others rely on."""

STATEFUL_TYPES = (*HOLDS_DATA, *HOLDS_AN_ADDRESS)
"""Every type that the lock file lists."""
