"""A role may do what the design does not need."""

from tests.compliance.seeds.faults import OTHER_ACCOUNT, OWN_ACCOUNT, Seeds, adds, appends, drops, permits, sets, states

_POLICY, _ROLE = "AWS::IAM::ManagedPolicy", "AWS::IAM::Role"
_DOCUMENT = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}

SEEDS: Seeds = {
    "the flow log role deletes its log": permits(
        "VpcFlowLogRolePolicy", "logs:DeleteLogGroup", resource={"Fn::GetAtt": ["FlowLogGroup", "Arn"]}
    ),
    "the flow log role shortens the retention": permits("VpcFlowLogRolePolicy", "logs:PutRetentionPolicy"),
    "the backup role deletes instances": permits("BackupRolePolicy", "rds:DeleteDBInstance"),
    "the backup role restores into a public instance": permits("BackupRolePolicy", "rds:RestoreDBInstanceFromDBSnapshot"),
    "the backup role shares snapshots": permits("BackupRolePolicy", "rds:ModifyDBSnapshotAttribute"),
    "the monitoring role attaches policies": permits("MonitoringRolePolicy", "iam:AttachRolePolicy"),
    "the task role deletes secrets": permits("TaskRolePolicy", "secretsmanager:DeleteSecret"),
    "the task role reads every secret": permits("TaskRolePolicy", "secretsmanager:GetSecretValue"),
    "the task role reads every secret whose name it finds": permits(
        "TaskRolePolicy", "secretsmanager:GetSecretValue", resource={"Fn::Sub": "arn:aws:secretsmanager:*:${AWS::AccountId}:secret:*"}
    ),
    "the task role changes secrets": permits("TaskRolePolicy", "secretsmanager:PutSecretValue"),
    "the task role schedules the deletion of a key": permits("TaskRolePolicy", "kms:ScheduleKeyDeletion"),
    "the task role writes key policies": permits("TaskRolePolicy", "kms:PutKeyPolicy"),
    "the task role makes grants": permits("TaskRolePolicy", "kms:CreateGrant"),
    "the task role passes roles": permits("TaskRolePolicy", "iam:PassRole"),
    "the task role assumes any role": permits("TaskRolePolicy", "sts:AssumeRole"),
    "the task role opens shells": permits("TaskRolePolicy", "ssmmessages:CreateControlChannel", "ssmmessages:OpenDataChannel"),
    "the task role connects to the database as any user": permits("TaskRolePolicy", "rds-db:connect"),
    "the task role sends mail": permits("TaskRolePolicy", "ses:SendRawEmail"),
    "the task role may do everything but one thing": states(_POLICY, "TaskRolePolicy", {"NotAction": "iam:CreateUser"}),
    "the task role may act on everything but one thing": states(
        _POLICY,
        "TaskRolePolicy",
        {"Action": "secretsmanager:GetSecretValue", "NotResource": "arn:aws:secretsmanager:ap-southeast-2:*:secret:x"},
    ),
    "the task role has an action with a star in its middle": permits("TaskRolePolicy", "s*:Get*"),
    "the task role has an action with a question mark": permits("TaskRolePolicy", "secretsmanager:GetSecretValu?"),
    "the task role decrypts without Secrets Manager": drops(_POLICY, "PolicyDocument/Statement/1/Condition", of="TaskRolePolicy"),
    "the task role decrypts through any service": sets(
        _POLICY, "PolicyDocument/Statement/1/Condition", {"StringLike": {"kms:ViaService": "*"}}, of="TaskRolePolicy"
    ),
    "the task role has the key only if a service is named": sets(
        _POLICY,
        "PolicyDocument/Statement/1/Condition",
        {"StringEqualsIfExists": {"kms:ViaService": "secretsmanager.ap-southeast-2.amazonaws.com"}},
        of="TaskRolePolicy",
    ),
    "the execution role pushes images": permits("ExecutionRolePolicy", "ecr:PutImage", "ecr:InitiateLayerUpload"),
    "the execution role deletes images": permits("ExecutionRolePolicy", "ecr:BatchDeleteImage"),
    "the execution role pulls from every repository": sets(_POLICY, "PolicyDocument/Statement/1/Resource", "*", of="ExecutionRolePolicy"),
    "the execution role writes to every log group": sets(_POLICY, "PolicyDocument/Statement/2/Resource", "*", of="ExecutionRolePolicy"),
    "the execution role reads parameters": permits("ExecutionRolePolicy", "ssm:GetParameters"),
    "the rollout role registers task definitions": permits("PasswordRolloutRolePolicy", "ecs:RegisterTaskDefinition"),
    "the rollout role runs tasks": permits("PasswordRolloutRolePolicy", "ecs:RunTask"),
    "the rollout role reads the password": permits("PasswordRolloutRolePolicy", "secretsmanager:GetSecretValue"),
    "the schedule role starts every state machine": permits("PasswordRolloutScheduleRolePolicy", "states:StartExecution"),
    "the schedule role invokes functions": permits("PasswordRolloutScheduleRolePolicy", "lambda:InvokeFunction"),
    "the function of the default group opens every group": permits("DefaultSecurityGroupPolicy", "ec2:AuthorizeSecurityGroupIngress"),
    "the function of the default group makes interfaces": permits("DefaultSecurityGroupPolicy", "ec2:CreateNetworkInterface"),
    "the task role is an administrator": appends(_ROLE, "ManagedPolicyArns", "arn:aws:iam::aws:policy/AdministratorAccess", of="TaskRole"),
    "the backup role reads everything": appends(_ROLE, "ManagedPolicyArns", "arn:aws:iam::aws:policy/ReadOnlyAccess", of="BackupRole"),
    "the task role has a policy of another account": appends(
        _ROLE, "ManagedPolicyArns", f"arn:aws:iam::{OTHER_ACCOUNT}:policy/Extra", of="TaskRole"
    ),
    "the task role has the execution role's policy": appends(
        _ROLE, "ManagedPolicyArns", {"Ref": "ExecutionRolePolicy79A7F477"}, of="TaskRole"
    ),
    "a role has an inline policy": sets(_ROLE, "Policies", [{"PolicyName": "Inline", "PolicyDocument": _DOCUMENT}], of="TaskRole"),
    "a policy attaches itself to a role": sets(_POLICY, "Roles", ["tradingbot-admin"], of="TaskRolePolicy"),
    "a policy attaches itself to a user": sets(_POLICY, "Users", ["somebody"], of="ExecutionRolePolicy"),
    "sessions of the task role last twelve hours": sets(_ROLE, "MaxSessionDuration", 43200, of="TaskRole"),
    "a policy stands beside the managed ones": adds(
        "AWS::IAM::Policy", {"PolicyName": "Extra", "PolicyDocument": _DOCUMENT, "Roles": [{"Ref": "TaskRole1BACB6E0"}]}
    ),
    "a role policy by its own type": adds(
        "AWS::IAM::RolePolicy", {"PolicyName": "Extra", "PolicyDocument": _DOCUMENT, "RoleName": {"Ref": "TaskRole1BACB6E0"}}
    ),
    "a role that nobody expects": adds(
        "AWS::IAM::Role",
        {
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": "sts:AssumeRole",
                        "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                        "Condition": {"StringEquals": {"aws:SourceAccount": OWN_ACCOUNT}},
                    }
                ],
            },
            "Description": "Another role",
            "ManagedPolicyArns": [{"Ref": "TaskRolePolicy470C6022"}],
        },
    ),
    "a managed policy that nobody expects": adds(
        "AWS::IAM::ManagedPolicy", {"Description": "Another policy", "Path": "/", "PolicyDocument": _DOCUMENT}
    ),
    "a user": adds("AWS::IAM::User", {"UserName": "deployer"}),
    "an access key": adds("AWS::IAM::AccessKey", {"UserName": "deployer"}),
    "a group": adds("AWS::IAM::Group", {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/PowerUserAccess"]}),
    "an instance profile": adds("AWS::IAM::InstanceProfile", {"Roles": [{"Ref": "TaskRole1BACB6E0"}]}),
    "an identity provider": adds(
        "AWS::IAM::OIDCProvider", {"Url": "https://token.actions.githubusercontent.com", "ClientIdList": ["sts.amazonaws.com"]}
    ),
    "a SAML provider": adds("AWS::IAM::SAMLProvider", {"SamlMetadataDocument": "<xml/>"}),
    "roles for machines elsewhere": adds(
        "AWS::RolesAnywhere::Profile", {"Name": "laptops", "RoleArns": [{"Fn::GetAtt": ["TaskRole1BACB6E0", "Arn"]}]}
    ),
}
