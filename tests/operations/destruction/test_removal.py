"""What goes and what stays, and what a failure leaves: small stacks under staging's names, deleted without the CDK CLI."""

import json
from typing import Any

import pytest
from botocore.exceptions import WaiterError

from tests.deployed import Run
from tests.operations.small_stacks import KEPT, group
from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design.account_defaults import everywhere
from tradingbot_infra.design.stacks import PlacedStack
from tradingbot_infra.errors import NotAnswered, UserError
from tradingbot_infra.local_cloud.server import LocalCloud
from tradingbot_infra.operations.destruction.fate import Ending, Held
from tradingbot_infra.operations.destruction.obstacles import obstacles
from tradingbot_infra.operations.destruction.plan import LEFT_SET, Plan, read_plan
from tradingbot_infra.operations.destruction.removal import destroy
from tradingbot_infra.operations.destruction.runtime_monitoring import Left, left_in, remove
from tradingbot_infra.operations.live.stacks import stack_resources
from tradingbot_infra.operations.session import Session

pytestmark = pytest.mark.local_cloud

CONFIG = load_config("staging")
NETWORK, DATA, SERVICE, *_ = (stack.name for stack in CONFIG.stacks)


def create(session: Session, stack: str, **resources: object) -> None:
    """A protected stack that is complete."""
    body = json.dumps({"Resources": resources})
    session.cloudformation.create_stack(StackName=stack, TemplateBody=body, EnableTerminationProtection=True)
    session.cloudformation.get_waiter("stack_create_complete").wait(StackName=stack, WaiterConfig={"Delay": 1})


def delete_with(session: Session, before: dict[str, Any] | None = None) -> Any:
    """Deletes a stack as the CDK CLI does; `before` are calls to make first, by stack."""

    def delete(placed: PlacedStack) -> None:
        if before and placed.name in before:
            before[placed.name]()
        session.cloudformation.delete_stack(StackName=placed.name)
        try:
            waiter = session.cloudformation.get_waiter("stack_delete_complete")
            waiter.wait(StackName=placed.name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
        except WaiterError as error:
            raise UserError("cdk destroy ended with exit code 1") from error

    return delete


def stacks(session: Session) -> list[str]:
    return [one["StackName"] for one in session.cloudformation.describe_stacks()["Stacks"]]


def kinds(found: Any) -> list[str]:
    return [one.type for one in found]


def test_protections_are_lifted_and_buckets_emptied_and_what_policy_keeps_stays(session: Session) -> None:
    create(session, NETWORK, Group=group("network"))
    create(session, DATA, Bucket={"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "logs"}}, Group=group("data", **KEPT))
    for _ in range(2):
        session.s3.put_object(Bucket="logs", Key="a", Body=b"b")
    plan = read_plan(session, CONFIG)
    assert (kinds(plan.kept), kinds(plan.lost)) == (["AWS::Logs::LogGroup"], ["AWS::Logs::LogGroup", "AWS::S3::Bucket"])
    announced: list[str] = []
    destroy(session, CONFIG, plan, delete_with(session), announced.append)
    assert announced == [
        f"Lifting the protections of {DATA}",
        "Emptying the bucket logs",
        f"Deleting {DATA}",
        f"Lifting the protections of {NETWORK}",
        f"Deleting {NETWORK}",
    ]
    assert stacks(session) == []
    assert [one["logGroupName"] for one in session.logs.describe_log_groups()["logGroups"]] == ["data"]


def test_what_stops_a_deletion_is_named_and_the_same_call_goes_on(session: Session) -> None:
    create(session, NETWORK, Group=group("network"))
    create(session, DATA, Bucket={"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "logs"}})
    create(session, SERVICE, Group=group("service"))
    late = {DATA: lambda: session.s3.put_object(Bucket="logs", Key="late", Body=b"b")}
    with pytest.raises(UserError) as failed:
        destroy(session, CONFIG, read_plan(session, CONFIG), delete_with(session, late), lambda _: None)
    assert str(failed.value).startswith(f"{DATA} is not deleted: Bucket (AWS::S3::Bucket): ")
    assert str(failed.value).endswith("(it still holds objects: empty it). The same command goes on from here")
    assert sorted(stacks(session)) == sorted([DATA, NETWORK])
    destroy(session, CONFIG, read_plan(session, CONFIG), delete_with(session), lambda _: None)
    assert stacks(session) == []
    with pytest.raises(NotAnswered, match="No stack of staging exists"):
        read_plan(session, CONFIG)


def test_what_a_failed_first_deployment_left_goes_with_it(session: Session) -> None:
    create(session, NETWORK, Group=group("network"))
    broken = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Fn::GetStackOutput": {"StackName": "none", "OutputName": "none"}}}}
    body = json.dumps({"Resources": {"Group": group("data", **KEPT), "Broken": {**broken, "DependsOn": ["Group"]}}})
    session.cloudformation.create_stack(StackName=DATA, TemplateBody=body, EnableTerminationProtection=True, DisableRollback=True)
    with pytest.raises(WaiterError):
        session.cloudformation.get_waiter("stack_create_complete").wait(StackName=DATA, WaiterConfig={"Delay": 1})
    plan = read_plan(session, CONFIG)
    assert ([one.placed.name for one in plan.unfinished], plan.kept) == ([DATA], ())
    destroy(session, CONFIG, plan, delete_with(session), lambda _: None)
    assert stacks(session) == []
    assert session.logs.describe_log_groups()["logGroups"] == []


def watched_vpc(session: Session) -> tuple[str, str, str]:
    """A VPC of the network stack with what GuardDuty makes beside tasks, and an endpoint and a group of somebody else's."""
    create(session, NETWORK, Vpc={"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}})
    (vpc,) = (each.physical_id for each in stack_resources(session, NETWORK))
    named = f"GuardDutyManagedSecurityGroup-{vpc}"
    made = session.ec2.create_security_group(GroupName=named, Description="made by GuardDuty", VpcId=vpc)["GroupId"]
    service = "com.amazonaws.ap-southeast-2.guardduty-data"
    endpoint = session.ec2.create_vpc_endpoint(VpcEndpointType="Interface", VpcId=vpc, ServiceName=service, SecurityGroupIds=[made])
    return vpc, endpoint["VpcEndpoint"]["VpcEndpointId"], made


def test_what_guardduty_made_in_the_vpc_is_shown_and_goes_before_the_vpc(session: Session) -> None:
    vpc, endpoint, made = watched_vpc(session)
    plan = read_plan(session, CONFIG)
    assert [left.words for left in plan.by_guardduty] == [f"{endpoint}, {made}"]
    announced: list[str] = []
    destroy(session, CONFIG, plan, delete_with(session), announced.append)
    assert announced[-2:] == [f"Removing what GuardDuty made in {vpc}: {endpoint}, {made}", f"Deleting {NETWORK}"]
    assert stacks(session) == []
    assert not [each for each in session.ec2.describe_security_groups()["SecurityGroups"] if each["GroupId"] == made]
    assert not [each for each in session.ec2.describe_vpc_endpoints()["VpcEndpoints"] if each["VpcEndpointId"] == endpoint]


def test_what_others_made_in_the_vpc_is_left_alone(session: Session) -> None:
    vpc, endpoint, made = watched_vpc(session)
    other = session.ec2.create_security_group(GroupName="somebody-s", Description="of somebody", VpcId=vpc)["GroupId"]
    s3 = session.ec2.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.ap-southeast-2.s3")["VpcEndpoint"]["VpcEndpointId"]
    left = left_in(session, vpc)
    assert left is not None
    assert (left.endpoints, left.groups) == ((endpoint,), (made,))
    remove(session, left)
    assert left_in(session, vpc) is None
    assert other in [each["GroupId"] for each in session.ec2.describe_security_groups()["SecurityGroups"]]
    assert s3 in [each["VpcEndpointId"] for each in session.ec2.describe_vpc_endpoints()["VpcEndpoints"]]


def test_an_endpoint_that_stays_ends_in_one_line_that_says_how_to_go_on() -> None:
    staying = {"VpcEndpoints": [{"VpcEndpointId": "vpce-1", "ServiceName": "com.amazonaws.x.guardduty-data", "State": "deleting"}]}
    naps: list[float] = []
    with boto3_client("ec2") as (client, stubber):
        stubber.add_response("delete_vpc_endpoints", {})
        for _ in range(61):
            stubber.add_response("describe_vpc_endpoints", staying)
        with pytest.raises(UserError, match=r"still being deleted: vpce-1\. The same command goes on from here"):
            remove(session_over(ec2=client), Left("vpc-1", ("vpce-1",), ()), sleep=naps.append)
    assert sum(naps) == 300


def plan_of(session: Session, **resources: object) -> Plan:
    create(session, DATA, **resources)
    return read_plan(session, CONFIG)


def test_what_another_account_or_environment_uses_must_stay(session: Session) -> None:
    policy = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:root"}, "Action": "ecr:BatchGetImage"}]}
    named = {"RepositoryName": "images", "RepositoryPolicyText": {"Version": "2012-10-17", **policy}}
    plan = plan_of(session, Images={"Type": "AWS::ECR::Repository", "Properties": named})
    reads = {"Fn::GetStackOutput": {"StackName": DATA, "OutputName": "None"}}
    session.cloudformation.create_stack(
        StackName=load_config("development").stacks[0].name,
        TemplateBody=json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": reads}}}}),
        DisableRollback=True,
    )
    found = obstacles(session, CONFIG, plan.held)
    assert "account 111111111111 pulls images from images, which would go: deploy without ecr_pull_accounts first" in found
    assert f"{load_config('development').stacks[0].name} reads outputs of {DATA}: deploy it without them first" in found


def test_the_command_changes_nothing_without_the_name(cloud: LocalCloud, session: Session, run: Run) -> None:
    create(session, DATA, Group=group("data"))
    options = ("--env", "staging", "--local", "--state-directory", str(cloud.state_directory))
    result = run("destroy", *options)
    assert result.exit_code == 1
    assert "  with what it holds: 1 x Logs::LogGroup: data" in result.stdout
    assert result.stderr == "There is no terminal to confirm at; nothing was changed: --confirm staging does it without asking\n"
    result = run("destroy", *options, "--confirm", "production")
    assert (result.exit_code, result.stderr) == (1, "production: is not staging; nothing was changed\n")
    assert stacks(session) == [DATA]


def test_the_account_s_security_goes_only_by_its_own_name(cloud: LocalCloud, session: Session, run: Run) -> None:
    production = load_config("production", {"account_security": "ours"})
    network, security = (next(one.name for one in production.stacks if one.part == part) for part in ("network", "security"))
    create(session, network, Group=group("network"))
    create(session, security, Group=group("trail"))
    options = ("--env", "production", "-c", "account_security=ours", "--local", "--state-directory", str(cloud.state_directory))
    result = run("destroy", *options)
    assert result.exit_code == 1
    assert "--confirm 'production and account' does it without asking" in result.stderr
    result = run("destroy", *options, "--confirm", "production")
    assert (result.exit_code, result.stderr) == (1, "production: is not production and account; nothing was changed\n")
    assert sorted(stacks(session)) == sorted([network, security])


def test_another_environment_leaves_the_account_s_security_alone(session: Session) -> None:
    security = load_config("production", {"account_security": "ours"}).stacks[-1].name
    create(session, NETWORK, Group=group("network"))
    create(session, security, Group=group("trail"))
    plan = read_plan(session, load_config("staging", {"account_security": "ours"}))
    assert (plan.account_controls, {one.stack.name for one in plan.held}) == ((), {NETWORK})


def test_what_the_account_s_function_set_is_left_and_named() -> None:
    (placed,) = (one for one in load_config("production", {"account_security": "ours"}).stacks if one.part == "security")
    kinds_set = ("Custom::AccountPasswordPolicy", "Custom::DefaultVpcRemoval", "AWS::SNS::Topic")
    plan = Plan(tuple(Held(placed, kind, kind, kind, Ending.GOES) for kind in kinds_set), (), ())
    assert plan.left_set == ("the password policy", "the removal of default VPCs")


def test_everything_that_the_account_s_function_sets_has_words() -> None:
    others = {"Custom::DefaultVpcRemoval", "Custom::InspectorEnable", "Custom::SecurityContact", "Custom::SpanLog"}
    assert LEFT_SET.keys() == everywhere([]).keys() | others
