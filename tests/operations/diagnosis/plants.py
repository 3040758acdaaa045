"""Faults, planted on the deployed production through its own APIs, and taken back when the block ends.

A fault that a test has mended already, by the fix that `doctor` prints, is gone when it is taken back: that is no error.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from tests.deployed import Deployed
from tests.operations.versions import DEAF, ENDLESS, SILENT, settle, until, version
from tradingbot_infra.operations.live.data_stores import Database, read_database
from tradingbot_infra.operations.live.load_balancer import read_load_balancer, targets
from tradingbot_infra.operations.live.rollout import start
from tradingbot_infra.operations.live.service import read_service, tasks
from tradingbot_infra.operations.live.stopping import DELAY

Plant = Callable[[Deployed], AbstractContextManager[Any]]

WORLD = "0.0.0.0/0"
_TIB = 1024**4
_PLANTED_STREAM = "eni-planted-all"


@contextmanager
def an_image_that_is_not_there(deployed: Deployed) -> Iterator[None]:
    names = deployed.names
    image = f"{deployed.session.account}.dkr.ecr.{deployed.session.region}.amazonaws.com/{names.repository}:v9.9.9"
    with version(deployed, image=image, deployment=ENDLESS):
        until(lambda: read_service(deployed.session, names).failed_tasks > 0)
        yield


@contextmanager
def a_role_without_its_policy(deployed: Deployed) -> Iterator[None]:
    iam = deployed.session.iam
    role = read_service(deployed.session, deployed.names).task_definition.execution_role_arn.rpartition("/")[2]
    (attached,) = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    iam.detach_role_policy(RoleName=role, PolicyArn=attached["PolicyArn"])
    try:
        yield
    finally:
        iam.attach_role_policy(RoleName=role, PolicyArn=attached["PolicyArn"])


@contextmanager
def a_disabled_key(deployed: Deployed) -> Iterator[None]:
    kms, secret = deployed.session.kms, deployed.names.secret("secret-key")
    key = deployed.session.secretsmanager.describe_secret(SecretId=secret)["KmsKeyId"]
    kms.disable_key(KeyId=key)
    try:
        yield
    finally:
        kms.enable_key(KeyId=key)


@contextmanager
def a_secret_on_its_way_out(deployed: Deployed) -> Iterator[None]:
    secret = deployed.names.secret("secret-key")
    deployed.session.secretsmanager.delete_secret(SecretId=secret, RecoveryWindowInDays=7)
    try:
        yield
    finally:
        with suppress(ClientError):
            deployed.session.secretsmanager.restore_secret(SecretId=secret)


@contextmanager
def a_private_subnet_without_nat(deployed: Deployed) -> Iterator[None]:
    ec2 = deployed.session.ec2
    table, nat = _way_out(deployed)
    ec2.delete_route(RouteTableId=table, DestinationCidrBlock=WORLD)
    try:
        yield
    finally:
        with suppress(ClientError):
            ec2.create_route(RouteTableId=table, DestinationCidrBlock=WORLD, NatGatewayId=nat)


@contextmanager
def a_nat_gateway_that_is_gone(deployed: Deployed) -> Iterator[None]:
    ec2 = deployed.session.ec2
    table, nat = _way_out(deployed)
    with another_nat_gateway(deployed) as planted:
        ec2.replace_route(RouteTableId=table, DestinationCidrBlock=WORLD, NatGatewayId=planted)
    try:
        yield
    finally:
        ec2.replace_route(RouteTableId=table, DestinationCidrBlock=WORLD, NatGatewayId=nat)


@contextmanager
def another_nat_gateway(deployed: Deployed) -> Iterator[str]:
    ec2, service = deployed.session.ec2, read_service(deployed.session, deployed.names)
    subnet = read_load_balancer(deployed.session, service.target_group_arn).subnets[0]
    gateway = ec2.create_nat_gateway(SubnetId=subnet, ConnectivityType="public")["NatGateway"]["NatGatewayId"]
    try:
        yield gateway
    finally:
        ec2.delete_nat_gateway(NatGatewayId=gateway)


@contextmanager
def much_traffic(deployed: Deployed) -> Iterator[None]:
    """Through a NAT gateway of its own: CloudWatch forgets no figure."""
    with another_nat_gateway(deployed) as gateway:
        for metric in ("BytesInFromSource", "BytesInFromDestination"):
            deployed.session.cloudwatch.put_metric_data(
                Namespace="AWS/NATGateway",
                MetricData=[
                    {
                        "MetricName": metric,
                        "Dimensions": [{"Name": "NatGatewayId", "Value": gateway}],
                        "Timestamp": datetime.now(UTC) - timedelta(hours=2),
                        "Value": _TIB,
                        "Unit": "Bytes",
                    }
                ],
            )
        yield


def a_version_that_serves_nobody(command: Sequence[str]) -> Plant:
    """Every task runs this command, and none is healthy."""

    @contextmanager
    def plant(deployed: Deployed) -> Iterator[None]:
        group = read_service(deployed.session, deployed.names).target_group_arn

        def all_unhealthy() -> bool:
            states = [target.state for target in targets(deployed.session, group)]
            return states.count("unhealthy") >= deployed.config.scaling.min_tasks and "healthy" not in states

        with version(deployed, command=command, deployment=ENDLESS):
            until(all_unhealthy)
            yield

    return plant


@contextmanager
def a_task_that_ignores_sigterm(deployed: Deployed) -> Iterator[None]:
    """Of a version that does; somebody stopped the task."""
    names, session = deployed.names, deployed.session
    with version(deployed, command=DEAF):
        settle(deployed)
        task = tasks(session, names, status="RUNNING")[0]
        session.ecs.stop_task(cluster=names.cluster, task=task.arn)
        until(lambda: any(each.id == task.id and each.exit_code == 137 for each in tasks(session, names, status="STOPPED")))
        yield


@contextmanager
def targets_that_drain_for_long(deployed: Deployed) -> Iterator[None]:
    elbv2, group = deployed.session.elbv2, read_service(deployed.session, deployed.names).target_group_arn
    chosen = deployed.config.load_balancer.deregistration_delay_seconds
    elbv2.modify_target_group_attributes(TargetGroupArn=group, Attributes=[{"Key": DELAY, "Value": "300"}])
    try:
        yield
    finally:
        elbv2.modify_target_group_attributes(TargetGroupArn=group, Attributes=[{"Key": DELAY, "Value": str(chosen)}])


def tasks_that_are_never_up(grace_seconds: int) -> Plant:
    """Health checks end them, once they may not fail any more."""

    @contextmanager
    def plant(deployed: Deployed) -> Iterator[None]:
        def stopped() -> dict[str, str]:
            return {task.id: task.reason for task in tasks(deployed.session, deployed.names, status="STOPPED")}

        def ended() -> bool:
            return any("health checks" in reason for task, reason in stopped().items() if task not in before)

        before = stopped()
        with version(deployed, command=SILENT, deployment=ENDLESS, grace_seconds=grace_seconds):
            until(ended)
            yield

    return plant


@contextmanager
def tasks_wanted(deployed: Deployed, count: int) -> Iterator[None]:
    ecs, names = deployed.session.ecs, deployed.names
    before = read_service(deployed.session, names).desired
    ecs.update_service(cluster=names.cluster, service=names.service, desiredCount=count)
    try:
        yield
    finally:
        ecs.update_service(cluster=names.cluster, service=names.service, desiredCount=before)
        settle(deployed)


@contextmanager
def a_rule_revoked(deployed: Deployed, group: str, *, egress: bool, port: int) -> Iterator[None]:
    """The one rule of a security group for a port."""
    ec2 = deployed.session.ec2
    (found,) = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    (rule,) = [each for each in found["IpPermissionsEgress" if egress else "IpPermissions"] if each.get("FromPort") == port]
    permission: Any = {key: value for key, value in rule.items() if value}
    revoke, authorize = (
        (ec2.revoke_security_group_egress, ec2.authorize_security_group_egress)
        if egress
        else (ec2.revoke_security_group_ingress, ec2.authorize_security_group_ingress)
    )
    revoke(GroupId=group, IpPermissions=[permission])
    try:
        yield
    finally:
        with suppress(ClientError):
            authorize(GroupId=group, IpPermissions=[permission])


@contextmanager
def a_closed_network_acl(deployed: Deployed) -> Iterator[None]:
    """Of the database tier, in front of what lets the tasks in."""
    ec2, subnet = deployed.session.ec2, _database(deployed).subnets[0]
    (acl,) = ec2.describe_network_acls(Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])["NetworkAcls"]
    entry: Any = {"NetworkAclId": acl["NetworkAclId"], "RuleNumber": 1, "Egress": False}
    ec2.create_network_acl_entry(**entry, Protocol="-1", RuleAction="deny", CidrBlock=WORLD)
    try:
        yield
    finally:
        with suppress(ClientError):
            ec2.delete_network_acl_entry(**entry)


@contextmanager
def rejected_flows(deployed: Deployed, port: int) -> Iterator[None]:
    """Records as EC2 writes them when a task asks for a port that nothing lets out; the local cloud itself rejects nothing."""
    logs, group, stream = deployed.session.logs, deployed.names.flow_log_group, _PLANTED_STREAM
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    seconds = int(time.time())
    records = (
        f"2 000000000000 eni-planted 10.0.10.9 {address} 40000 {port} 6 3 180 {seconds - 60} {seconds} REJECT OK"
        for address in ("203.0.113.7", "203.0.113.8")
    )
    events: Any = [{"timestamp": seconds * 1000, "message": record} for record in records]
    logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)
    try:
        yield
    finally:
        logs.delete_log_stream(logGroupName=group, logStreamName=stream)


@contextmanager
def a_database_url(deployed: Deployed, value: str) -> Iterator[None]:
    secrets, name = deployed.session.secretsmanager, deployed.names.secret("database-url")
    before = secrets.get_secret_value(SecretId=name)["SecretString"]
    secrets.put_secret_value(SecretId=name, SecretString=value)
    try:
        yield
    finally:
        secrets.put_secret_value(SecretId=name, SecretString=before)
        start(deployed.session, deployed.names)
        settle(deployed)


@contextmanager
def a_stopped_database(deployed: Deployed) -> Iterator[None]:
    deployed.session.rds.stop_db_instance(DBInstanceIdentifier=deployed.names.database)
    try:
        yield
    finally:
        deployed.session.rds.start_db_instance(DBInstanceIdentifier=deployed.names.database)


def blocked_requests(*records: dict[str, Any]) -> Plant:
    """Records in the web ACL's log, in a stream of their own."""

    @contextmanager
    def plant(deployed: Deployed) -> Iterator[None]:
        logs, group, stream = deployed.session.logs, deployed.names.web_acl_log_group, "planted"
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
        now = int(datetime.now(UTC).timestamp() * 1000)
        events: Any = [{"timestamp": now - 1000, "message": json.dumps(record)} for record in records]
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)
        try:
            yield
        finally:
            logs.delete_log_stream(logGroupName=group, logStreamName=stream)

    return plant


def group_of_balancer(deployed: Deployed) -> str:
    """The load balancer's security group."""
    service = read_service(deployed.session, deployed.names)
    return read_load_balancer(deployed.session, service.target_group_arn).security_groups[0]


def group_of_tasks(deployed: Deployed) -> str:
    """The tasks' security group."""
    return read_service(deployed.session, deployed.names).security_groups[0]


def group_of_database(deployed: Deployed) -> str:
    """The database's security group."""
    return _database(deployed).security_groups[0]


def _database(deployed: Deployed) -> Database:
    found = read_database(deployed.session, deployed.names)
    assert found is not None
    return found


def _way_out(deployed: Deployed) -> tuple[str, str]:
    """The route table of the tasks' first subnet, and the NAT gateway that it leads to."""
    subnet = read_service(deployed.session, deployed.names).subnets[0]
    found = deployed.session.ec2.describe_route_tables(Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])
    (table,) = found["RouteTables"]
    (nat,) = [each["NatGatewayId"] for each in table["Routes"] if each.get("DestinationCidrBlock") == WORLD]
    return table["RouteTableId"], nat
