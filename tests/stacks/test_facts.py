"""Every fact of the design document, as a table: what stands in production's templates."""

import pytest

from tests.stacks.alarms import CONTROL_ALARMS, DOCUMENT_ALARMS, OWN_ALARMS, PRODUCTION_ALARMS
from tests.stacks.facts import Fact
from tradingbot_infra.design.log_lines import ERROR_QUERY, JSON_ERRORS
from tradingbot_infra.templates import Assembly

NETWORK = [
    Fact("The VPC has 10.0.0.0/16", "AWS::EC2::VPC", {"CidrBlock": "10.0.0.0/16", "EnableDnsHostnames": True, "EnableDnsSupport": True}),
    *(
        Fact(
            f"{cidr} is the {tier} subnet in {zone}",
            "AWS::EC2::Subnet",
            {
                "AvailabilityZone": zone,
                "MapPublicIpOnLaunch": False,
                "Tags/Key=aws-cdk:subnet-name": {"Key": "aws-cdk:subnet-name", "Value": tier},
            },
            where={"CidrBlock": cidr},
        )
        for tier, first, second in (
            ("Public", "10.0.0.0/24", "10.0.1.0/24"),
            ("Private", "10.0.10.0/24", "10.0.11.0/24"),
            ("Database", "10.0.20.0/24", "10.0.21.0/24"),
            ("Cache", "10.0.30.0/24", "10.0.31.0/24"),
        )
        for zone, cidr in (("ap-southeast-2a", first), ("ap-southeast-2b", second))
    ),
    Fact("There are no other subnets", "AWS::EC2::Subnet", {}, count=8),
    Fact("There is one internet gateway", "AWS::EC2::InternetGateway", {}),
    Fact("There are two NAT gateways", "AWS::EC2::NatGateway", {}, count=2),
    Fact("There is no NAT instance", "AWS::EC2::Instance", {}, count=0),
    Fact("There are no VPC endpoints unless they are asked for", "AWS::EC2::VPCEndpoint", {}, count=0),
    Fact(
        "All traffic is in the flow log",
        "AWS::EC2::FlowLog",
        {
            "ResourceId": "${NetworkStack.Vpc8378EB38}",
            "ResourceType": "VPC",
            "TrafficType": "ALL",
            "LogGroupName": "${NetworkStack.FlowLogGroup}",
        },
    ),
    Fact(
        "The default security group is closed",
        "Custom::VpcRestrictDefaultSG",
        {"DefaultSecurityGroupId": "${NetworkStack.Vpc8378EB38.DefaultSecurityGroup}"},
    ),
]

DATA = [
    Fact(
        "The database is the document's",
        "AWS::RDS::DBInstance",
        {
            "DBInstanceIdentifier": "tradingbot-ai-production-postgres",
            "Engine": "postgres",
            "EngineVersion": "15.19",
            "DBInstanceClass": "db.t3.micro",
            "AllocatedStorage": "20",
            "StorageType": "gp3",
            "MultiAZ": True,
            "StorageEncrypted": True,
            "KmsKeyId": "${DataStack.DatabaseKey.Arn}",
            "EnablePerformanceInsights": True,
            "PerformanceInsightsRetentionPeriod": 7,
            "PerformanceInsightsKMSKeyId": "${DataStack.DatabaseKey.Arn}",
            "DatabaseInsightsMode": "standard",
            "BackupRetentionPeriod": 7,
            "PreferredBackupWindow": "03:00-04:00",
            "PreferredMaintenanceWindow": "sun:04:00-sun:05:00",
            "AutoMinorVersionUpgrade": True,
            "DeletionProtection": True,
            "PubliclyAccessible": False,
            "CopyTagsToSnapshot": True,
            "EnableIAMDatabaseAuthentication": True,
            "EnableCloudwatchLogsExports": ["postgresql", "upgrade"],
            "MonitoringInterval": 60,
            "Port": "5432",
            "DBName": "tradingbot",
        },
    ),
    Fact(
        "RDS generates and rotates the master password under the secrets' key",
        "AWS::RDS::DBInstance",
        {"ManageMasterUserPassword": True, "MasterUserPassword": None, "MasterUserSecret": {"KmsKeyId": "${DataStack.SecretsKey.Arn}"}},
    ),
    Fact("TLS to the database is forced", "AWS::RDS::DBParameterGroup", {"Family": "postgres15", "Parameters/rds.force_ssl": "1"}),
    Fact(
        "Redis is the document's",
        "AWS::ElastiCache::ReplicationGroup",
        {
            "Engine": "redis",
            "EngineVersion": "7.0",
            "CacheNodeType": "cache.t3.micro",
            "NumCacheClusters": 1,
            "AutomaticFailoverEnabled": False,
            "MultiAZEnabled": False,
            "SnapshotRetentionLimit": 5,
            "TransitEncryptionEnabled": True,
            "TransitEncryptionMode": "required",
            "AtRestEncryptionEnabled": True,
            "KmsKeyId": "${DataStack.StorageKey.Arn}",
            "AuthToken": "{{resolve:secretsmanager:${DataStack.RedisAuthTokenSecret}:SecretString:::}}",
            "Port": 6379,
        },
    ),
    Fact(
        "Redis has a parameter group of its own",
        "AWS::ElastiCache::ParameterGroup",
        {"CacheParameterGroupFamily": "redis7", "Properties": {"maxmemory-policy": "allkeys-lru", "activedefrag": "yes"}},
    ),
    Fact(
        "Images are scanned on push, encrypted, immutable",
        "AWS::ECR::Repository",
        {
            "RepositoryName": "tradingbot-ai-production",
            "ImageScanningConfiguration": {"ScanOnPush": True},
            "ImageTagMutability": "IMMUTABLE",
            "EncryptionConfiguration": {"EncryptionType": "KMS", "KmsKey": "${DataStack.StorageKey.Arn}"},
        },
    ),
    Fact("No other account may pull unless it is listed", "AWS::ECR::Repository", {"RepositoryPolicyText": None}),
    Fact(
        "Scan results reach a log group",
        "AWS::Events::Rule",
        {
            "EventPattern": {
                "source": ["aws.ecr"],
                "detail-type": ["ECR Image Scan"],
                "detail": {"repository-name": ["${DataStack.Repository}"]},
            },
            "Targets/0/Arn": "arn:aws:logs:ap-southeast-2:${AWS::AccountId}:log-group:${DataStack.ScanResultsLog}",
        },
        where={"Description": "Image scan results to a log group"},
    ),
    *(
        Fact(
            f"{name} is a secret under its key, with a generated first value",
            "AWS::SecretsManager::Secret",
            {
                "KmsKeyId": "${DataStack.SecretsKey.Arn}",
                "SecretString": None,
                "GenerateSecretString": {"ExcludePunctuation": True, "PasswordLength": 32},
            },
            where={"Name": f"tradingbot-ai/production/{name}"},
        )
        for name in (
            "secret-key",
            "webhook-secret",
            "encryption-key",
            "binance-api-key",
            "binance-api-secret",
            "openai-api-key",
            "anthropic-api-key",
            "telegram-bot-token",
        )
    ),
    Fact(
        "database-url is composed of the endpoint, without a credential",
        "AWS::SecretsManager::Secret",
        {
            "KmsKeyId": "${DataStack.SecretsKey.Arn}",
            "GenerateSecretString": None,
            "SecretString": "postgresql://tradingbot@${DataStack.Postgres.Endpoint.Address}:${DataStack.Postgres.Endpoint.Port}/tradingbot",
        },
        where={"Name": "tradingbot-ai/production/database-url"},
    ),
    Fact(
        "The access log bucket is private, encrypted and expires",
        "AWS::S3::Bucket",
        {
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": True,
            },
            "BucketEncryption/ServerSideEncryptionConfiguration/0/ServerSideEncryptionByDefault/SSEAlgorithm": "AES256",
            "LifecycleConfiguration/Rules/0/ExpirationInDays": 400,
            "LifecycleConfiguration/Rules/0/NoncurrentVersionExpiration/NoncurrentDays": 1,
            "LifecycleConfiguration/Rules/0/Status": "Enabled",
            "LifecycleConfiguration/Rules/1/ExpiredObjectDeleteMarker": True,
        },
    ),
    Fact(
        "Single access logs can be locked, none is by default, and EventBridge hears of the bucket",
        "AWS::S3::Bucket",
        {
            "VersioningConfiguration": {"Status": "Enabled"},
            "ObjectLockEnabled": True,
            "ObjectLockConfiguration": None,
            "NotificationConfiguration": {"EventBridgeConfiguration": {"EventBridgeEnabled": True}},
        },
    ),
]

SERVICE = [
    Fact(
        "The cluster has Container Insights",
        "AWS::ECS::Cluster",
        {"ClusterName": "tradingbot-ai-production-cluster", "ClusterSettings": [{"Name": "containerInsights", "Value": "enabled"}]},
    ),
    Fact(
        "A task has half a vCPU and 1 GB",
        "AWS::ECS::TaskDefinition",
        {
            "Cpu": "512",
            "Memory": "1024",
            "RequiresCompatibilities": ["FARGATE"],
            "NetworkMode": "awsvpc",
            "RuntimePlatform/CpuArchitecture": "X86_64",
        },
    ),
    Fact(
        "The container is the document's",
        "AWS::ECS::TaskDefinition",
        {
            "ContainerDefinitions/0/Name": "tradingbot-container",
            "ContainerDefinitions/0/PortMappings": [{"ContainerPort": 8001, "Protocol": "tcp"}],
            "ContainerDefinitions/0/LogConfiguration/LogDriver": "awslogs",
            "ContainerDefinitions/0/LogConfiguration/Options/awslogs-group": "${ServiceStack.ContainerLogGroup}",
            "ContainerDefinitions/0/ReadonlyRootFilesystem": True,
            "ContainerDefinitions/0/Privileged": False,
            "ContainerDefinitions/0/User": "1000:1000",
            "ContainerDefinitions/0/StopTimeout": 120,
        },
    ),
    Fact(
        "The service runs on Fargate in the private subnets, without public addresses, and rolls back what does not become healthy",
        "AWS::ECS::Service",
        {
            "ServiceName": "tradingbot-ai-production-service",
            "LaunchType": "FARGATE",
            "DesiredCount": None,
            "NetworkConfiguration/AwsvpcConfiguration/AssignPublicIp": "DISABLED",
            "NetworkConfiguration/AwsvpcConfiguration/Subnets": [
                "${NetworkStack.VpcPrivateSubnet1Subnet536B997A}",
                "${NetworkStack.VpcPrivateSubnet2Subnet3788AAA1}",
            ],
            "DeploymentConfiguration/DeploymentCircuitBreaker": {"Enable": True, "Rollback": True},
            "DeploymentConfiguration/MinimumHealthyPercent": 100,
            "EnableExecuteCommand": False,
        },
    ),
    Fact(
        "Two to ten tasks run",
        "AWS::ApplicationAutoScaling::ScalableTarget",
        {"MinCapacity": 2, "MaxCapacity": 10, "ScheduledActions": None},
    ),
    *(
        Fact(
            f"Scaling holds {metric}",
            "AWS::ApplicationAutoScaling::ScalingPolicy",
            {"PolicyType": "TargetTrackingScaling", "TargetTrackingScalingPolicyConfiguration/TargetValue": target},
            where={"TargetTrackingScalingPolicyConfiguration/PredefinedMetricSpecification/PredefinedMetricType": metric},
        )
        for metric, target in (("ECSServiceAverageCPUUtilization", 70), ("ECSServiceAverageMemoryUtilization", 75))
    ),
    Fact(
        "The load balancer faces the internet, drops malformed headers, is protected and logs its accesses",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        {
            "Scheme": "internet-facing",
            "Type": "application",
            "Subnets": ["${NetworkStack.VpcPublicSubnet1Subnet5C2D37C4}", "${NetworkStack.VpcPublicSubnet2Subnet691E08A3}"],
            "LoadBalancerAttributes/Key=routing.http.drop_invalid_header_fields.enabled/Value": "true",
            "LoadBalancerAttributes/Key=deletion_protection.enabled/Value": "true",
            "LoadBalancerAttributes/Key=access_logs.s3.enabled/Value": "true",
            "LoadBalancerAttributes/Key=access_logs.s3.bucket/Value": "${DataStack.AccessLogsBucket}",
        },
    ),
    Fact(
        "Without a certificate the one listener forwards HTTP on port 80",
        "AWS::ElasticLoadBalancingV2::Listener",
        {"Port": 80, "Protocol": "HTTP", "DefaultActions/0/Type": "forward"},
    ),
    Fact(
        "Targets are checked every 30 seconds at /api/v1/health",
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        {"HealthCheckPath": "/api/v1/health", "HealthCheckIntervalSeconds": 30, "Matcher": {"HttpCode": "200"}, "TargetType": "ip"},
    ),
]

LOG_GROUPS = [
    Fact(
        f"{name} is encrypted and kept for 400 days",
        "AWS::Logs::LogGroup",
        {"KmsKeyId": "${NetworkStack.LogsKey.Arn}", "RetentionInDays": 400},
        where={"LogGroupName": name},
    )
    for name in (
        "/aws/vpc/tradingbot-ai-production",
        "/ecs/tradingbot-ai-production",
        "/aws/ecs/containerinsights/tradingbot-ai-production-cluster/performance",
        "/aws/events/ecr/tradingbot-ai-production/scan-results",
        "/aws/rds/instance/tradingbot-ai-production-postgres/postgresql",
        "/aws/rds/instance/tradingbot-ai-production-postgres/upgrade",
        "/aws/elasticache/tradingbot-ai-production-redis/slow-log",
        "/aws/elasticache/tradingbot-ai-production-redis/engine-log",
    )
]

ALARMS = [
    Fact(
        f"{name} alarms {comparison} {threshold} after {periods} period(s)",
        "AWS::CloudWatch::Alarm",
        {
            "MetricName": metric,
            "Namespace": namespace,
            "Statistic": statistic,
            "Threshold": threshold,
            "ComparisonOperator": {"above": "GreaterThanThreshold", "below": "LessThanThreshold"}[comparison],
            "EvaluationPeriods": periods,
            "Period": 300,
            "AlarmActions": ["${MonitoringStack.AlarmTopicD01E77F9}"],
            "TreatMissingData": missing,
        },
        where={"AlarmName": f"tradingbot-ai-production-{name}"},
    )
    for name, namespace, metric, statistic, comparison, threshold, periods, missing in (
        ("ecs-cpu", "AWS/ECS", "CPUUtilization", "Average", "above", 80, 2, "missing"),
        ("ecs-memory", "AWS/ECS", "MemoryUtilization", "Average", "above", 85, 2, "missing"),
        ("alb-response-time", "AWS/ApplicationELB", "TargetResponseTime", "Average", "above", 2, 2, "notBreaching"),
        ("alb-unhealthy-targets", "AWS/ApplicationELB", "UnHealthyHostCount", "Maximum", "above", 0, 2, "breaching"),
        ("rds-cpu", "AWS/RDS", "CPUUtilization", "Average", "above", 80, 2, "missing"),
        ("rds-free-storage", "AWS/RDS", "FreeStorageSpace", "Minimum", "below", 2 * 1024**3, 1, "missing"),
        ("rds-free-memory", "AWS/RDS", "FreeableMemory", "Average", "below", 256 * 1024**2, 2, "missing"),
        ("rds-connections", "AWS/RDS", "DatabaseConnections", "Average", "above", 65, 2, "missing"),
        ("redis-cpu", "AWS/ElastiCache", "EngineCPUUtilization", "Average", "above", 75, 2, "missing"),
        ("redis-host-cpu", "AWS/ElastiCache", "CPUUtilization", "Average", "above", 45, 2, "missing"),
        ("redis-memory", "AWS/ElastiCache", "DatabaseMemoryUsagePercentage", "Average", "above", 85, 2, "missing"),
        ("redis-evictions", "AWS/ElastiCache", "Evictions", "Sum", "above", 1000, 2, "notBreaching"),
        ("redis-connections", "AWS/ElastiCache", "CurrConnections", "Average", "above", 500, 2, "missing"),
        ("application-errors", "TradingBot/production", "ApplicationErrors", "Sum", "above", 10, 1, "notBreaching"),
    )
]

MONITORING = [
    *ALARMS,
    Fact(
        "alb-5xx alarms above 10, whether tasks or the load balancer answered so",
        "AWS::CloudWatch::Alarm",
        {
            "Threshold": 10,
            "ComparisonOperator": "GreaterThanThreshold",
            "EvaluationPeriods": 2,
            "Metrics/0/Expression": "FILL(targets, 0) + FILL(balancer, 0)",
            "Metrics/1/MetricStat/Metric/MetricName": "HTTPCode_Target_5XX_Count",
            "Metrics/2/MetricStat/Metric/MetricName": "HTTPCode_ELB_5XX_Count",
            "Metrics/1/MetricStat/Period": 300,
        },
        where={"AlarmName": "tradingbot-ai-production-alb-5xx"},
    ),
    Fact(
        "There are the document's thirteen alarms, five for controls that fail, two more for database and cache, and those of trading",
        "AWS::CloudWatch::Alarm",
        {},
        count=len(PRODUCTION_ALARMS),
    ),
    *(
        Fact(
            f"{name} notifies the alarm topic",
            "AWS::CloudWatch::Alarm",
            {"AlarmActions": ["${MonitoringStack.AlarmTopicD01E77F9}"]},
            where={"AlarmName": f"tradingbot-ai-production-{name}"},
        )
        for name in (*DOCUMENT_ALARMS, *CONTROL_ALARMS, *OWN_ALARMS)
    ),
    Fact(
        "The topic is encrypted",
        "AWS::SNS::Topic",
        {"KmsMasterKeyId": "${MonitoringStack.MessagingKey.Arn}"},
        where={"TopicName": "tradingbot-ai-production-alarms"},
    ),
    Fact(
        "ERROR lines of the container are counted, and what other libraries call an error",
        "AWS::Logs::MetricFilter",
        {
            "FilterPattern": JSON_ERRORS,
            "LogGroupName": "${ServiceStack.ContainerLogGroup}",
            "MetricTransformations/0/MetricValue": "1",
            "MetricTransformations/0/DefaultValue": 0,
        },
        where={"MetricTransformations/0/MetricName": "ApplicationErrors", "FilterPattern": JSON_ERRORS},
    ),
    Fact("There is one dashboard of the environment", "AWS::CloudWatch::Dashboard", {}, {"DashboardName": "tradingbot-ai-production"}),
    *(
        Fact(f"There is one dashboard of {name}", "AWS::CloudWatch::Dashboard", {}, {"DashboardName": f"tradingbot-ai-production-{name}"})
        for name in ("business", "trading", "users")
    ),
    *(
        Fact(
            f"The query {title!r} is saved",
            "AWS::Logs::QueryDefinition",
            {"QueryString": query, "LogGroupNames": ["${ServiceStack.ContainerLogGroup}"]},
            where={"Name": f"tradingbot-ai-production/{title}"},
        )
        for title, query in (
            (
                "Recent errors",
                f"fields @timestamp, @message, level, request_id\n| {ERROR_QUERY}\n| sort @timestamp desc\n| limit 100",
            ),
            ("Slow requests", "fields @timestamp, @message, duration_ms\n| filter duration_ms > 1000\n| sort duration_ms desc\n| limit 50"),
            (
                "Trading activity",
                "fields @timestamp, @message\n| filter @message like /SIGNAL|ORDER|POSITION/\n| sort @timestamp desc\n| limit 100",
            ),
        )
    ),
]

KEYS = [
    Fact(
        "Every key rotates, and waits 30 days before it goes",
        "AWS::KMS::Key",
        {"EnableKeyRotation": True, "PendingWindowInDays": 30},
        count=5,
    ),
]


@pytest.mark.parametrize("fact", [*NETWORK, *DATA, *SERVICE, *LOG_GROUPS, *MONITORING, *KEYS], ids=str)
def test_fact_of_the_design_holds_in_production(fact: Fact, production: Assembly) -> None:
    fact.check(production)
