"""Data leaves by a door that nobody watches, or is kept where nobody expects it."""

from typing import Any

from tests.compliance.seeds.faults import OTHER_ACCOUNT, Fault, Seeds, adds, appends, attribute, sets

_BUCKET = "AWS::S3::Bucket"
_FOREIGN_BUCKET = "arn:aws:s3:::somebody-elses-bucket"
_ROLE = {"Fn::GetAtt": ["TaskRole1BACB6E0", "Arn"]}


def _data(resource_type: str, **properties: Any) -> Fault:
    return adds(resource_type, properties, stack="DataStack")


def _service(resource_type: str, **properties: Any) -> Fault:
    return adds(resource_type, properties)


SEEDS: Seeds = {
    "the application log is subscribed to another account": _service(
        "AWS::Logs::SubscriptionFilter",
        LogGroupName={"Ref": "ContainerLogGroup"},
        FilterPattern="",
        DestinationArn=f"arn:aws:logs:ap-southeast-2:{OTHER_ACCOUNT}:destination:all",
    ),
    "the application log is subscribed in another region": _service(
        "AWS::Logs::SubscriptionFilter",
        LogGroupName={"Ref": "ContainerLogGroup"},
        FilterPattern="",
        DestinationArn={"Fn::Sub": "arn:aws:kinesis:us-east-1:${AWS::AccountId}:stream/x"},
    ),
    "every log group is subscribed": _service(
        "AWS::Logs::AccountPolicy", PolicyName="all", PolicyType="SUBSCRIPTION_FILTER_POLICY", PolicyDocument="{}"
    ),
    "a log destination": _service("AWS::Logs::Destination", DestinationName="x", RoleArn=_ROLE, TargetArn="arn:aws:kinesis:x"),
    "a log delivery": _service("AWS::Logs::Delivery", DeliverySourceName="x", DeliveryDestinationArn="arn:aws:logs:x"),
    "logs are transformed": _service("AWS::Logs::Transformer", LogGroupIdentifier="x", TransformerConfig=[]),
    "an inventory of the bucket goes to another": sets(
        _BUCKET,
        "InventoryConfigurations",
        [{"Id": "all", "Enabled": True, "Destination": {"BucketArn": _FOREIGN_BUCKET, "Format": "CSV"}, "ScheduleFrequency": "Daily"}],
    ),
    "the bucket is replicated to another account": sets(
        _BUCKET,
        "ReplicationConfiguration",
        {"Role": _ROLE, "Rules": [{"Status": "Enabled", "Destination": {"Bucket": _FOREIGN_BUCKET, "Account": OTHER_ACCOUNT}}]},
    ),
    "analytics of the bucket go to another": sets(
        _BUCKET,
        "AnalyticsConfigurations",
        [{"Id": "x", "StorageClassAnalysis": {"DataExport": {"Destination": {"BucketArn": _FOREIGN_BUCKET, "Format": "CSV"}}}}],
    ),
    "the bucket notifies a queue of another account": sets(
        _BUCKET,
        "NotificationConfiguration/QueueConfigurations",
        [{"Event": "s3:ObjectCreated:*", "Queue": f"arn:aws:sqs:ap-southeast-2:{OTHER_ACCOUNT}:q"}],
    ),
    "the bucket logs into another": sets(_BUCKET, "LoggingConfiguration", {"DestinationBucketName": "somebody-elses-bucket"}),
    "the bucket is a website": sets(_BUCKET, "WebsiteConfiguration", {"IndexDocument": "index.html"}),
    "the bucket answers pages of every origin": sets(
        _BUCKET, "CorsConfiguration", {"CorsRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}
    ),
    "the bucket is public by its list": sets(_BUCKET, "AccessControl", "PublicRead"),
    "the bucket's tables are open to analysis": sets(
        _BUCKET, "MetadataTableConfiguration", {"S3TablesDestination": {"TableBucketArn": "arn:aws:s3tables:x", "TableName": "x"}}
    ),
    "objects expire after a day": sets(_BUCKET, "LifecycleConfiguration/Rules/0/ExpirationInDays", 1),
    "objects move to a class that loses a zone": sets(
        _BUCKET, "LifecycleConfiguration/Rules/0/Transitions", [{"StorageClass": "ONEZONE_IA", "TransitionInDays": 30}]
    ),
    "objects have owners of their own": sets(_BUCKET, "OwnershipControls/Rules/0/ObjectOwnership", "ObjectWriter"),
    "public access is blocked but for policies": sets(_BUCKET, "PublicAccessBlockConfiguration/RestrictPublicBuckets", False),
    "old versions are not kept": sets(_BUCKET, "VersioningConfiguration/Status", "Suspended"),
    "an access point of the bucket": _data("AWS::S3::AccessPoint", Bucket={"Ref": "AccessLogsBucket"}, BucketAccountId=OTHER_ACCOUNT),
    "an access point over regions": _data("AWS::S3::MultiRegionAccessPoint", Regions=[{"Bucket": {"Ref": "AccessLogsBucket"}}]),
    "an access point that runs code": _data("AWS::S3ObjectLambda::AccessPoint", ObjectLambdaConfiguration={}),
    "grants of S3": _data("AWS::S3::AccessGrant", AccessGrantsLocationId="default", Permission="READ", Grantee={}),
    "a second bucket": _data("AWS::S3::Bucket"),
    "a second bucket as good as the first": _data(
        "AWS::S3::Bucket",
        PublicAccessBlockConfiguration=dict.fromkeys(
            ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
        ),
        BucketEncryption={"ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]},
        OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        VersioningConfiguration={"Status": "Enabled"},
    ),
    "events go to a bus of another account": appends(
        "AWS::Events::Rule", "Targets", {"Arn": f"arn:aws:events:ap-southeast-2:{OTHER_ACCOUNT}:event-bus/default", "Id": "Bus"}
    ),
    "events go to a web address": appends(
        "AWS::Events::Rule", "Targets", {"Arn": "arn:aws:events:ap-southeast-2:444455556666:api-destination/x/1", "Id": "Web"}
    ),
    "events that fail go to a queue of another account": sets(
        "AWS::Events::Rule", "Targets/0/DeadLetterConfig", {"Arn": f"arn:aws:sqs:ap-southeast-2:{OTHER_ACCOUNT}:q"}
    ),
    "every event of the account goes to the log group": sets("AWS::Events::Rule", "EventPattern", {"source": [{"prefix": ""}]}),
    "a rule for calls of Secrets Manager": _data(
        "AWS::Events::Rule",
        EventPattern={"source": ["aws.secretsmanager"]},
        Targets=[{"Arn": f"arn:aws:sqs:ap-southeast-2:{OTHER_ACCOUNT}:q", "Id": "Queue"}],
    ),
    "an archive of events": _data("AWS::Events::Archive", SourceArn="arn:aws:events:x"),
    "a pipe": _service("AWS::Pipes::Pipe", RoleArn=_ROLE, Source="arn:aws:sqs:x", Target="arn:aws:lambda:x"),
    "backups are copied to another account": sets(
        "AWS::Backup::BackupPlan",
        "BackupPlan/BackupPlanRule/0/CopyActions",
        [{"DestinationBackupVaultArn": f"arn:aws:backup:ap-southeast-2:{OTHER_ACCOUNT}:backup-vault:x"}],
    ),
    "backups are copied to another region": sets(
        "AWS::Backup::BackupPlan",
        "BackupPlan/BackupPlanRule/0/CopyActions",
        [{"DestinationBackupVaultArn": {"Fn::Sub": "arn:aws:backup:us-east-1:${AWS::AccountId}:backup-vault:x"}}],
    ),
    "backups take everything": sets("AWS::Backup::BackupSelection", "BackupSelection/Resources", ["*"]),
    "automated backups go to another region": sets("AWS::RDS::DBInstance", "AutomaticBackupReplicationRegion", "us-east-1"),
    "the database has roles that export": sets(
        "AWS::RDS::DBInstance", "AssociatedRoles", [{"FeatureName": "s3Export", "RoleArn": f"arn:aws:iam::{OTHER_ACCOUNT}:role/x"}]
    ),
    "the database is restored from a stranger's snapshot": sets(
        "AWS::RDS::DBInstance", "DBSnapshotIdentifier", f"arn:aws:rds:ap-southeast-2:{OTHER_ACCOUNT}:snapshot:x"
    ),
    "the database follows another": sets(
        "AWS::RDS::DBInstance", "SourceDBInstanceIdentifier", f"arn:aws:rds:us-east-1:{OTHER_ACCOUNT}:db:x"
    ),
    "a proxy of the database": _data(
        "AWS::RDS::DBProxy", DBProxyName="x", EngineFamily="POSTGRESQL", RequireTLS=False, RoleArn=_ROLE, Auth=[], VpcSubnetIds=[]
    ),
    "an integration of the database": _data(
        "AWS::RDS::Integration", SourceArn={"Fn::GetAtt": ["Postgres", "DBInstanceArn"]}, TargetArn="x"
    ),
    "a migration of the database": _data("AWS::DMS::Endpoint", EndpointType="source", EngineName="postgres"),
    "Redis is seeded from a stranger's bucket": sets(
        "AWS::ElastiCache::ReplicationGroup", "SnapshotArns", ["arn:aws:s3:::somebody-elses-bucket/dump.rdb"]
    ),
    "Redis joins a global store": sets("AWS::ElastiCache::ReplicationGroup", "GlobalReplicationGroupId", "x"),
    "Redis logs into another group": sets(
        "AWS::ElastiCache::ReplicationGroup",
        "LogDeliveryConfigurations/0",
        {
            "DestinationDetails": {"KinesisFirehoseDetails": {"DeliveryStream": "x"}},
            "DestinationType": "kinesis-firehose",
            "LogFormat": "json",
            "LogType": "slow-log",
        },
    ),
    "a secret is replicated": sets("AWS::SecretsManager::Secret", "ReplicaRegions", [{"Region": "us-east-1"}]),
    "a replica of a key": _data("AWS::KMS::ReplicaKey", PrimaryKeyArn="arn:aws:kms:us-east-1:444455556666:key/x", KeyPolicy={}),
    "a key for every region": sets("AWS::KMS::Key", "MultiRegion", True, of="DatabaseKey"),
    "a key whose material comes from outside": sets("AWS::KMS::Key", "Origin", "EXTERNAL", of="DatabaseKey"),
    "a key that is off": sets("AWS::KMS::Key", "Enabled", False, of="DatabaseKey"),
    "a key that rotates every seven years": sets("AWS::KMS::Key", "RotationPeriodInDays", 2560, of="DatabaseKey"),
    "a key whose policy locks everybody out": sets("AWS::KMS::Key", "BypassPolicyLockoutSafetyCheck", True, of="DatabaseKey"),
    "an alias leads to another key": sets("AWS::KMS::Alias", "TargetKeyId", {"Fn::GetAtt": ["StorageKey", "Arn"]}, of="DatabaseKeyAlias"),
    "images are replicated to another account": _data(
        "AWS::ECR::ReplicationConfiguration",
        ReplicationConfiguration={"Rules": [{"Destinations": [{"Region": "ap-southeast-2", "RegistryId": OTHER_ACCOUNT}]}]},
    ),
    "the registry is open to another account": _data("AWS::ECR::RegistryPolicy", PolicyText={"Statement": []}),
    "images come through a public cache": _data("AWS::ECR::PullThroughCacheRule", EcrRepositoryPrefix="docker"),
    "a public repository": _data("AWS::ECR::PublicRepository", RepositoryName="x"),
    "alarms go to a web address": _service(
        "AWS::SNS::Subscription", TopicArn={"Ref": "AlarmTopicD01E77F9"}, Protocol="https", Endpoint="https://example.com/hook"
    ),
    "alarms go to a queue of another account": adds(
        "AWS::SNS::Subscription",
        {"TopicArn": {"Ref": "AlarmTopicD01E77F9"}, "Protocol": "sqs", "Endpoint": f"arn:aws:sqs:ap-southeast-2:{OTHER_ACCOUNT}:q"},
        stack="MonitoringStack",
    ),
    "alarms go to a stranger by mail": adds(
        "AWS::SNS::Subscription",
        {"TopicArn": {"Ref": "AlarmTopicD01E77F9"}, "Protocol": "email", "Endpoint": "stranger@example.net"},
        stack="MonitoringStack",
    ),
    "alarms go to a telephone": adds(
        "AWS::SNS::Subscription",
        {"TopicArn": {"Ref": "AlarmTopicD01E77F9"}, "Protocol": "sms", "Endpoint": "+15550100"},
        stack="MonitoringStack",
    ),
    "the topic is on no key": sets("AWS::SNS::Topic", "KmsMasterKeyId", "alias/aws/sns"),
    "the topic subscribes by itself": sets("AWS::SNS::Topic", "Subscription", [{"Protocol": "http", "Endpoint": "http://example.com"}]),
    "the topic keeps messages": sets("AWS::SNS::Topic", "DataProtectionPolicy", {"Name": "x", "Statement": []}),
    "a second topic": adds("AWS::SNS::Topic", {"TopicName": "other"}, stack="MonitoringStack"),
    "metrics stream away": _service("AWS::CloudWatch::MetricStream", FirehoseArn="x", OutputFormat="json", RoleArn=_ROLE),
    "metrics are shared with another account": _service("AWS::Oam::Link", ResourceTypes=["AWS::Logs::LogGroup"], SinkIdentifier="x"),
    "a resource share": _service("AWS::RAM::ResourceShare", Name="x", Principals=[OTHER_ACCOUNT], AllowExternalPrincipals=True),
    "deleted logs": attribute("AWS::Logs::LogGroup", "DeletionPolicy", "Delete", of="ContainerLogGroup"),
    "deleted keys": attribute("AWS::KMS::Key", "DeletionPolicy", "Delete", of="DatabaseKey"),
    "a database that is replaced without a snapshot": attribute("AWS::RDS::DBInstance", "UpdateReplacePolicy", "Delete"),
    "a bucket that is deleted": attribute("AWS::S3::Bucket", "DeletionPolicy", "Delete"),
}
