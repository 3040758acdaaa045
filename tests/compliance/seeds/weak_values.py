"""A value is weaker than the design's, and no rule of a public pack asks."""

from typing import Any

from tests.compliance.seeds.faults import Fault, Seeds, adds, appends, drops, sets

_DATABASE, _PARAMETERS, _REDIS = "AWS::RDS::DBInstance", "AWS::RDS::DBParameterGroup", "AWS::ElastiCache::ReplicationGroup"
_TASK, _SERVICE, _REPOSITORY, _FUNCTION = "AWS::ECS::TaskDefinition", "AWS::ECS::Service", "AWS::ECR::Repository", "AWS::Lambda::Function"
_CONTAINER = "ContainerDefinitions/0"


def _parameter(name: str, value: str) -> Fault:
    return sets(_PARAMETERS, f"Parameters/{name}", value)


def _container(path: str, value: Any) -> Fault:
    return sets(_TASK, f"{_CONTAINER}/{path}", value)


SEEDS: Seeds = {
    "PostgreSQL takes TLS 1.0": _parameter("ssl_min_protocol_version", "TLSv1"),
    "PostgreSQL takes TLS up to 1.1": _parameter("ssl_max_protocol_version", "TLSv1.1"),
    "PostgreSQL takes weak ciphers": _parameter("ssl_ciphers", "LOW:MEDIUM"),
    "PostgreSQL hashes passwords by md5": _parameter("password_encryption", "md5"),
    "PostgreSQL takes md5 and SCRAM": _parameter("rds.accepted_password_auth_method", "md5+scram"),
    "PostgreSQL does not force TLS": _parameter("rds.force_ssl", "0"),
    "PostgreSQL logs every statement with its values": _parameter("log_statement", "all"),
    "PostgreSQL logs statements that took no time": _parameter("log_min_duration_statement", "0"),
    "PostgreSQL does not log connections": _parameter("log_connections", "0"),
    "PostgreSQL audits nothing": _parameter("pgaudit.log", "none"),
    "PostgreSQL does not load its auditor": _parameter("shared_preload_libraries", "pg_stat_statements"),
    "PostgreSQL loads an extension that reaches out": _parameter("shared_preload_libraries", "pg_stat_statements,pgaudit,pg_cron"),
    "PostgreSQL replicates logically": _parameter("rds.logical_replication", "1"),
    "PostgreSQL does not sync": _parameter("fsync", "off"),
    "PostgreSQL lets go of row security": _parameter("row_security", "off"),
    "automated backups go with the instance": sets(_DATABASE, "DeleteAutomatedBackups", True),
    "an old certificate authority": sets(_DATABASE, "CACertificateIdentifier", "rds-ca-2019"),
    "no backups of the database": sets(_DATABASE, "BackupRetentionPeriod", 0),
    "one day of backups": sets(_DATABASE, "BackupRetentionPeriod", 1),
    "an engine that is out of support": sets(_DATABASE, "EngineVersion", "11.22"),
    "another engine": sets(_DATABASE, "Engine", "mysql"),
    "major upgrades by themselves": sets(_DATABASE, "AllowMajorVersionUpgrade", True),
    "extended support is paid": sets(_DATABASE, "EngineLifecycleSupport", "open-source-rds-extended-support"),
    "the database with a public address": sets(_DATABASE, "PubliclyAccessible", True),
    "the database speaks IPv6": sets(_DATABASE, "NetworkType", "DUAL"),
    "the database on the key of AWS": sets(_DATABASE, "KmsKeyId", "alias/aws/rds"),
    "insights on the key of AWS": drops(_DATABASE, "PerformanceInsightsKMSKeyId"),
    "the master secret on the key of AWS": drops(_DATABASE, "MasterUserSecret"),
    "a parameter group of AWS": sets(_DATABASE, "DBParameterGroupName", "default.postgres15"),
    "a magnetic disk": sets(_DATABASE, "StorageType", "standard"),
    "a custom instance that AWS does not manage": sets(_DATABASE, "CustomIAMInstanceProfile", "AWSRDSCustom"),
    "the database in a domain": sets(_DATABASE, "Domain", "d-0123456789"),
    "one export of logs": sets(_DATABASE, "EnableCloudwatchLogsExports", ["upgrade"]),
    "no IAM authentication": sets(_DATABASE, "EnableIAMDatabaseAuthentication", False),
    "a second database": adds(_DATABASE, {"Engine": "postgres", "DBInstanceClass": "db.t3.micro"}, stack="DataStack"),
    "a cluster": adds("AWS::RDS::DBCluster", {"Engine": "aurora-postgresql"}, stack="DataStack"),
    "Redis without TLS": sets(_REDIS, "TransitEncryptionEnabled", False),
    "Redis with TLS for who wants it": sets(_REDIS, "TransitEncryptionMode", "preferred"),
    "Redis without AUTH": drops(_REDIS, "AuthToken"),
    "Redis without encryption at rest": sets(_REDIS, "AtRestEncryptionEnabled", False),
    "an old Redis": sets(_REDIS, "EngineVersion", "5.0.6"),
    "Redis with users of its own": sets(_REDIS, "UserGroupIds", ["everyone"]),
    "Redis without snapshots": sets(_REDIS, "SnapshotRetentionLimit", 0),
    "Redis on the default port group": sets(_REDIS, "CacheParameterGroupName", "default.redis7"),
    "Redis does not upgrade": sets(_REDIS, "AutoMinorVersionUpgrade", False),
    "Redis listens for keyspace events": sets("AWS::ElastiCache::ParameterGroup", "Properties/notify-keyspace-events", "KEA"),
    "Redis keeps clients for ever": sets("AWS::ElastiCache::ParameterGroup", "Properties/timeout", "0"),
    "a Redis user without a password": adds("AWS::ElastiCache::User", {"UserId": "x", "NoPasswordRequired": True}, stack="DataStack"),
    "a serverless cache": adds("AWS::ElastiCache::ServerlessCache", {"Engine": "valkey", "ServerlessCacheName": "x"}, stack="DataStack"),
    "an image of a stranger": _container("Image", "docker.io/somebody/tradingbot:latest"),
    "an image of another account": _container("Image", "444455556666.dkr.ecr.ap-southeast-2.amazonaws.com/tradingbot-ai-production:v1"),
    "the placeholder by a tag": _container("Image", "public.ecr.aws/docker/library/python:3.12-slim"),
    "a second container": appends(
        _TASK, "ContainerDefinitions", {"Name": "sidecar", "Image": "docker.io/library/busybox", "Essential": False}
    ),
    "a privileged container": _container("Privileged", True),
    "a container that is root": _container("User", "0"),
    "a container that is root by name": _container("User", "root:root"),
    "a container that writes to its disk": _container("ReadonlyRootFilesystem", False),
    "a container with a capability": _container("LinuxParameters/Capabilities", {"Add": ["SYS_PTRACE"]}),
    "a container that keeps every capability": _container("LinuxParameters", {"InitProcessEnabled": True}),
    "a container with a device": _container("LinuxParameters/Devices", [{"HostPath": "/dev/kmsg"}]),
    "a container with a mount of the host": sets(_TASK, "Volumes", [{"Name": "tmp", "Host": {"SourcePath": "/var/run/docker.sock"}}]),
    "a container with EFS in plain text": appends(
        _TASK,
        "Volumes",
        {"Name": "shared", "EFSVolumeConfiguration": {"FilesystemId": "fs-0123456789abcdef0", "TransitEncryption": "DISABLED"}},
    ),
    "a container whose tasks end when its log is slow": _container("LogConfiguration/Options/mode", "blocking"),
    "a container that logs elsewhere": _container(
        "LogConfiguration", {"LogDriver": "splunk", "Options": {"splunk-url": "https://example.com"}}
    ),
    "a container that logs in another region": _container("LogConfiguration/Options/awslogs-region", "us-east-1"),
    "a container with another port": appends(_TASK, f"{_CONTAINER}/PortMappings", {"ContainerPort": 22, "Protocol": "tcp"}),
    "a container that asks another resolver": _container("DnsServers", ["203.0.113.53"]),
    "a container with a host of its own": _container("ExtraHosts", [{"Hostname": "api.exchange.example", "IpAddress": "203.0.113.5"}]),
    "a container without a pseudo terminal has one": _container("PseudoTerminal", True),
    "a container of a private registry": _container("RepositoryCredentials", {"CredentialsParameter": "arn:aws:secretsmanager:x"}),
    "a container that starts another command": _container("Command", ["python3", "-c", "import pty; pty.spawn('/bin/sh')"]),
    "the database without TLS for clients": _container("Environment/9/Value", "disable"),
    "Redis without TLS for clients": _container("Environment/13/Value", "false"),
    "everybody is a trusted proxy": _container("Environment/4/Value", "*"),
    "another environment than its own": _container("Environment/0/Value", "development"),
    "the task shares the host's processes": sets(_TASK, "PidMode", "host"),
    "the task shares the host's network": sets(_TASK, "NetworkMode", "host"),
    "the task runs on machines": sets(_TASK, "RequiresCompatibilities", ["EC2"]),
    "the task runs on Windows": sets(_TASK, "RuntimePlatform", {"OperatingSystemFamily": "WINDOWS_SERVER_2019_CORE"}),
    "the task has the execution role as its own": sets(_TASK, "TaskRoleArn", {"Fn::GetAtt": ["ExecutionRoleCDF74862", "Arn"]}),
    "the task has a role of another account": sets(_TASK, "TaskRoleArn", "arn:aws:iam::444455556666:role/x"),
    "the task injects faults": sets(_TASK, "EnableFaultInjection", True),
    "shells into tasks": sets(_SERVICE, "EnableExecuteCommand", True),
    "tasks with public addresses": sets(_SERVICE, "NetworkConfiguration/AwsvpcConfiguration/AssignPublicIp", "ENABLED"),
    "tasks on an old platform": sets(_SERVICE, "PlatformVersion", "1.3.0"),
    "tasks on machines": sets(_SERVICE, "LaunchType", "EC2"),
    "another task definition": sets(_SERVICE, "TaskDefinition", "somebody-elses:1"),
    "no tasks while deploying": sets(_SERVICE, "DeploymentConfiguration/MinimumHealthyPercent", 0),
    "no way back from a bad deployment": sets(_SERVICE, "DeploymentConfiguration/DeploymentCircuitBreaker/Rollback", False),
    "a service that nothing balances": drops(_SERVICE, "LoadBalancers"),
    "a service with service connect": sets(_SERVICE, "ServiceConnectConfiguration", {"Enabled": True, "Namespace": "x"}),
    "a service with volumes": sets(
        _SERVICE, "VolumeConfigurations", [{"Name": "x", "ManagedEBSVolume": {"Encrypted": False, "RoleArn": "x"}}]
    ),
    "a service whose tasks a stranger sets": sets(_SERVICE, "DeploymentController", {"Type": "EXTERNAL"}),
    "the cluster logs shells nowhere": sets("AWS::ECS::Cluster", "Configuration", {"ExecuteCommandConfiguration": {"Logging": "NONE"}}),
    "the cluster has no insights": sets("AWS::ECS::Cluster", "ClusterSettings/0/Value", "disabled"),
    "a thousand tasks": sets("AWS::ApplicationAutoScaling::ScalableTarget", "MaxCapacity", 1000),
    "no tasks": sets("AWS::ApplicationAutoScaling::ScalableTarget", "MinCapacity", 0),
    "scaling is suspended": sets("AWS::ApplicationAutoScaling::ScalableTarget", "SuspendedState", {"DynamicScalingOutSuspended": True}),
    "scaling to zero every night": sets(
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "ScheduledActions",
        [{"ScheduledActionName": "x", "Schedule": "cron(0 1 * * ? *)", "ScalableTargetAction": {"MinCapacity": 0, "MaxCapacity": 0}}],
    ),
    "tags of images change": sets(_REPOSITORY, "ImageTagMutability", "MUTABLE"),
    "tags of images change but for some": sets(_REPOSITORY, "ImageTagMutability", "IMMUTABLE_WITH_EXCLUSION"),
    "images are not scanned": sets(_REPOSITORY, "ImageScanningConfiguration/ScanOnPush", False),
    "images go with the stack": sets(_REPOSITORY, "EmptyOnDelete", True),
    "one image is kept": sets(
        _REPOSITORY,
        "LifecyclePolicy/LifecyclePolicyText",
        '{"rules":[{"rulePriority":1,"selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":1},"action":{"type":"expire"}}]}',
    ),
    "images on the key of AWS": sets(_REPOSITORY, "EncryptionConfiguration", {"EncryptionType": "KMS"}),
    "another repository": adds(_REPOSITORY, {"RepositoryName": "other"}, stack="DataStack"),
    "the function has other code": sets(_FUNCTION, "Code", {"S3Bucket": "somebody-elses-bucket", "S3Key": "x.zip"}),
    "the function has other code of the same bucket": sets(_FUNCTION, "Code/S3Key", "0" * 64 + ".zip"),
    "the function has an old runtime": sets(_FUNCTION, "Runtime", "nodejs14.x"),
    "the function has a layer": sets(_FUNCTION, "Layers", ["arn:aws:lambda:ap-southeast-2:444455556666:layer:x:1"]),
    "the function has another role": sets(_FUNCTION, "Role", "arn:aws:iam::444455556666:role/x"),
    "the function has another handler": sets(_FUNCTION, "Handler", "index.other"),
    "the function has files": sets(_FUNCTION, "FileSystemConfigs", [{"Arn": "arn:aws:elasticfilesystem:x", "LocalMountPath": "/mnt/x"}]),
    "the function has an address": adds("AWS::Lambda::Url", {"AuthType": "NONE", "TargetFunctionArn": "x"}, stack="NetworkStack"),
    "another function": adds("AWS::Lambda::Function", {"Code": {"ZipFile": "pass"}, "Role": "x"}, stack="NetworkStack"),
}
