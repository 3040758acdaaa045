"""Production as deployed: nothing is in the way, each planted fault is named and nothing else, and its fix takes it away."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.deployed import Deployed
from tests.operations.network.aws_command import run
from tests.operations.rendering import plain
from tradingbot_infra.operations.live.data_stores import read_database, read_redis
from tradingbot_infra.operations.live.load_balancer import read_load_balancer
from tradingbot_infra.operations.live.network_reading import read_network
from tradingbot_infra.operations.live.network_state import NetworkState
from tradingbot_infra.operations.live.security_groups import SecurityGroup
from tradingbot_infra.operations.live.service import read_service
from tradingbot_infra.operations.network.obstacle import Obstacle
from tradingbot_infra.operations.network.parties import database_of, load_balancer_of, redis_of, tasks_of
from tradingbot_infra.operations.network.paths import aws_api_egress, connection, internet_egress, internet_ingress
from tradingbot_infra.operations.verdict import Verdict

pytestmark = pytest.mark.local_cloud

DATABASE, REDIS, TARGETS, OUT, IN = "tasks to PostgreSQL", "tasks to Redis", "load balancer to tasks", "tasks to the internet", "in"
ALL = {DATABASE, REDIS, TARGETS, OUT, IN}


def state_of(deployed: Deployed) -> NetworkState:
    service = read_service(deployed.session, deployed.names)
    return read_network(deployed.session, read_load_balancer(deployed.session, service.target_group_arn).vpc_id)


def verdicts(deployed: Deployed) -> dict[str, Verdict[Obstacle]]:
    """Everything that the design connects."""
    session, names = deployed.session, deployed.names
    service = read_service(session, names)
    balancer, database, redis = (
        read_load_balancer(session, service.target_group_arn),
        read_database(session, names),
        read_redis(session, names),
    )
    assert database
    assert redis
    state, tasks, front = read_network(session, balancer.vpc_id), tasks_of(service), load_balancer_of(balancer)
    return {
        DATABASE: connection(state, tasks, database_of(database), 5432),
        REDIS: connection(state, tasks, redis_of(redis), 6379),
        TARGETS: connection(state, front, tasks, deployed.config.task.container_port),
        OUT: internet_egress(state, tasks),
        IN: internet_ingress(state, front, 80),
    }


def named(deployed: Deployed) -> dict[str, Obstacle]:
    """The obstacle of each connection that has one, which is its only one."""
    found = {}
    for name, verdict in verdicts(deployed).items():
        if verdict.problems:
            (found[name],) = verdict.problems
    return found


@contextmanager
def planted(deployed: Deployed, plant: Callable[[], object], undo: Callable[[], object]) -> Iterator[dict[str, Obstacle]]:
    """What is named while a fault stands; then its own fix is tried. Afterwards all is exactly as it was."""
    plant()
    try:
        found = named(deployed)
        yield found
        for fix in dict.fromkeys(obstacle.fix for obstacle in found.values()):
            run(deployed.session, plain(fix))
        assert named(deployed) == {}
    finally:
        # Planted once more, so that what the fix made is replaced by what stood before.
        with suppress(ClientError):
            plant()
        undo()


def group_with(state: NetworkState, description: str) -> SecurityGroup:
    """A security group of the stack by a part of its name."""
    (group,) = [each for each in state.security_groups if description in each.name]
    return group


def permission(deployed: Deployed, group: str, *, egress: bool, port: int) -> dict[str, Any]:
    """The one permission of a group for a port, as EC2 describes it."""
    said = deployed.session.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
    (found,) = [each for each in (said["IpPermissionsEgress"] if egress else said["IpPermissions"]) if each.get("FromPort") == port]
    return {"GroupId": group, "IpPermissions": [found]}


def test_nothing_is_in_the_way_of_what_the_design_connects(deployed: Deployed) -> None:
    found = verdicts(deployed)
    assert set(found) == ALL
    assert {name: verdict.passes for name, verdict in found.items()} == dict.fromkeys(ALL, True), found


def test_the_design_connects_the_load_balancer_with_no_database(deployed: Deployed) -> None:
    service, database = read_service(deployed.session, deployed.names), read_database(deployed.session, deployed.names)
    assert database
    balancer = read_load_balancer(deployed.session, service.target_group_arn)
    state = read_network(deployed.session, balancer.vpc_id)
    assert connection(state, load_balancer_of(balancer), database_of(database), 5432).passes is False


def test_a_revoked_rule_out_to_the_database_is_named(deployed: Deployed) -> None:
    group = group_with(state_of(deployed), "EcsSecurityGroup").id
    rule = permission(deployed, group, egress=True, port=5432)
    ec2: Any = deployed.session.ec2
    with planted(deployed, lambda: ec2.revoke_security_group_egress(**rule), lambda: ec2.authorize_security_group_egress(**rule)) as found:
        assert set(found) == {DATABASE}
        assert (found[DATABASE].kind, found[DATABASE].resources) == ("security_group_egress", (group,))


def test_a_revoked_rule_in_to_the_database_is_named(deployed: Deployed) -> None:
    group = group_with(state_of(deployed), "RdsSecurityGroup").id
    rule = permission(deployed, group, egress=False, port=5432)
    ec2: Any = deployed.session.ec2
    with planted(
        deployed, lambda: ec2.revoke_security_group_ingress(**rule), lambda: ec2.authorize_security_group_ingress(**rule)
    ) as found:
        assert set(found) == {DATABASE}
        assert (found[DATABASE].kind, found[DATABASE].resources) == ("security_group_ingress", (group,))


def test_a_deleted_default_route_of_one_zone_is_named(deployed: Deployed) -> None:
    state, tasks = state_of(deployed), tasks_of(read_service(deployed.session, deployed.names))
    subnet = state.subnet(tasks.subnets[1])
    assert subnet
    table = state.route_table_of(subnet)
    assert table
    (out,) = [route for route in table.routes if route.target.startswith("nat-")]
    where = {"RouteTableId": table.id, "DestinationCidrBlock": "0.0.0.0/0"}
    ec2: Any = deployed.session.ec2
    with planted(deployed, lambda: ec2.delete_route(**where), lambda: ec2.create_route(**where, NatGatewayId=out.target)) as found:
        assert set(found) == {OUT}
        assert (found[OUT].kind, found[OUT].resources) == ("route", (table.id,))
        assert str(subnet.block) in found[OUT].text
        assert plain(found[OUT].fix).endswith(out.target)
        assert aws_api_egress(state_of(deployed), tasks, "ecr.api").passes is False


@pytest.mark.parametrize(
    ("tier", "egress", "stopped"),
    [
        ("private", True, {DATABASE, REDIS, TARGETS, OUT}),
        ("private", False, {DATABASE, REDIS, TARGETS, OUT}),
        ("database", False, {DATABASE}),
    ],
)
def test_a_denial_before_the_other_rules_of_a_network_acl_is_named(deployed: Deployed, tier: str, egress: bool, stopped: set[str]) -> None:
    (acl,) = [each for each in state_of(deployed).network_acls if each.name.endswith(f"-{tier}")]
    where = {"NetworkAclId": acl.id, "RuleNumber": 1, "Egress": egress}
    entry = {**where, "Protocol": "-1", "RuleAction": "deny", "CidrBlock": "0.0.0.0/0"}
    ec2: Any = deployed.session.ec2
    with planted(deployed, lambda: ec2.create_network_acl_entry(**entry), lambda: ec2.delete_network_acl_entry(**where)) as found:
        assert set(found) == stopped
        assert {(obstacle.kind, obstacle.resources) for obstacle in found.values()} == {("network_acl", (acl.id,))}
        assert all("rule 1 denies" in obstacle.text for obstacle in found.values())


def test_missing_rules_of_a_network_acl_are_named(deployed: Deployed) -> None:
    (acl,) = [each for each in state_of(deployed).network_acls if each.name.endswith("-database")]
    ec2: Any = deployed.session.ec2
    said = ec2.describe_network_acls(NetworkAclIds=[acl.id])["NetworkAcls"][0]["Entries"]
    questions = [each for each in said if not each["Egress"] and each["RuleNumber"] in (100, 101)]
    assert len(questions) == 2

    def plant() -> None:
        for each in questions:
            ec2.delete_network_acl_entry(NetworkAclId=acl.id, RuleNumber=each["RuleNumber"], Egress=False)

    def undo() -> None:
        for each in questions:
            ec2.create_network_acl_entry(NetworkAclId=acl.id, **each)

    with planted(deployed, plant, undo) as found:
        assert set(found) == {DATABASE}
        assert "no rule allows tasks to PostgreSQL on port 5432" in found[DATABASE].text
