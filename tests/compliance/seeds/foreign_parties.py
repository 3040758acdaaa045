"""A condition or a principal lets another account, organization or service in."""

from tests.compliance.seeds.faults import OTHER_ACCOUNT, OWN_ACCOUNT, Fault, Seeds, adds, appends, drops, sets, states

_KEY, _ROLE, _TOPIC, _BUCKET = "AWS::KMS::Key", "AWS::IAM::Role", "AWS::SNS::TopicPolicy", "AWS::S3::BucketPolicy"
_OTHER_ROOT = f"arn:aws:iam::{OTHER_ACCOUNT}:root"
_TRUST = "AssumeRolePolicyDocument/Statement/0"


def _trusts(of: str, principal: object, **condition: object) -> Fault:
    conditions = {"Condition": condition} if condition else {}
    return states(_ROLE, of, {"Action": "sts:AssumeRole", "Principal": principal, **conditions})


SEEDS: Seeds = {
    "the secrets key may be used by another account": states(
        _KEY, "SecretsKey", {"Action": ["kms:Decrypt", "kms:DescribeKey"], "Principal": {"AWS": _OTHER_ROOT}}
    ),
    "the database key is open to everyone whom another account calls": states(
        _KEY,
        "DatabaseKey",
        {"Action": "kms:Decrypt", "Principal": "*", "Condition": {"StringEquals": {"kms:CallerAccount": OTHER_ACCOUNT}}},
    ),
    "the storage key is open to an organization that nobody knows": states(
        _KEY,
        "StorageKey",
        {"Action": "kms:*", "Principal": {"AWS": "*"}, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-abcde12345"}}},
    ),
    "the messaging key lets another account make grants": states(
        _KEY, "MessagingKey", {"Action": "kms:CreateGrant", "Principal": {"AWS": f"arn:aws:iam::{OTHER_ACCOUNT}:role/Admin"}}
    ),
    "the logs key serves log groups of every account": sets(
        _KEY,
        "KeyPolicy/Statement/1/Condition",
        {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:ap-southeast-2:*:log-group:*"}},
        of="LogsKey",
    ),
    "the logs key serves CloudWatch Logs without a condition": drops(_KEY, "KeyPolicy/Statement/1/Condition", of="LogsKey"),
    "the database key admits Lambda as a service": states(
        _KEY,
        "DatabaseKey",
        {
            "Action": "kms:Decrypt",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Condition": {"StringEquals": {"aws:SourceAccount": OTHER_ACCOUNT}},
        },
    ),
    "the task role trusts another account that knows an external id": _trusts(
        "TaskRole", {"AWS": _OTHER_ROOT}, StringEquals={"sts:ExternalId": "tradingbot"}
    ),
    "the task role trusts everyone whose source account is another's": _trusts(
        "TaskRole", {"AWS": "*"}, StringEquals={"aws:SourceAccount": OTHER_ACCOUNT}
    ),
    "the execution role trusts pipelines of any repository of GitHub": states(
        _ROLE,
        "ExecutionRole",
        {
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Principal": {"Federated": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:oidc-provider/token.actions.githubusercontent.com"}},
            "Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:*"}},
        },
    ),
    "the flow log role trusts its service for two accounts": sets(
        _ROLE,
        f"{_TRUST}/Condition/StringEquals/aws:SourceAccount",
        [OWN_ACCOUNT, OTHER_ACCOUNT],
        of="VpcFlowLogRole",
    ),
    "the task role trusts its service only if a source account is named": sets(
        _ROLE, f"{_TRUST}/Condition", {"StringEqualsIfExists": {"aws:SourceAccount": OWN_ACCOUNT}}, of="TaskRole"
    ),
    "the task role trusts its service for accounts that match a star": sets(
        _ROLE, f"{_TRUST}/Condition", {"StringLike": {"aws:SourceAccount": "*"}}, of="TaskRole"
    ),
    "the task role trusts its service for every account but this": sets(
        _ROLE, f"{_TRUST}/Condition", {"StringNotEquals": {"aws:SourceAccount": OWN_ACCOUNT}}, of="TaskRole"
    ),
    "the rollout role trusts state machines of every account": sets(
        _ROLE, f"{_TRUST}/Condition", {"ArnLike": {"aws:SourceArn": "arn:aws:states:*:*:stateMachine:*"}}, of="PasswordRolloutRole"
    ),
    "the monitoring role trusts EC2 too": sets(
        _ROLE, f"{_TRUST}/Principal", {"Service": ["monitoring.rds.amazonaws.com", "ec2.amazonaws.com"]}, of="MonitoringRole"
    ),
    "the backup role may be assumed by a role of another account": _trusts(
        "BackupRole", {"AWS": f"arn:aws:iam::{OTHER_ACCOUNT}:role/restore"}
    ),
    "the schedule role may be assumed by every principal of this account": _trusts(
        "PasswordRolloutScheduleRole", {"AWS": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}}
    ),
    "the execution role trusts a SAML provider": states(
        _ROLE,
        "ExecutionRole",
        {"Action": "sts:AssumeRoleWithSAML", "Principal": {"Federated": f"arn:aws:iam::{OTHER_ACCOUNT}:saml-provider/Corp"}},
    ),
    "the topic of alarms takes messages from another account": states(
        _TOPIC, "", {"Action": "sns:Publish", "Principal": {"AWS": OTHER_ACCOUNT}}
    ),
    "the topic of alarms is open to everyone whose owner is another account": states(
        _TOPIC,
        "",
        {"Action": "sns:Publish", "Principal": "*", "Condition": {"StringEquals": {"aws:SourceOwner": OTHER_ACCOUNT}}},
    ),
    "everyone with an address at one mail provider may subscribe to alarms": states(
        _TOPIC,
        "",
        {"Action": "sns:Subscribe", "Principal": "*", "Condition": {"StringLike": {"sns:Endpoint": "*@example.com"}}},
    ),
    "the topic lets everyone change its attributes": states(_TOPIC, "", {"Action": "SNS:SetTopicAttributes", "Principal": {"AWS": "*"}}),
    "alarms of every account publish to the topic": sets(
        _TOPIC, "PolicyDocument/Statement/1/Condition", {"ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:*:*:alarm:*"}}
    ),
    "a secret may be read by another account": adds(
        "AWS::SecretsManager::ResourcePolicy",
        {
            "SecretId": {"Ref": "SecretKeySecret"},
            "ResourcePolicy": {
                "Version": "2012-10-17",
                "Statement": [
                    {"Effect": "Allow", "Principal": {"AWS": _OTHER_ROOT}, "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
                ],
            },
        },
        stack="DataStack",
    ),
    "the repository gives images to another account": sets(
        "AWS::ECR::Repository",
        "RepositoryPolicyText",
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": _OTHER_ROOT}, "Action": "ecr:BatchGetImage"}]},
    ),
    "the repository takes images from an organization": sets(
        "AWS::ECR::Repository",
        "RepositoryPolicyText",
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": "*",
                    "Action": ["ecr:PutImage", "ecr:InitiateLayerUpload"],
                    "Condition": {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-abcde12345/*"}},
                }
            ],
        },
    ),
    "the event bus takes events from another account": adds(
        "AWS::Events::EventBusPolicy",
        {
            "StatementId": "Partner",
            "Statement": {"Effect": "Allow", "Principal": {"AWS": _OTHER_ROOT}, "Action": "events:PutEvents", "Resource": "*"},
        },
    ),
    "the event bus takes events from an organization by the old properties": adds(
        "AWS::Events::EventBusPolicy",
        {
            "StatementId": "Org",
            "Action": "events:PutEvents",
            "Principal": "*",
            "Condition": {"Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": "o-abcde12345"},
        },
    ),
    "every account's log delivery may write into this account's log groups": sets(
        "AWS::Logs::ResourcePolicy",
        "PolicyDocument",
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"delivery.logs.amazonaws.com"},'
        '"Action":["logs:PutLogEvents"],"Resource":"*"}]}',
    ),
    "another account may call the function of the default security group": adds(
        "AWS::Lambda::Permission",
        {
            "Action": "lambda:InvokeFunction",
            "FunctionName": {"Ref": "CustomVpcRestrictDefaultSGCustomResourceProviderHandlerDC833E5E"},
            "Principal": OTHER_ACCOUNT,
        },
        stack="NetworkStack",
    ),
    "another account writes into the bucket of access logs": states(
        _BUCKET, "", {"Action": "s3:PutObject", "Principal": {"AWS": OTHER_ACCOUNT}}
    ),
    "everyone in one block of addresses reads the access logs": states(
        _BUCKET,
        "",
        {"Action": "s3:GetObject", "Principal": "*", "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}},
    ),
    "everyone but one user reads the access logs": states(
        _BUCKET, "", {"Action": "s3:GetObject", "NotPrincipal": {"AWS": f"arn:aws:iam::{OTHER_ACCOUNT}:user/x"}}
    ),
    "a distribution of another account reads the access logs": states(
        _BUCKET,
        "",
        {
            "Action": "s3:GetObject",
            "Principal": {"Service": "cloudfront.amazonaws.com"},
            "Condition": {"StringEquals": {"aws:SourceArn": f"arn:aws:cloudfront::{OTHER_ACCOUNT}:distribution/E1"}},
        },
    ),
    "load balancers of every account write their logs here": sets(
        _BUCKET,
        "PolicyDocument/Statement/3/Resource",
        {"Fn::Sub": "${AccessLogsBucket.Arn}/load-balancer/AWSLogs/*"},
    ),
    "TLS is only asked of one principal": sets(_BUCKET, "PolicyDocument/Statement/0/Principal", {"AWS": _OTHER_ROOT}),
    "the old TLS versions are only denied to readers": sets(_BUCKET, "PolicyDocument/Statement/1/Action", "s3:GetObject"),
    "the backup vault is open to an organization": sets(
        "AWS::Backup::BackupVault",
        "AccessPolicy",
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": "*",
                    "Action": "backup:CopyIntoBackupVault",
                    "Resource": "*",
                    "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-abcde12345"}},
                }
            ],
        },
    ),
    "the deletion of recovery points is allowed to everyone": sets(
        "AWS::Backup::BackupVault",
        "AccessPolicy",
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "backup:DeleteRecoveryPoint", "Resource": "*"}],
        },
    ),
    "the flow log role has a second statement for another service": _trusts("VpcFlowLogRole", {"Service": "codebuild.amazonaws.com"}),
    "the topic has a second policy document": appends(_TOPIC, "Topics", f"arn:aws:sns:ap-southeast-2:{OTHER_ACCOUNT}:other"),
}
