"""The order of stacks: producers first where something is new, consumers first where something goes."""

import json
from typing import Any

import pytest

from tests.conftest import Synthesize
from tests.lifecycle.written import Resources, assembly, att, of, resource, shown, stack, update
from tradingbot_infra.lifecycle.order import Step, in_order, plan
from tradingbot_infra.lifecycle.replay import destroy, first_failure, world_of
from tradingbot_infra.lifecycle.world import World
from tradingbot_infra.templates import Assembly

DESIGN_ORDER = ["NetworkStack", "DataStack", "ServiceStack", "MonitoringStack"]


def steps(before: Assembly, after: Assembly) -> list[str]:
    """The order that is found."""
    return [step.stack for step in plan(world_of(before), after).steps]


def cut(before: Assembly, after: Assembly, order: list[str] | None = None) -> list[str]:
    """What is cut in the order that is found, or in a given one."""
    world = world_of(before)
    found = plan(world, after) if order is None else in_order(world, after, order)
    return [f"{finding.stack}.{finding.logical_id}: {finding.way}" for finding in found.findings if finding.kind == "cut"]


class TestOfTheDesign:
    """Production, by the templates that the CDK makes."""

    def test_a_first_deployment_goes_in_the_order_of_the_design(self, production: Assembly) -> None:
        found = plan(World(), production)
        assert [step.stack for step in found.steps] == DESIGN_ORDER
        assert found.findings == ()

    def test_nothing_is_deployed_when_nothing_changes(self, production: Assembly) -> None:
        assert plan(world_of(production), production).steps == ()

    def test_redis_is_removed_from_its_users_first(self, production: Assembly, synthesize: Synthesize) -> None:
        without = synthesize("production", enable_redis=False)
        assert steps(production, without) == ["ServiceStack", "MonitoringStack", "DataStack", "NetworkStack"]
        assert cut(production, without) == []

    def test_the_order_of_the_design_would_cut_redis_off(self, production: Assembly, synthesize: Synthesize) -> None:
        lost = cut(production, synthesize("production", enable_redis=False), DESIGN_ORDER)
        assert "NetworkStack.RedisSecurityGroup: Deploy DataStack first" in lost
        assert "DataStack.Redis: Deploy ServiceStack first" in lost
        assert "DataStack.Redis: Deploy MonitoringStack first" in lost  # its alarms name the replication group
        assert any(line.startswith("NetworkStack.SecurityGroupsEcs") or "NetworkAclsPrivate" in line for line in lost)

    def test_redis_comes_before_its_users(self, production: Assembly, synthesize: Synthesize) -> None:
        assert steps(synthesize("production", enable_redis=False), production) == DESIGN_ORDER

    def test_the_load_balancer_stops_writing_access_logs_before_it_may_not(self, production: Assembly, synthesize: Synthesize) -> None:
        without = synthesize("production", alb_access_logs=False)
        assert steps(production, without) == ["ServiceStack", "DataStack"]
        assert [line.partition(":")[0] for line in cut(production, without, DESIGN_ORDER)] == ["DataStack.AccessLogsBucketPolicy7F77476F"]

    def test_a_moved_container_port_is_cut_in_any_order(self, production: Assembly, synthesize: Synthesize) -> None:
        moved = synthesize("production", container_port=8002)
        for order in (DESIGN_ORDER, [*reversed(DESIGN_ORDER)], None):
            assert len(cut(production, moved, order)) == 1

    def test_a_moved_container_port_is_cut_nowhere_while_both_ports_are_open(self, production: Assembly, synthesize: Synthesize) -> None:
        both = synthesize("production", container_port=8002, retiring_container_port=8001)
        opened = plan(world_of(production), both)
        closed = plan(opened.world, synthesize("production", container_port=8002))
        assert [step.stack for step in (*opened.steps, *closed.steps)] == ["NetworkStack", "ServiceStack", "NetworkStack"]
        assert (*opened.findings, *closed.findings) == ()

    def test_https_comes_and_goes(self, production: Assembly, synthesize: Synthesize) -> None:
        arn = "arn:aws:acm:ap-southeast-2:111111111111:certificate/00000000-0000-0000-0000-000000000000"
        secure = synthesize("production", certificate_arn=arn)
        there = plan(world_of(production), secure)
        assert (*there.findings, *plan(there.world, production).findings) == ()

    def test_a_destroy_meets_every_protection(self, production: Assembly) -> None:
        refused = [place for kind, place in shown(destroy(world_of(production), production, DESIGN_ORDER[::-1])) if kind == "refused"]
        assert {"DataStack.Postgres", *(f"{name}.{name}" for name in DESIGN_ORDER)} < set(refused)

    def test_a_destroy_of_staging_meets_none(self, synthesize: Synthesize) -> None:
        staging = synthesize("staging")
        assert "refused" not in {kind for kind, _ in shown(destroy(world_of(staging), staging, DESIGN_ORDER[::-1]))}

    def test_a_first_deployment_that_fails_leaves_nothing_but_what_a_service_protects(self, assembly: Assembly) -> None:
        protected = {"AWS::RDS::DBInstance", "AWS::ElasticLoadBalancingV2::LoadBalancer"}
        places = [(finding.stack, finding.logical_id) for finding in first_failure(assembly)]
        assert {resource.type for resource in assembly.resources if (resource.stack, resource.logical_id) in places} <= protected


GROUP = resource("EC2::SecurityGroup", VpcId="vpc")
VPC = {"Group": GROUP}
GROUP_ID = {"GroupId": att("Group", "GroupId")}


def user(group: Any, note: str = "") -> Resources:
    """A database in a group."""
    return {"Db": resource("RDS::DBInstance", VPCSecurityGroups=[group], DBParameterGroupName=note)}


def rule(port: int) -> dict[str, Any]:
    """A rule of the group."""
    return resource("EC2::SecurityGroupIngress", GroupId=att("Group", "GroupId"), IpProtocol="tcp", FromPort=port, ToPort=port, CidrIp="a")


BOTH = assembly(P=stack(VPC, GROUP_ID), C=stack(user(of("P", "GroupId"))))


def test_a_consumer_lets_go_before_its_producer_removes() -> None:
    without = assembly(P=stack({"Other": GROUP}), C=stack(user("sg-other")))
    assert steps(BOTH, without) == ["C", "P"]
    assert cut(BOTH, without) == []
    assert cut(BOTH, without, ["P", "C"]) == ["P.Group: Deploy C first"]


def test_a_consumer_that_never_lets_go_is_cut() -> None:
    without = assembly(P=stack({"Other": GROUP}), C=BOTH.templates["C"])
    assert cut(BOTH, without) == ["P.Group: Deploy C first"]


def test_a_producer_creates_before_its_consumer_reads() -> None:
    alone = assembly(P=stack({}), C=stack(user("sg-other")))
    assert steps(alone, BOTH) == ["P", "C"]
    found = in_order(world_of(alone), BOTH, ["C", "P"]).findings
    assert [(finding.kind, finding.way) for finding in found] == [("refused", "Deploy P first")]


def test_a_consumer_whose_template_stays_reads_again_what_its_producer_replaced() -> None:
    replaced = assembly(P=stack({"Group": {**GROUP, "Properties": {"VpcId": "other"}}}, GROUP_ID), C=BOTH.templates["C"])
    found = plan(world_of(BOTH), replaced)
    assert found.steps == (Step("P"), Step("C", force=True))
    assert not found.world.is_stale("C")
    skipped = in_order(world_of(BOTH), replaced, ["P", "C"])  # as the CDK CLI does
    assert skipped.steps == (Step("P"),)
    assert skipped.world.is_stale("C")


def test_a_port_opens_before_its_user_listens_and_closes_after() -> None:
    def of_port(port: int) -> Assembly:
        database = resource("RDS::DBInstance", VPCSecurityGroups=[of("P", "GroupId")], Port=port)
        return assembly(P=stack({**VPC, f"In{port}": rule(port)}, GROUP_ID), C=stack({"Db": database}))

    assert cut(of_port(1), of_port(2), ["P", "C"]) == ["P.In1: Deploy C first"]
    assert cut(of_port(1), of_port(2), ["C", "P"]) == ["C.Db: Deploy P first"]
    both = assembly(P=stack({**VPC, "In1": rule(1), "In2": rule(2)}, GROUP_ID), C=of_port(2).templates["C"])
    assert cut(of_port(1), both) == []
    world = plan(world_of(of_port(1)), both).world
    assert plan(world, of_port(2)).findings == ()


def test_a_rule_that_another_rule_covers_closes_nothing() -> None:
    database = stack({"Db": resource("RDS::DBInstance", VPCSecurityGroups=[of("P", "GroupId")], Port=5)})
    wide = {**rule(5), "Properties": {**rule(5)["Properties"], "FromPort": 1, "ToPort": 9}}
    before = assembly(P=stack({**VPC, "Narrow": rule(5), "Wide": wide}, GROUP_ID), C=database)
    assert cut(before, assembly(P=stack({**VPC, "Wide": wide}, GROUP_ID), C=database)) == []
    assert cut(before, assembly(P=stack(VPC, GROUP_ID), C=database)) == ["P.Narrow: Deploy C first"]


def test_a_name_in_a_text_is_a_use() -> None:
    cache = {"Cache": resource("ElastiCache::ReplicationGroup", ReplicationGroupId="the-cache")}
    alarm = resource("CloudWatch::Alarm", Dimensions=[{"Name": "CacheClusterId", "Value": "the-cache-001"}])
    before = assembly(P=stack(cache), C=stack({"Alarm": alarm}))
    assert steps(before, assembly(P=stack({}), C=stack({}))) == ["C", "P"]


def test_a_way_out_that_closes_is_cut_for_whoever_is_in_the_subnet() -> None:
    table = {"Table": resource("EC2::RouteTable"), "Subnet": resource("EC2::Subnet", VpcId="vpc", CidrBlock="10.0.0.0/24")}
    bound = resource("EC2::SubnetRouteTableAssociation", SubnetId={"Ref": "Subnet"}, RouteTableId={"Ref": "Table"})
    route = resource("EC2::Route", RouteTableId={"Ref": "Table"}, DestinationCidrBlock="0.0.0.0/0", NatGatewayId="nat")
    moved = {**route, "Properties": {**route["Properties"], "NatGatewayId": "another"}}
    consumer = stack({"Service": resource("ECS::Service", Subnets=[of("P", "SubnetId")])})

    def network(**routes: Any) -> Assembly:
        return assembly(P=stack({**table, "Bound": bound, **routes}, {"SubnetId": {"Ref": "Subnet"}}), C=consumer)

    assert cut(network(Out=route), network()) == ["P.Out: Go on only if nothing needs it meanwhile"]
    assert cut(network(Out=route), network(Out=moved)) == []


def repository(images: int) -> dict[str, Any]:
    """A repository that keeps the newest images, and a running one beside them."""
    running = {"selection": {"tagStatus": "tagged", "tagPatternList": ["v1"], "countType": "imageCountMoreThan", "countNumber": 1}}
    rules = [running, {"selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": images}}]
    return resource("ECR::Repository", RepositoryName="a", LifecyclePolicy={"LifecyclePolicyText": json.dumps({"rules": rules})})


LOST: dict[str, tuple[Resources, Resources]] = {
    "a bucket that leaves the stack": ({"B": resource("S3::Bucket")}, {}),
    "a bucket that is replaced": ({"B": resource("S3::Bucket", BucketName="a")}, {"B": resource("S3::Bucket", BucketName="b")}),
    "an Elastic IP address": ({"B": resource("EC2::EIP")}, {}),
    "a secret whose value is generated again": (
        {"B": resource("SecretsManager::Secret", GenerateSecretString={"PasswordLength": 8})},
        {"B": resource("SecretsManager::Secret", GenerateSecretString={"PasswordLength": 9})},
    ),
    "logs whose retention becomes shorter": (
        {"B": resource("Logs::LogGroup", RetentionInDays=400)},
        {"B": resource("Logs::LogGroup", RetentionInDays=30)},
    ),
    "access logs that expire sooner": (
        {"B": resource("S3::Bucket", LifecycleConfiguration={"Rules": [{"ExpirationInDays": 400}]})},
        {"B": resource("S3::Bucket", LifecycleConfiguration={"Rules": [{"ExpirationInDays": 30}, {"ExpiredObjectDeleteMarker": True}]})},
    ),
    "images of which fewer are kept": ({"B": repository(10)}, {"B": repository(2)}),
    "images of which some expire from now on": ({"B": resource("ECR::Repository", RepositoryName="a")}, {"B": repository(2)}),
    "snapshots of a cache that are kept for fewer days": (
        {"B": resource("ElastiCache::ReplicationGroup", SnapshotRetentionLimit=5)},
        {"B": resource("ElastiCache::ReplicationGroup", SnapshotRetentionLimit=1)},
    ),
    "logs whose retention begins": ({"B": resource("Logs::LogGroup")}, {"B": resource("Logs::LogGroup", RetentionInDays=30)}),
}


@pytest.mark.parametrize("case", LOST)
def test_it_is_lost(case: str) -> None:
    assert shown(update(*LOST[case])) == [("lost", "Only.B")]


@pytest.mark.parametrize("case", [case for case in LOST if "leaves" in case or "replaced" in case])
def test_what_is_kept_is_not_lost(case: str) -> None:
    before, after = LOST[case]
    kept = {name: {**body, "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"} for name, body in before.items()}
    assert "lost" not in [kind for kind, _ in shown(update(kept, after))]


REFUSED_IN_PLACE: dict[str, tuple[Resources, Resources]] = {
    "less storage": ({"B": resource("RDS::DBInstance", AllocatedStorage="21")}, {"B": resource("RDS::DBInstance", AllocatedStorage="20")}),
    "storage that grows by less than a tenth": (
        {"B": resource("RDS::DBInstance", AllocatedStorage="20")},
        {"B": resource("RDS::DBInstance", AllocatedStorage="21")},
    ),
    "a database that moves to other subnets": (
        {"B": resource("RDS::DBSubnetGroup", SubnetIds=["a", "b"])},
        {"B": resource("RDS::DBSubnetGroup", SubnetIds=["c", "d"])},
    ),
    "a cache that moves to other subnets": (
        {"B": resource("ElastiCache::SubnetGroup", SubnetIds=["a", "b"])},
        {"B": resource("ElastiCache::SubnetGroup", SubnetIds=["c", "d"])},
    ),
    "an older version": (
        {"B": resource("RDS::DBInstance", EngineVersion="15.10")},
        {"B": resource("RDS::DBInstance", EngineVersion="15.9")},
    ),
    "an older cache": (
        {"B": resource("ElastiCache::ReplicationGroup", EngineVersion="7.1")},
        {"B": resource("ElastiCache::ReplicationGroup", EngineVersion="7.0")},
    ),
    "no AUTH token any more": (
        {"B": resource("ElastiCache::ReplicationGroup", AuthToken="a")},
        {"B": resource("ElastiCache::ReplicationGroup")},
    ),
    "TLS at once": (
        {"B": resource("ElastiCache::ReplicationGroup", TransitEncryptionEnabled=False)},
        {"B": resource("ElastiCache::ReplicationGroup", TransitEncryptionEnabled=True)},
    ),
    "a replica and failover at once": (
        {"B": resource("ElastiCache::ReplicationGroup", AutomaticFailoverEnabled=False, NumCacheClusters=1)},
        {"B": resource("ElastiCache::ReplicationGroup", AutomaticFailoverEnabled=True, NumCacheClusters=2)},
    ),
}


@pytest.mark.parametrize("case", REFUSED_IN_PLACE)
def test_a_service_refuses_it_in_place(case: str) -> None:
    assert shown(update(*REFUSED_IN_PLACE[case])) == [("refused", "Only.B")]
    assert shown(update(*REFUSED_IN_PLACE[case][::-1])) in ([], [("refused", "Only.B")], [("cut", "Only.B")])


PAUSES: dict[str, tuple[Resources, Resources]] = {
    "another class of database": (
        {"B": resource("RDS::DBInstance", DBInstanceClass="a")},
        {"B": resource("RDS::DBInstance", DBInstanceClass="b")},
    ),
    "a newer version": (
        {"B": resource("RDS::DBInstance", EngineVersion="15.9")},
        {"B": resource("RDS::DBInstance", EngineVersion="15.10")},
    ),
    "another type of cache": (
        {"B": resource("ElastiCache::ReplicationGroup", CacheNodeType="a")},
        {"B": resource("ElastiCache::ReplicationGroup", CacheNodeType="b")},
    ),
    "a newer cache": (
        {"B": resource("ElastiCache::ReplicationGroup", EngineVersion="7.0")},
        {"B": resource("ElastiCache::ReplicationGroup", EngineVersion="7.1")},
    ),
    "another path of the health check": (
        {"B": resource("ElasticLoadBalancingV2::TargetGroup", HealthCheckPath="/a")},
        {"B": resource("ElasticLoadBalancingV2::TargetGroup", HealthCheckPath="/b")},
    ),
}


@pytest.mark.parametrize("case", PAUSES)
def test_something_that_runs_pauses(case: str) -> None:
    assert shown(update(*PAUSES[case])) == [("cut", "Only.B")]


FINE: dict[str, tuple[Resources, Resources]] = {
    "storage that grows by a tenth": (
        {"B": resource("RDS::DBInstance", AllocatedStorage="20")},
        {"B": resource("RDS::DBInstance", AllocatedStorage="22")},
    ),
    "a third zone of the database": (
        {"B": resource("RDS::DBSubnetGroup", SubnetIds=["a", "b"])},
        {"B": resource("RDS::DBSubnetGroup", SubnetIds=["a", "b", "c"])},
    ),
    "access logs that are kept longer": (
        {"B": resource("S3::Bucket", LifecycleConfiguration={"Rules": [{"ExpirationInDays": 30}]})},
        {"B": resource("S3::Bucket", LifecycleConfiguration={"Rules": [{"ExpirationInDays": 400}]})},
    ),
    "more images": ({"B": repository(2)}, {"B": repository(10)}),
    "another interval of the health check": (
        {"B": resource("ElasticLoadBalancingV2::TargetGroup", HealthCheckPath="/a", HealthCheckIntervalSeconds=30)},
        {"B": resource("ElasticLoadBalancingV2::TargetGroup", HealthCheckPath="/a", HealthCheckIntervalSeconds=10)},
    ),
}


@pytest.mark.parametrize("case", FINE)
def test_it_changes_without_a_finding(case: str) -> None:
    assert update(*FINE[case]) == ()
