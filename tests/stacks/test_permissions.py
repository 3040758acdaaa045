"""Who may do what: nothing wider than the design says, in any environment."""

import pytest

from tests.conftest import Synthesize
from tests.stacks.statements import Statement, statements
from tradingbot_infra.design.names import construct_id
from tradingbot_infra.design.services import API
from tradingbot_infra.templates import Assembly

SECRETS_OF_A_TASK = {
    "${DataStack.Postgres.MasterUserSecret.SecretArn}",
    "${DataStack.DatabaseUrlSecret}",
    "${DataStack.RedisAuthTokenSecret}",
    *(f"${{DataStack.{construct_id(name)}Secret}}" for name in API.secrets),
}


OF_A_STATE_MACHINE = {
    "ecs:ListTasks",
    *(f"logs:{verb}LogDelivery" for verb in ("Create", "Delete", "Get", "Update")),
    *("logs:DescribeLogGroups", "logs:DescribeResourcePolicies", "logs:ListLogDeliveries", "logs:PutResourcePolicy"),
    *("xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments"),
}


TELEMETRY = {"cloudwatch:PutMetricData", "xray:PutSpans", "xray:PutSpansForIndexing", "xray:PutTraceSegments"}
"""What adds traces and metrics; AWS offers no narrower resource."""

OF_THE_ACCOUNT = {
    *("iam:UpdateAccountPasswordPolicy", "s3:PutAccountPublicAccessBlock", "inspector2:Enable"),
    *("ec2:EnableEbsEncryptionByDefault", "ec2:EnableImageBlockPublicAccess", "ec2:EnableSnapshotBlockPublicAccess"),
    "ec2:ModifyInstanceMetadataDefaults",
    *(f"ec2:Describe{what}" for what in ("InternetGateways", "NetworkInterfaces", "Regions", "RouteTables")),
    *(f"ec2:Describe{what}" for what in ("SecurityGroups", "Subnets", "VpcEndpoints", "Vpcs")),
}
"""What the function of AccountSecurityStack may do that is about the account as a whole, and its lists."""


def of_role(assembly: Assembly, role: str) -> list[Statement]:
    """The statements of a role's one managed policy."""
    holder = next(resource for resource in assembly.of_type("AWS::IAM::Role") if resource.logical_id.startswith(role))
    policies = holder.properties["ManagedPolicyArns"]
    return [statement for statement in statements(assembly) if f"${{{statement.holder.stack}.{statement.holder.logical_id}}}" in policies]


def test_no_statement_allows_an_action_by_wildcard(assembly: Assembly) -> None:
    allowed = [action for statement in statements(assembly) if statement.effect == "Allow" for action in statement.actions]
    assert len(allowed) > 50
    assert [action for action in allowed if "*" in action] == []


def test_only_what_has_no_narrower_resource_is_allowed_on_every_resource(assembly: Assembly) -> None:
    wide = {
        action
        for statement in statements(assembly)
        if statement.effect == "Allow" and "*" in statement.resources and statement.holder.type != "AWS::KMS::Key"
        for action in statement.actions
    }
    shell = {f"ssmmessages:{verb}{channel}Channel" for verb in ("Create", "Open") for channel in ("Control", "Data")}
    assert "ecr:GetAuthorizationToken" in wide
    assert wide <= {"ecr:GetAuthorizationToken"} | shell | TELEMETRY | OF_A_STATE_MACHINE | OF_THE_ACCOUNT


def test_what_replaces_tasks_reads_no_secret_and_changes_one_service(production: Assembly) -> None:
    allowed = {(action, resource) for s in of_role(production, "PasswordRolloutRole") for action in s.actions for resource in s.resources}
    (service,) = production.of_type("AWS::ECS::Service")
    named = {(action, resource) for action, resource in allowed if resource != "*"}
    of_service = f"${{{service.stack}.{service.logical_id}}}"
    assert {(action, resource) for action, resource in named if action != "ecs:DescribeTasks"} == {
        ("secretsmanager:DescribeSecret", "${DataStack.Postgres.MasterUserSecret.SecretArn}"),
        ("ecs:DescribeServices", of_service),
        ("ecs:UpdateService", of_service),
    }
    assert {action for action, resource in allowed if resource == "*"} == OF_A_STATE_MACHINE
    (listing,) = [s for s in of_role(production, "PasswordRolloutRole") if "ecs:ListTasks" in s.actions]
    assert set(listing.conditions) == {"ArnEquals"}


def test_a_shell_is_opened_in_development_only(assembly: Assembly, environment: str) -> None:
    shells = [statement for statement in of_role(assembly, "TaskRole") if "ssmmessages:OpenDataChannel" in statement.actions]
    assert bool(shells) == (environment == "development")


def test_no_statement_admits_everybody(assembly: Assembly) -> None:
    assert [
        s
        for s in statements(assembly)
        if s.effect == "Allow" and any(principal in ("*", "arn:aws:iam::*:root") for principal in s.principals)
    ] == []


def test_no_role_of_ours_has_an_inline_or_an_aws_managed_policy(assembly: Assembly) -> None:
    assert assembly.of_type("AWS::IAM::Policy") == ()
    others = ("Custom", "SupportRole")  # the CDK's, and the one that is to have AWSSupportAccess (CIS 1.16)
    ours = [role for role in assembly.of_type("AWS::IAM::Role") if not role.logical_id.startswith(others)]
    assert len(ours) >= 3
    for role in ours:
        assert "Policies" not in role.properties, role.logical_id
        assert all(arn.startswith("${") for arn in role.properties["ManagedPolicyArns"]), role.logical_id


def test_the_execution_role_pulls_reads_and_logs_and_nothing_wider(production: Assembly) -> None:
    allowed = {(action, resource) for s in of_role(production, "ExecutionRole") for action in s.actions for resource in s.resources}
    assert allowed == (
        {("ecr:GetAuthorizationToken", "*")}
        | {
            (f"ecr:{action}", "${DataStack.Repository.Arn}")
            for action in ("BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer")
        }
        | {(f"logs:{action}", "${ServiceStack.ContainerLogGroup.Arn}") for action in ("CreateLogStream", "PutLogEvents")}
        | {("secretsmanager:GetSecretValue", arn) for arn in SECRETS_OF_A_TASK}
        | {("kms:Decrypt", "${DataStack.SecretsKey.Arn}")}
    )


def test_the_task_role_reads_its_secrets_sends_telemetry_and_does_nothing_else(production: Assembly) -> None:
    allowed = {(action, resource) for s in of_role(production, "TaskRole") for action in s.actions for resource in s.resources}
    assert allowed == (
        {("secretsmanager:GetSecretValue", arn) for arn in SECRETS_OF_A_TASK}
        | {("kms:Decrypt", "${DataStack.SecretsKey.Arn}")}
        | {(action, "*") for action in TELEMETRY}
    )


@pytest.mark.parametrize(
    ("overrides", "actions"),
    [
        ({"tracing": "off", "metrics": "off", "trading_alarms": False}, set()),
        ({"tracing": "off", "metrics": "emf", "trading_alarms": False}, set()),
        ({"tracing": "off"}, {"cloudwatch:PutMetricData"}),
        ({"metrics": "emf", "trading_alarms": False}, {"xray:PutSpans", "xray:PutSpansForIndexing", "xray:PutTraceSegments"}),
    ],
)
def test_the_task_role_sends_what_the_settings_say_to_the_environments_region(
    synthesize: Synthesize, overrides: dict[str, object], actions: set[str]
) -> None:
    sent = [each for each in of_role(synthesize("production", **overrides), "TaskRole") if "*" in each.resources]
    assert {action for each in sent for action in each.actions} == actions
    assert all(each.conditions == {"StringEquals": {"aws:RequestedRegion": "ap-southeast-2"}} for each in sent)


def test_both_roles_can_decrypt_but_only_through_secrets_manager(assembly: Assembly) -> None:
    for role in ("ExecutionRole", "TaskRole"):
        (decrypt,) = [statement for statement in of_role(assembly, role) if statement.actions == ["kms:Decrypt"]]
        assert decrypt.resources == ["${DataStack.SecretsKey.Arn}"]
        assert decrypt.conditions == {"StringEquals": {"kms:ViaService": "secretsmanager.ap-southeast-2.amazonaws.com"}}


def test_every_secret_of_the_container_is_readable_by_the_execution_role_and_under_the_key_that_it_may_use(assembly: Assembly) -> None:
    readable = {
        resource for s in of_role(assembly, "ExecutionRole") if s.actions == ["secretsmanager:GetSecretValue"] for resource in s.resources
    }
    container = assembly.only("AWS::ECS::TaskDefinition").properties["ContainerDefinitions"][0]
    wanted = {secret["ValueFrom"].removesuffix(":username::").removesuffix(":password::") for secret in container["Secrets"]}
    assert len(wanted) >= 10
    assert wanted <= readable
    assert {secret.properties["KmsKeyId"] for secret in assembly.of_type("AWS::SecretsManager::Secret")} == {"${DataStack.SecretsKey.Arn}"}


def test_every_role_is_assumed_by_one_service_on_behalf_of_this_account_where_the_service_tells_it(assembly: Assembly) -> None:
    silent = {"backup.amazonaws.com", "cloudtrail.amazonaws.com", "lambda.amazonaws.com"}
    of_services = [role for role in assembly.of_type("AWS::IAM::Role") if not role.logical_id.startswith("SupportRole")]
    for role in of_services:
        (statement,) = role.properties["AssumeRolePolicyDocument"]["Statement"]
        assert set(statement["Principal"]) == {"Service"}
        tied = None if statement["Principal"]["Service"] in silent else {"aws:SourceAccount": "${AWS::AccountId}"}
        assert statement.get("Condition", {}).get("StringEquals") == tied, role.logical_id


def test_the_account_can_always_change_a_keys_policy(assembly: Assembly) -> None:
    for key in assembly.of_type("AWS::KMS::Key"):
        account = [s for s in statements(assembly) if s.holder == key and s.principals == ["arn:aws:iam::${AWS::AccountId}:root"]]
        assert any("kms:PutKeyPolicy" in statement.actions for statement in account), key.logical_id


def test_alarms_can_publish_to_the_encrypted_topic(assembly: Assembly) -> None:
    from_alarms = {s.holder.type: s for s in statements(assembly) if s.principals == ["cloudwatch.amazonaws.com"]}
    assert from_alarms["AWS::SNS::TopicPolicy"].actions == ["sns:Publish"]
    assert set(from_alarms["AWS::KMS::Key"].actions) == {"kms:Decrypt", "kms:GenerateDataKey"}


def test_every_topic_refuses_plain_http(production: Assembly) -> None:
    refusals = [s for s in statements(production) if s.holder.type == "AWS::SNS::TopicPolicy" and s.effect == "Deny"]
    assert len(refusals) == len(production.of_type("AWS::SNS::Topic"))
    assert all(refusal.conditions == {"Bool": {"aws:SecureTransport": "false"}} for refusal in refusals)


def test_cloudwatch_logs_may_use_its_key_for_this_accounts_groups_only(assembly: Assembly) -> None:
    needed = {"kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:DescribeKey"}
    found = {s.holder.stack: s for s in statements(assembly) if s.principals == ["logs.ap-southeast-2.amazonaws.com"]}
    groups = "arn:aws:logs:ap-southeast-2:${AWS::AccountId}:log-group:"
    contexts = {stack: statement.conditions["ArnLike"]["kms:EncryptionContext:aws:logs:arn"] for stack, statement in found.items()}
    assert contexts.pop("NetworkStack") == f"{groups}*"
    assert all(context.startswith(groups) for listed in contexts.values() for context in listed)
    assert all(needed <= set(statement.actions) for statement in found.values())


def test_only_elastic_load_balancing_writes_to_the_access_log_bucket(production: Assembly) -> None:
    (statement,) = [s for s in statements(production) if s.holder.type == "AWS::S3::BucketPolicy" and s.effect == "Allow"]
    assert statement.principals == ["logdelivery.elasticloadbalancing.amazonaws.com"]
    assert statement.actions == ["s3:PutObject"]
    assert statement.resources == ["${DataStack.AccessLogsBucket.Arn}/load-balancer/AWSLogs/${AWS::AccountId}/*"]


def test_listed_accounts_may_pull_images_and_do_nothing_else(synthesize: Synthesize) -> None:
    assembly = synthesize("production", ecr_pull_accounts="111111111111,222222222222")
    (statement,) = [s for s in statements(assembly) if s.holder.type == "AWS::ECR::Repository"]
    assert statement.principals == ["arn:aws:iam::111111111111:root", "arn:aws:iam::222222222222:root"]
    assert statement.actions == ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
