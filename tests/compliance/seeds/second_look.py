"""Faults of every kind that were thought of after the rules were written."""

import json
from typing import Any

from tests.compliance.seeds.faults import OTHER_ACCOUNT, OWN_ACCOUNT, Fault, Seeds, Templates, adds, appends, both, permits, sets, states

_TASK, _SERVICE, _ACL = "AWS::ECS::TaskDefinition", "AWS::ECS::Service", "AWS::WAFv2::WebACL"
_ROLE, _KEY, _POLICY = "AWS::IAM::Role", "AWS::KMS::Key", "AWS::IAM::ManagedPolicy"
_CONTAINER = "ContainerDefinitions/0"
_TRUST = "AssumeRolePolicyDocument/Statement/0"


def _twice(resource_type: str, of: str, name: str) -> Fault:
    """A copy of a resource beside it, under another name."""

    def fault(templates: Templates) -> None:
        body = json.loads(json.dumps(templates.body(resource_type, of)))
        body["Properties"][name] = f"{of.lower()}-other"
        for template in templates.by_stack.values():
            if any(each["Type"] == resource_type and key.startswith(of) for key, each in template["Resources"].items()):
                template["Resources"]["Seed"] = body
                return

    return fault


def _swapped(resource_type: str, path: str, first: str, second: str) -> Fault:
    """Two resources exchange a value."""

    def value(templates: Templates, of: str) -> Any:
        target = templates.body(resource_type, of)["Properties"]
        for part in path.split("/"):
            target = target[part]
        return target

    def fault(templates: Templates) -> None:
        one, other = value(templates, first), value(templates, second)
        sets(resource_type, path, other, of=first)(templates)
        sets(resource_type, path, one, of=second)(templates)

    return fault


def _moved(resource_type: str, of: str, to: str) -> Fault:
    """A resource is declared in another stack."""

    def fault(templates: Templates) -> None:
        body = templates.body(resource_type, of)
        for template in templates.by_stack.values():
            template["Resources"] = {key: each for key, each in template["Resources"].items() if each is not body}
        templates.by_stack[to]["Resources"]["Seed"] = body

    return fault


def _statement(resource_type: str, of: str, number: int, **parts: Any) -> Fault:
    return lambda templates: templates.statements(resource_type, of)[number].update(parts)


SEEDS: Seeds = {
    "the deny of old TLS is for one reader only": _statement("AWS::S3::BucketPolicy", "", 1, Principal={"AWS": OTHER_ACCOUNT}),
    "the deny of deletion leaves versions out": _statement("AWS::S3::BucketPolicy", "", 2, Action="s3:DeleteObject"),
    "the deny of deletion is for one prefix": _statement(
        "AWS::S3::BucketPolicy", "", 2, Resource={"Fn::Sub": "${AccessLogsBucket.Arn}/x/*"}
    ),
    "the deny of deletion has a condition": _statement(
        "AWS::S3::BucketPolicy", "", 2, Condition={"StringNotEquals": {"aws:PrincipalAccount": OWN_ACCOUNT}}
    ),
    "the deny of plain HTTP became an allow": _statement("AWS::S3::BucketPolicy", "", 0, Effect="Allow"),
    "the deny of plain HTTP is for a version that nobody speaks": _statement(
        "AWS::S3::BucketPolicy", "", 1, Condition={"NumericLessThan": {"s3:TlsVersion": 1.0}}
    ),
    "the topic's deny of plain HTTP asks for true": _statement(
        "AWS::SNS::TopicPolicy", "", 0, Condition={"Bool": {"aws:SecureTransport": "true"}}
    ),
    "any key of a condition counts": _statement(
        "AWS::SNS::TopicPolicy", "", 1, Condition={"ForAnyValue:StringLike": {"aws:SourceAccount": [OWN_ACCOUNT, "*"]}}
    ),
    "a condition of all values is true without one": _statement(
        _ROLE, "TaskRole", 0, Condition={"ForAllValues:StringEquals": {"aws:SourceAccount": OWN_ACCOUNT}}
    ),
    "a condition is true where there is no account": _statement(_ROLE, "TaskRole", 0, Condition={"Null": {"aws:SourceAccount": "true"}}),
    "a condition compares the account with a star at its end": _statement(
        _ROLE, "TaskRole", 0, Condition={"StringLike": {"aws:SourceAccount": "4444*"}}
    ),
    "a condition compares without case and with a stranger": _statement(
        _ROLE, "TaskRole", 0, Condition={"StringEqualsIgnoreCase": {"aws:SourceAccount": OTHER_ACCOUNT}}
    ),
    "a condition has the account of this stack in a text of two": _statement(
        _ROLE, "TaskRole", 0, Condition={"StringEquals": {"aws:SourceAccount": {"Fn::Sub": "${AWS::AccountId}0"}}}
    ),
    "a trust by a service of another partition": sets(
        _ROLE, f"{_TRUST}/Principal", {"Service": "ecs-tasks.amazonaws.com.cn"}, of="TaskRole"
    ),
    "a trust by a service of another region": sets(
        _ROLE, f"{_TRUST}/Principal", {"Service": "ecs-tasks.us-east-1.amazonaws.com"}, of="TaskRole"
    ),
    "a trust by every service": sets(_ROLE, f"{_TRUST}/Principal", {"Service": "*"}, of="TaskRole"),
    "a trust by a canonical user": appends(
        _ROLE,
        "AssumeRolePolicyDocument/Statement",
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"},
        },
        of="TaskRole",
    ),
    "sessions of a trust have tags": sets(_ROLE, f"{_TRUST}/Action", ["sts:AssumeRole", "sts:TagSession"], of="TaskRole"),
    "a statement that denies the task its secrets": states(
        _POLICY, "TaskRolePolicy", {"Effect": "Deny", "Action": "secretsmanager:GetSecretValue"}
    ),
    "a policy of an old version of the language": sets(_POLICY, "PolicyDocument/Version", "2008-10-17", of="TaskRolePolicy"),
    "an action in other case": permits("TaskRolePolicy", "SECRETSMANAGER:putsecretvalue"),
    "an action behind an escape": permits("TaskRolePolicy", "iam:Create\u0055ser"),
    "two roles exchange their policies": _swapped(_ROLE, "ManagedPolicyArns", "TaskRole", "ExecutionRole"),
    "two roles exchange their trusts": _swapped(_ROLE, "AssumeRolePolicyDocument", "BackupRole", "MonitoringRole"),
    "two keys exchange their policies": _swapped(_KEY, "KeyPolicy", "LogsKey", "MessagingKey"),
    "the task exchanges its roles": both(
        sets(_TASK, "TaskRoleArn", {"Fn::GetAtt": ["ExecutionRoleCDF74862", "Arn"]}),
        sets(_TASK, "ExecutionRoleArn", {"Fn::GetAtt": ["TaskRole1BACB6E0", "Arn"]}),
    ),
    "the database is on the key of secrets": sets("AWS::RDS::DBInstance", "KmsKeyId", {"Fn::GetAtt": ["SecretsKey", "Arn"]}),
    "secrets are on the key of images": sets(
        "AWS::SecretsManager::Secret", "KmsKeyId", {"Fn::GetAtt": ["StorageKey", "Arn"]}, of="BinanceApiSecret"
    ),
    "a log group is on the key of the database": sets(
        "AWS::Logs::LogGroup", "KmsKeyId", {"Fn::GetAtt": ["DatabaseKey", "Arn"]}, of="DatabasePostgresqlLog"
    ),
    "a second repository": _twice("AWS::ECR::Repository", "Repository", "RepositoryName"),
    "a second service": _twice(_SERVICE, "ApiService", "ServiceName"),
    "a second task definition": _twice(_TASK, "Task", "Family"),
    "a second web ACL": _twice(_ACL, "WebAcl", "Name"),
    "a second log group": _twice("AWS::Logs::LogGroup", "ContainerLogGroup", "LogGroupName"),
    "a second secret": _twice("AWS::SecretsManager::Secret", "SecretKeySecret", "Name"),
    "a second vault": _twice("AWS::Backup::BackupVault", "BackupVault", "BackupVaultName"),
    "a second cache": _twice("AWS::ElastiCache::ReplicationGroup", "Redis", "ReplicationGroupId"),
    "a second alarm": _twice("AWS::CloudWatch::Alarm", "AlarmsRdsCpu", "AlarmName"),
    "a second dashboard": _twice("AWS::CloudWatch::Dashboard", "Dashboard", "DashboardName"),
    "a second state machine": _twice("AWS::StepFunctions::StateMachine", "PasswordRolloutStateMachine", "StateMachineName"),
    "a second load balancer": _twice("AWS::ElasticLoadBalancingV2::LoadBalancer", "LoadBalancer", "Name"),
    "a second target group": _twice("AWS::ElasticLoadBalancingV2::TargetGroup", "LoadBalancerPublicListenerECSGroup", "Name"),
    "the bucket stands in another stack": _moved("AWS::S3::Bucket", "AccessLogsBucket", "ServiceStack"),
    "the topic stands in another stack": _moved("AWS::SNS::Topic", "AlarmTopic", "ServiceStack"),
    "a key stands in another stack": _moved(_KEY, "StorageKey", "MonitoringStack"),
    "the state machine stops the service": sets(
        "AWS::StepFunctions::StateMachine", "Definition/States/ReplaceTasks/Arguments/DesiredCount", 0
    ),
    "the state machine reads the password": sets(
        "AWS::StepFunctions::StateMachine",
        "Definition/States/DescribeSecret/Resource",
        "arn:aws:states:::aws-sdk:secretsmanager:getSecretValue",
    ),
    "the state machine calls a web address": sets(
        "AWS::StepFunctions::StateMachine",
        "Definition/States/Send",
        {"Type": "Task", "Resource": "arn:aws:states:::http:invoke", "Arguments": {"ApiEndpoint": "https://example.com"}, "End": True},
    ),
    "the state machine logs what it reads": sets("AWS::StepFunctions::StateMachine", "LoggingConfiguration/IncludeExecutionData", True),
    "the state machine is defined in a bucket": sets(
        "AWS::StepFunctions::StateMachine", "DefinitionS3Location", {"Bucket": "somebody-elses", "Key": "x"}
    ),
    "the schedule may be late by a day": sets(
        "AWS::Scheduler::Schedule", "FlexibleTimeWindow", {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 1440}
    ),
    "the health check of the container always succeeds": sets(_TASK, f"{_CONTAINER}/HealthCheck", {"Command": ["CMD-SHELL", "exit 0"]}),
    "the container has a log of no group": sets(_TASK, f"{_CONTAINER}/LogConfiguration/Options/awslogs-group", "/ecs/other"),
    "the container makes its log group": sets(_TASK, f"{_CONTAINER}/LogConfiguration/Options/awslogs-create-group", "true"),
    "the container sees a secret under another name": sets(_TASK, f"{_CONTAINER}/Secrets/0/Name", "LD_PRELOAD"),
    "two containers' secrets are exchanged": both(
        sets(_TASK, f"{_CONTAINER}/Secrets/0/Name", "WEBHOOK_SECRET"), sets(_TASK, f"{_CONTAINER}/Secrets/1/Name", "SECRET_KEY")
    ),
    "the container has a variable that loads code": appends(
        _TASK, f"{_CONTAINER}/Environment", {"Name": "PYTHONSTARTUP", "Value": "/app/x.py"}
    ),
    "the container has a proxy": appends(_TASK, f"{_CONTAINER}/Environment", {"Name": "HTTPS_PROXY", "Value": "http://203.0.113.9:3128"}),
    "the container trusts another authority": appends(
        _TASK, f"{_CONTAINER}/Environment", {"Name": "SSL_CERT_FILE", "Value": "/app/ca.pem"}
    ),
    "the container does not check certificates": appends(_TASK, f"{_CONTAINER}/Environment", {"Name": "PYTHONHTTPSVERIFY", "Value": "0"}),
    "the task has ten times the memory": sets(_TASK, "Memory", "30720"),
    "the task has a family of another": sets(_TASK, "Family", "somebody-elses"),
    "the task has a proxy": sets(_TASK, "ProxyConfiguration", {"ContainerName": "tradingbot-container", "Type": "APPMESH"}),
    "the task has a large disk": sets(_TASK, "EphemeralStorage", {"SizeInGiB": 200}),
    "the service runs a hundred tasks": sets(_SERVICE, "DesiredCount", 100),
    "the service forgives for an hour": sets(_SERVICE, "HealthCheckGracePeriodSeconds", 3600),
    "the service registers another container": sets(_SERVICE, "LoadBalancers/0/ContainerPort", 22),
    "the service is on spot capacity": sets(_SERVICE, "CapacityProviderStrategy", [{"CapacityProvider": "FARGATE_SPOT", "Weight": 1}]),
    "the service has a daemon": sets(_SERVICE, "SchedulingStrategy", "DAEMON"),
    "the bucket has a retention that nobody can undo": sets(
        "AWS::S3::Bucket",
        "ObjectLockConfiguration",
        {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Years": 99}}},
    ),
    "the bucket has a name that somebody else had": sets("AWS::S3::Bucket", "BucketName", "tradingbot-logs"),
    "a rule of the bucket's lifecycle is off": sets("AWS::S3::Bucket", "LifecycleConfiguration/Rules/0/Status", "Disabled"),
    "a rule of the bucket's lifecycle is for a prefix": sets("AWS::S3::Bucket", "LifecycleConfiguration/Rules/0/Prefix", "nothing/"),
    "the bucket tells no event bus": sets(
        "AWS::S3::Bucket", "NotificationConfiguration/EventBridgeConfiguration/EventBridgeEnabled", False
    ),
    "the bucket calls a function": sets(
        "AWS::S3::Bucket",
        "NotificationConfiguration/LambdaConfigurations",
        [{"Event": "s3:ObjectCreated:*", "Function": f"arn:aws:lambda:ap-southeast-2:{OTHER_ACCOUNT}:function:x"}],
    ),
    "the database listens on another port": sets("AWS::RDS::DBInstance", "Port", "5433"),
    "the database has another name": sets("AWS::RDS::DBInstance", "DBInstanceIdentifier", "other"),
    "the database is of a class that costs a house": sets("AWS::RDS::DBInstance", "DBInstanceClass", "db.r6i.32xlarge"),
    "the database grows without an end": sets("AWS::RDS::DBInstance", "MaxAllocatedStorage", 65536),
    "the database is maintained at noon": sets("AWS::RDS::DBInstance", "PreferredMaintenanceWindow", "wed:02:00-wed:06:00"),
    "the database pays for fast disks": both(
        sets("AWS::RDS::DBInstance", "StorageType", "io2"), sets("AWS::RDS::DBInstance", "Iops", 64000)
    ),
    "the database applies changes at once": sets("AWS::RDS::DBInstance", "ApplyImmediately", True),
    "the database is managed by a rotation of none": sets("AWS::RDS::DBInstance", "ManageMasterUserPassword", False),
    "Redis is of a class that costs a house": sets("AWS::ElastiCache::ReplicationGroup", "CacheNodeType", "cache.r7g.16xlarge"),
    "Redis is in cluster mode": sets("AWS::ElastiCache::ReplicationGroup", "ClusterMode", "enabled"),
    "Redis speaks IPv6": sets("AWS::ElastiCache::ReplicationGroup", "NetworkType", "dual_stack"),
    "Redis takes snapshots of itself while it trades": sets("AWS::ElastiCache::ReplicationGroup", "SnapshotWindow", "13:00-14:00"),
    "the web ACL blocks everybody": sets(_ACL, "DefaultAction", {"Block": {}}),
    "the web ACL answers with a page of another": sets(
        _ACL, "CustomResponseBodies", {"x": {"ContentType": "TEXT_HTML", "Content": "<script src=https://example.com>"}}
    ),
    "the web ACL shares its data": sets(_ACL, "DataProtectionConfig/DataProtections/0/Action", "HASH"),
    "a group of the web ACL is replaced by a bot control that costs": sets(
        _ACL, "Rules/1/Statement/ManagedRuleGroupStatement/Name", "AWSManagedRulesBotControlRuleSet"
    ),
    "the web ACL looks at less of the body": sets(
        _ACL, "AssociationConfig", {"RequestBody": {"ALB": {"DefaultSizeInspectionLimit": "KB_8"}}}
    ),
    "an alarm is of a formula": sets("AWS::CloudWatch::Alarm", "Metrics", [{"Id": "e1", "Expression": "0*m1"}], of="AlarmsRdsCpu"),
    "an alarm adapts to an attack": both(
        sets("AWS::CloudWatch::Alarm", "ThresholdMetricId", "ad1", of="AlarmsRdsCpu"),
        sets("AWS::CloudWatch::Alarm", "ComparisonOperator", "GreaterThanUpperThreshold", of="AlarmsRdsCpu"),
    ),
    "two alarms exchange their metrics": _swapped("AWS::CloudWatch::Alarm", "MetricName", "AlarmsRedisCpu", "AlarmsRedisMemory"),
    "two alarms exchange their thresholds": _swapped("AWS::CloudWatch::Alarm", "Threshold", "AlarmsRedisEvictions", "AlarmsRedisMemory"),
    "a composite alarm that silences": adds(
        "AWS::CloudWatch::CompositeAlarm",
        {"AlarmRule": "FALSE", "ActionsSuppressor": "x", "ActionsEnabled": False},
        stack="MonitoringStack",
    ),
    "the dashboard runs code": sets(
        "AWS::CloudWatch::Dashboard",
        "DashboardBody",
        '{"widgets":[{"type":"custom","properties":{"endpoint":"arn:aws:lambda:us-east-1:444455556666:function:x"}}]}',
    ),
    "a query of other logs": sets("AWS::Logs::QueryDefinition", "LogGroupNames", ["/aws/cloudtrail"]),
    "an alias of AWS's own name": sets("AWS::KMS::Alias", "AliasName", "alias/tradingbot-ai-production-root", of="DatabaseKeyAlias"),
    "a key without a policy": lambda templates: templates.body(_KEY, "DatabaseKey")["Properties"].pop("KeyPolicy"),
    "a key for signing": sets(_KEY, "KeyUsage", "SIGN_VERIFY", of="DatabaseKey"),
    "a key of the account's administrators only by name": sets(
        _KEY,
        "KeyPolicy/Statement/0/Principal",
        {"AWS": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:user/somebody"}},
        of="DatabaseKey",
    ),
    "a subnet in another network": sets("AWS::EC2::Subnet", "VpcId", "vpc-0123456789abcdef0", of="VpcDatabaseSubnet1"),
    "a subnet with another block": sets("AWS::EC2::Subnet", "CidrBlock", "10.0.200.0/24", of="VpcDatabaseSubnet1"),
    "two subnets exchange their blocks": _swapped("AWS::EC2::Subnet", "CidrBlock", "VpcPublicSubnet1Subnet", "VpcDatabaseSubnet1Subnet"),
    "a subnet gives instances public names": sets(
        "AWS::EC2::Subnet", "PrivateDnsNameOptionsOnLaunch", {"EnableResourceNameDnsARecord": True}, of="VpcDatabaseSubnet1"
    ),
    "a subnet answers by a customer's address": sets("AWS::EC2::Subnet", "MapCustomerOwnedIpOnLaunch", True, of="VpcPublicSubnet1"),
    "NAT stands in a private subnet": sets(
        "AWS::EC2::NatGateway", "SubnetId", {"Ref": "VpcPrivateSubnet1Subnet536B997A"}, of="VpcPublicSubnet1NAT"
    ),
    "both zones go through one NAT": sets(
        "AWS::EC2::Route", "NatGatewayId", {"Ref": "VpcPublicSubnet1NATGateway4D7517AA"}, of="VpcPrivateSubnet2DefaultRoute"
    ),
    "the function's log is on for who wrote it": sets("AWS::Lambda::Function", "LoggingConfig/LogGroup", "/aws/lambda/other"),
    "the function has a VPC of another": sets(
        "AWS::Lambda::Function", "VpcConfig", {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
    ),
    "the function has a signer that does not care": sets("AWS::Lambda::Function", "CodeSigningConfigArn", "arn:aws:lambda:x"),
    "the bucket of the function's code is another account's": sets(
        "AWS::Lambda::Function", "Code/S3Bucket", f"cdk-hnb659fds-assets-{OTHER_ACCOUNT}-ap-southeast-2"
    ),
    "the scan results go to another group": sets(
        "AWS::Events::Rule", "Targets/0/Arn", "arn:aws:logs:ap-southeast-2:444455556666:log-group:x"
    ),
    "the scan results are changed on their way": sets("AWS::Events::Rule", "Targets/0/InputTransformer", {"InputTemplate": "{}"}),
    "the scan results have a role": sets("AWS::Events::Rule", "Targets/0/RoleArn", f"arn:aws:iam::{OTHER_ACCOUNT}:role/x"),
    "the rule is on another bus": sets("AWS::Events::Rule", "EventBusName", f"arn:aws:events:ap-southeast-2:{OTHER_ACCOUNT}:event-bus/x"),
    "the backup role takes another's": sets(
        "AWS::Backup::BackupSelection", "BackupSelection/IamRoleArn", f"arn:aws:iam::{OTHER_ACCOUNT}:role/x"
    ),
    "the vault is locked for a hundred years": sets("AWS::Backup::BackupVault", "LockConfiguration", {"MinRetentionDays": 36500}),
    "the vault tells another topic": sets(
        "AWS::Backup::BackupVault",
        "Notifications",
        {"SNSTopicArn": f"arn:aws:sns:ap-southeast-2:{OTHER_ACCOUNT}:x", "BackupVaultEvents": ["BACKUP_JOB_STARTED"]},
    ),
    "backups become cold after a day": sets(
        "AWS::Backup::BackupPlan", "BackupPlan/BackupPlanRule/0/Lifecycle/MoveToColdStorageAfterDays", 1
    ),
    "backups in another time zone": sets(
        "AWS::Backup::BackupPlan", "BackupPlan/BackupPlanRule/0/ScheduleExpressionTimezone", "Pacific/Kiritimati"
    ),
    "continuous backups": sets("AWS::Backup::BackupPlan", "BackupPlan/BackupPlanRule/0/EnableContinuousBackup", True),
    "the topic is first in, first out": sets("AWS::SNS::Topic", "FifoTopic", True),
    "the topic signs by an old hash": sets("AWS::SNS::Topic", "SignatureVersion", "1"),
    "the topic traces": sets("AWS::SNS::Topic", "TracingConfig", "Active"),
}
