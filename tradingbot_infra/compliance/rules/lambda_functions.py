"""Rules for AWS Lambda functions."""

from collections.abc import Iterator

from tradingbot_infra.compliance.observe import at, customer_key, is_function, is_unknown, not_assessed, observe, seen, whole_number
from tradingbot_infra.compliance.reading.policy_documents import is_left_open
from tradingbot_infra.compliance.reading.this_account import ThisAccount
from tradingbot_infra.compliance.rule import Observation, rule
from tradingbot_infra.design.support_dates import LAMBDA_RUNTIMES
from tradingbot_infra.templates import Assembly, Resource

FUNCTION = "AWS::Lambda::Function"
PERMISSION = "AWS::Lambda::Permission"
URL = "AWS::Lambda::Url"
ROTATION_SCHEDULE = "AWS::SecretsManager::RotationSchedule"


@rule(
    "lambda.supported_runtime",
    FUNCTION,
    title="Functions run on a runtime that gets security patches",
    fix="Move the function to a current runtime; for one of the CDK's own functions update aws-cdk-lib.",
)
def supported_runtime(function: Resource, _: Assembly) -> Iterator[Observation]:
    # An image contains its own runtime; image scanning covers that.
    if function.properties.get("PackageType") != "Image":
        yield observe(function, "Runtime", LAMBDA_RUNTIMES.__contains__, "a supported runtime")


@rule(
    "lambda.private",
    FUNCTION,
    PERMISSION,
    URL,
    title="Functions are called by named services of this account only, and those that rotate secrets run in the VPC",
    fix="Give each permission a service with a source account or source ARN, no function a public URL, a rotation function subnets.",
)
def private(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    if resource.type == PERMISSION:
        yield _permission(resource, assembly)
    elif resource.type == URL:
        yield observe(resource, "AuthType", lambda kind: kind == "AWS_IAM", "AWS_IAM")
    else:
        permissions = [each for each in assembly.of_type(PERMISSION) if assembly.referred(each.properties.get("FunctionName")) == resource]
        if not permissions:
            yield seen(PERMISSION, [], True, "no permission, or a service of this account")
        schedules = assembly.of_type(ROTATION_SCHEDULE)
        if any(assembly.referred(schedule.properties.get("RotationLambdaARN")) == resource for schedule in schedules):
            subnets = at(resource.properties, "VpcConfig.SubnetIds")
            expected = "subnets, so that the function reaches what the secret is for"
            where = "Properties.VpcConfig.SubnetIds"
            yield not_assessed(where, subnets, expected) if is_function(subnets) else seen(where, subnets, bool(subnets), expected)


@rule(
    "lambda.environment_encrypted",
    FUNCTION,
    title="Environment variables of functions are encrypted with a customer managed key",
    fix="Set `environment_encryption` on the function.",
)
def environment_encrypted(function: Resource, assembly: Assembly) -> Iterator[Observation]:
    if at(function.properties, "Environment.Variables"):
        yield customer_key(function, "KmsKeyArn", assembly)


@rule(
    "lambda.inside_vpc",
    FUNCTION,
    title="Functions run in the VPC, behind its security groups, network ACLs and flow log",
    fix="Give the function private subnets and a security group; record an exception for one that needs an API of AWS only.",
)
def inside_vpc(function: Resource, _: Assembly) -> Iterator[Observation]:
    for part in ("SubnetIds", "SecurityGroupIds"):
        given = at(function.properties, f"VpcConfig.{part}")
        where, expected = f"Properties.VpcConfig.{part}", "one or more"
        yield not_assessed(where, given, expected) if is_function(given) else seen(where, given, bool(given), expected)


@rule(
    "lambda.dead_letter",
    FUNCTION,
    title="A call that a function fails to handle is kept",
    fix="Give the function an encrypted `dead_letter_queue`; record an exception for one whose caller waits for an answer.",
)
def dead_letter(function: Resource, _: Assembly) -> Iterator[Observation]:
    target = at(function.properties, "DeadLetterConfig.TargetArn")
    yield seen("Properties.DeadLetterConfig.TargetArn", target, bool(target), "a queue or a topic")


@rule(
    "lambda.concurrency",
    FUNCTION,
    title="A function can run only so many times at once",
    fix="Set `reserved_concurrent_executions` on the function; record an exception for one that only a deployment calls.",
)
def concurrency(function: Resource, _: Assembly) -> Iterator[Observation]:
    yield observe(function, "ReservedConcurrentExecutions", lambda number: whole_number(number) > 0, "a number above 0")


def _permission(permission: Resource, assembly: Assembly) -> Observation:
    properties = permission.properties
    caller, expected = properties.get("Principal"), "a service with a source account or source ARN, or a role of these stacks"
    source = {name: properties[name] for name in ("SourceAccount", "SourceArn") if name in properties}
    observed = {"Principal": caller, **source}
    if is_left_open(observed, assembly):
        return not_assessed("Properties", observed, expected)
    if is_unknown(caller):
        return seen("Properties", observed, True, expected)
    here = ThisAccount.of(permission, assembly)
    # The ARN of a bucket names no account; where both are given, both must match.
    tied = here.is_named(source["SourceAccount"]) if "SourceAccount" in source else here.owns(source.get("SourceArn"))
    return seen("Properties", observed, str(caller).endswith(".amazonaws.com") and tied, expected)
