"""Quantities of single services, from templates of settings that change them."""

from decimal import Decimal

import pytest

from tests.compliance.builders import assembly_of, resource
from tests.conftest import Synthesize
from tests.cost.pricing import AT_DOCUMENT, AT_LIST, amounts, estimated, line, money, units
from tradingbot_infra.config.errors import ConfigError
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design.secrets import APPLICATION_SECRETS, SECRETS
from tradingbot_infra.templates import Assembly

OFFICE_HOURS = Decimal(730) * 65 / 168


def test_out_of_hours_no_task_is_paid_for(synthesize: Synthesize) -> None:
    found = amounts(estimated(synthesize("production", scale_down_out_of_hours=True, trading_alarms=False), AT_DOCUMENT))
    assert round(found["fargate.tasks"], 6) == round(2 * OFFICE_HOURS, 6)


def test_expected_tasks_are_paid_for_above_the_fewest(production: Assembly) -> None:
    assert amounts(estimated(production, AT_DOCUMENT, expected_tasks="3.5"))["fargate.tasks"] == Decimal("3.5") * 730


@pytest.mark.parametrize(("expected", "accepted"), [("2", True), ("10", True), ("1.9", False), ("10.1", False), ("none", True)])
def test_expected_tasks_lie_between_the_fewest_and_the_most(expected: str, accepted: bool) -> None:
    if accepted:
        load_config("production", {"expected_tasks": expected})
    else:
        with pytest.raises(ConfigError, match=r"expected_tasks=.*allowed: 2 to 10 \(min_tasks to max_tasks\), or none"):
            load_config("production", {"expected_tasks": expected})


def test_another_task_size_is_priced_by_the_list(synthesize: Synthesize) -> None:
    found = estimated(synthesize("production", task_cpu=1024, task_memory_mib=4096), AT_DOCUMENT)
    assert units(found, "fargate.vcpu", "fargate.memory") == ["1460", "5840"]


def test_arm_tasks_have_prices_of_their_own(synthesize: Synthesize) -> None:
    found = estimated(synthesize("production", cpu_architecture="ARM64"), AT_DOCUMENT)
    assert line(found, "fargate.vcpu").price.key == "fargate.arm64.vcpu_hour"


def test_storage_of_a_task_beyond_the_free_is_paid_for() -> None:
    task = {"Cpu": "256", "Memory": "512", "EphemeralStorage": {"SizeInGiB": 30}}
    assembly = assembly_of(
        {
            "Task": resource("AWS::ECS::TaskDefinition", task),
            "Service": resource(
                "AWS::ECS::Service",
                {
                    "LaunchType": "FARGATE",
                    "TaskDefinition": {"Ref": "Task"},
                    "DesiredCount": 3,
                    "NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": ["a"]}},
                },
            ),
        }
    )
    assert units(estimated(assembly, AT_LIST), "fargate.storage", "fargate.vcpu") == ["21900", "547.5"]


def test_a_standby_doubles_instance_and_storage(synthesize: Synthesize, production: Assembly) -> None:
    single = synthesize("production", db_multi_az=False)
    assert amounts(estimated(single, AT_DOCUMENT))["rds.instance"] == 730
    one, two = estimated(single, AT_LIST), estimated(production, AT_LIST)
    assert line(one, "rds.instance").price.key == "rds.postgres.db.t3.micro.single_az_hour"
    assert line(two, "rds.storage").price.usd == 2 * line(one, "rds.storage").price.usd


def test_storage_is_what_the_template_allocates(synthesize: Synthesize) -> None:
    assert amounts(estimated(synthesize("production", db_allocated_storage_gib=100), AT_DOCUMENT))["rds.storage"] == 100


def test_each_redis_node_is_paid_for(synthesize: Synthesize) -> None:
    assert amounts(estimated(synthesize("high-availability"), AT_LIST))["elasticache.nodes"] == 1460


def test_one_nat_gateway_pays_for_crossing_zones(synthesize: Synthesize) -> None:
    found = estimated(synthesize("production", nat_gateways=1), AT_LIST)
    # Half of 170 GB begins in the other zone, and both sides pay. The second address waits, and is billed.
    assert units(found, "nat.hours", "public_ipv4.elastic", "transfer.nat") == ["730", "1460", "170"]


@pytest.mark.parametrize("nat_type", ["gateway", "instance"])
def test_an_adopted_address_is_billed_like_another(synthesize: Synthesize, nat_type: str) -> None:
    found = estimated(synthesize("production", nat_type=nat_type, nat_allocation_ids="eipalloc-0123456789abcdef0"), AT_LIST)
    assert units(found, "public_ipv4.elastic") == ["1460"]


def test_nat_instances_add_volumes_and_keep_the_addresses(synthesize: Synthesize) -> None:
    found = estimated(synthesize("production", nat_type="instance", nat_instance_type="t4g.nano"), AT_DOCUMENT)
    assert units(found, "ec2.t4g.nano", "ebs.root", "public_ipv4.elastic") == ["2", "16", "1460"]
    assert not {"nat.hours", "nat.data", "public_ipv4.instances"} & set(amounts(found))
    assert money(found)["ec2.t4g.nano"] == "6.00"


def test_a_nat_instance_pays_for_the_volume_that_its_template_asks_for() -> None:
    volume = [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 20}}]
    properties = {"InstanceType": "t4g.nano", "SourceDestCheck": False, "BlockDeviceMappings": volume}
    assert units(estimated(assembly_of({"Nat": resource("AWS::EC2::Instance", properties)}), AT_LIST), "ebs.root") == ["20"]


def test_endpoints_take_image_layers_and_the_log_off_nat(synthesize: Synthesize) -> None:
    found = estimated(synthesize("production", enable_vpc_endpoints=True), AT_LIST)
    # Four interface endpoints in two zones; the fifth, S3's, is a free gateway.
    assert units(found, "nat.data", "endpoints.hours", "endpoints.data") == ["150", "5840", "5"]


def test_logs_are_stored_as_long_as_their_group_keeps_them(synthesize: Synthesize) -> None:
    others = ("container_insights", "data_log", "state_machine_log", "other_log", "flow_log")
    usage = {f"expected_{name}_gib": 0 for name in others}
    found = amounts(estimated(synthesize("development"), AT_LIST, "development", **usage, expected_log_gib=100))
    assert round(found["logs.storage"], 6) == round(Decimal(100) * 7 / (Decimal(730) / 24) * Decimal("0.15"), 6)


def test_a_versioned_bucket_stores_expired_logs_a_day_longer(production: Assembly) -> None:
    assert line(estimated(production, AT_LIST), "s3.storage").quantity.what == "Access logs of 401 days"


def test_secrets_and_key_that_an_earlier_deployment_left_stay_on_the_bill(synthesize: Synthesize) -> None:
    arns = tuple(
        f"arn:aws:secretsmanager:ap-southeast-2:000000000000:secret:tradingbot-ai/production/{name}-AbCd12" for name in APPLICATION_SECRETS
    )
    key = "arn:aws:kms:ap-southeast-2:000000000000:key/0a1b2c3d-0000-0000-0000-000000000000"
    adopted = synthesize("production", adopt_secret_arns=arns, adopt_secrets_key_arn=key)
    assert len(adopted.of_type("AWS::SecretsManager::Secret")) == 2
    documented = str(sum(secret.in_document for secret in SECRETS))
    assert units(estimated(adopted, AT_DOCUMENT), "secrets.application", "kms.keys") == [documented, "5"]


def test_enhanced_container_insights_have_no_price_and_are_named() -> None:
    settings = [{"Name": "containerInsights", "Value": "enhanced"}]
    (missing,) = estimated(assembly_of({"Cluster": resource("AWS::ECS::Cluster", {"ClusterSettings": settings})}), AT_LIST).unpriced
    assert missing.key == "cloudwatch.container_insights_enhanced"


def test_a_network_load_balancer_is_not_priced_as_another_kind() -> None:
    properties = {"Type": "network", "Subnets": ["a"]}
    found = estimated(assembly_of({"Balancer": resource("AWS::ElasticLoadBalancingV2::LoadBalancer", properties)}), AT_LIST)
    assert {missing.key for missing in found.unpriced} == {"nlb.hour", "nlb.lcu_hour"}


def test_advanced_database_insights_have_no_price_and_are_named() -> None:
    properties = {
        "Engine": "postgres",
        "DBInstanceClass": "db.t3.micro",
        "AllocatedStorage": "20",
        "StorageType": "gp3",
        "BackupRetentionPeriod": 7,
        "DatabaseInsightsMode": "advanced",
    }
    (missing,) = estimated(assembly_of({"Database": resource("AWS::RDS::DBInstance", properties)}), AT_LIST).unpriced
    assert missing.key == "rds.database_insights_advanced"
