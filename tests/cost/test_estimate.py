"""The estimate: the document's figure to the cent, what is not in the document, and nothing that costs left unnamed."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.compliance.builders import assembly_of, resource
from tests.conftest import Synthesize
from tests.cost.pricing import AT_DOCUMENT, AT_LIST, amounts, estimated, line, missing, money, units
from tests.shifting import BLUE_GREEN, CANARY, LINEAR
from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.billed_as import billed_as
from tradingbot_infra.cost.estimate import Prices, total
from tradingbot_infra.cost.free import FREE
from tradingbot_infra.cost.item import Part
from tradingbot_infra.cost.prices import TableName, parse_table
from tradingbot_infra.cost.quantities import counted_types
from tradingbot_infra.cost.quantities.cloudwatch import DOCUMENT_ALARMS
from tradingbot_infra.design import secrets as design_secrets
from tradingbot_infra.templates import Assembly

DOCUMENTS_LINES = {
    "fargate.tasks": "73.44",
    "rds.instance": "26.28",
    "rds.storage": "2.76",
    "rds.backup": "0.50",
    "elasticache.nodes": "16.06",
    "alb.hours": "17.74",
    "alb.lcu": "5.00",
    "nat.hours": "86.14",
    "nat.data": "10.00",
    "ecr.storage": "0.05",
    "secrets.application": "3.20",
    "logs.application": "2.50",
    "cloudwatch.alarms.document": "0.80",
    "cloudwatch.dashboards": "3.00",
    "transfer.out": "5.00",
}
"""Each line of the document's cost chapter."""

ALARM = "AWS::CloudWatch::Alarm"
SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 - a resource type
PRODUCTION_TAGS = [{"Key": "Project", "Value": "tradingbot-ai"}, {"Key": "Environment", "Value": "production"}]
CERTIFICATE = "arn:aws:acm:ap-southeast-2:000000000000:certificate/0a1b2c3d-0000-0000-0000-000000000000"

VARIANTS: tuple[Mapping[str, object], ...] = (
    {"nat_type": "instance"},
    {"nat_type": "instance", "nat_gateways": 1},
    {"certificate_arn": CERTIFICATE},
    {"enable_vpc_endpoints": True},
    BLUE_GREEN,
    CANARY,
    LINEAR,
    {"alarm_emails": ("desk@example.com",)},
    {"waf": False, "alb_access_logs": False, "backup_plan": False, "enable_redis": False, "db_multi_az": False},
)


def test_production_costs_what_the_document_says_to_the_cent(production: Assembly) -> None:
    found = estimated(production, AT_DOCUMENT)
    documented = found.of(Part.DOCUMENT)
    assert {line.quantity.id: str(line.monthly) for line in documented} == DOCUMENTS_LINES
    assert {line.price.table for line in documented} == {TableName.DOCUMENT}
    assert total(documented) == Decimal("252.47")
    assert total(documented) * 12 == Decimal("3029.64")


def test_the_document_has_nine_services(production: Assembly) -> None:
    services = {line.service for line in estimated(production, AT_DOCUMENT).of(Part.DOCUMENT)}
    # CloudWatch's chapter is logs, alarms and dashboard; here its logs are a service of their own.
    assert services - {"CloudWatch Logs"} == {
        "ECS Fargate",
        "RDS",
        "ElastiCache",
        "Application Load Balancer",
        "NAT",
        "ECR",
        "Secrets Manager",
        "CloudWatch",
        "Data transfer",
    }


@pytest.mark.parametrize(
    ("identifier", "amount"),
    [
        ("cloudwatch.alarms.scaling", "4"),
        ("cloudwatch.metrics.filters", "2"),
        ("cloudwatch.metrics.container_insights", "37"),
        ("secrets.requests", "1"),
        ("public_ipv4.elastic", "1460"),
        ("public_ipv4.load_balancer", "1460"),
        ("kms.keys", "5"),
        ("kms.requests", "10"),
        ("waf.acl", "1"),
        ("waf.rules", "5"),
        ("waf.requests", "1"),
        ("backup.storage", "20"),
        ("s3.requests", "17.52"),
        ("logs.flow", "2"),
        ("logs.waf", "1.5"),
        ("logs.data", "0.5"),
        ("logs.container_insights", "0.5"),
        ("logs.enhanced_monitoring", "0.6"),
        ("logs.other", "0.1"),
        ("logs.queries", "50"),
        ("elasticache.snapshots", "1"),
        ("transfer.zones", "20"),
        ("lambda.time", "1.25"),
        ("sns.emails", "0.001"),
        ("states.requests", "0.0438"),
        ("states.time", "2737.5"),
        ("scheduler.invocations", "0.0438"),
        ("xray.traces", "0.0438"),
        ("logs.states", "0.3"),
    ],
)
def test_what_is_not_in_the_document_is_in_the_second_part(production: Assembly, identifier: str, amount: str) -> None:
    found = line(estimated(production, AT_DOCUMENT), identifier)
    assert found.part is Part.NOT_IN_DOCUMENT
    assert found.units == Decimal(amount)


def test_alarms_that_are_not_in_the_document_are_named(production: Assembly) -> None:
    found = line(estimated(production, AT_DOCUMENT), "cloudwatch.alarms.others")
    # Alarms of trading have lines of their own.
    others = [alarm for alarm in production.of_type(ALARM) if "/TradingAlarms/" not in alarm.path]
    alarms = {alarm.properties["AlarmName"].removeprefix("tradingbot-ai-production-") for alarm in others}
    number, _, names = found.quantity.what.partition(" more: ")
    assert set(names.split(", ")) == (alarms - set(DOCUMENT_ALARMS)) | {"a second metric of alb-5xx"}
    assert (number, found.part) == (str(found.units), Part.NOT_IN_DOCUMENT)
    assert found.units == len(alarms) - len(DOCUMENT_ALARMS) + 1


def test_an_alarm_more_costs_nothing_of_the_documents_sum(production: Assembly) -> None:
    alarm = resource(ALARM, {"AlarmName": "tradingbot-ai-production-new", "Tags": PRODUCTION_TAGS})
    before, after = estimated(production, AT_DOCUMENT), estimated(with_resources(production, New=alarm), AT_DOCUMENT)
    assert total(after.of(Part.DOCUMENT)) == total(before.of(Part.DOCUMENT))
    assert line(after, "cloudwatch.alarms.others").units == line(before, "cloudwatch.alarms.others").units + 1


def test_secrets_that_are_not_in_the_document_are_named(production: Assembly) -> None:
    found = line(estimated(production, AT_DOCUMENT), "secrets.others")
    documented = {row.name for row in design_secrets.SECRETS if row.in_document}
    secrets = {str(secret.properties["Name"]).rpartition("/")[2] for secret in production.of_type(SECRET)}
    number, _, names = found.quantity.what.partition(" more secrets: ")
    assert set(names.split(", ")) == (secrets - documented) | {"the master password of RDS"}
    assert {"redis-auth-token", "database-url"} <= secrets - documented
    assert (number, found.part) == (str(found.units), Part.NOT_IN_DOCUMENT)
    assert found.units == len(secrets - documented) + 1


def test_another_secret_of_the_application_is_not_in_the_document(production: Assembly, monkeypatch: pytest.MonkeyPatch) -> None:
    row = replace(design_secrets.SECRETS[0], name="another-api-key", in_document=False)
    monkeypatch.setattr(design_secrets, "SECRETS", (*design_secrets.SECRETS, row))
    secret = resource(SECRET, {"Name": "tradingbot-ai/production/another-api-key"})
    before, after = estimated(production, AT_DOCUMENT), estimated(with_resources(production, AnotherApiKey=secret), AT_DOCUMENT)
    assert total(after.of(Part.DOCUMENT)) == total(before.of(Part.DOCUMENT)) == Decimal("252.47")
    assert line(after, "secrets.others").units == line(before, "secrets.others").units + 1
    assert "another-api-key" in line(after, "secrets.others").quantity.what


def in_another_region(region: str, **resources: Mapping[str, Any]) -> Assembly:
    """Stack `Here` in Sydney and stack `There` in another region, each with the same resources."""
    here, there = assembly_of(Here=resources), assembly_of(region=region, There=resources)
    return Assembly({**here.templates, **there.templates}, {**here.stacks, **there.stacks})


KEY = resource("AWS::KMS::Key")


def test_a_stack_in_a_region_without_a_price_table_is_named_and_not_priced() -> None:
    found = estimated(in_another_region("us-east-1", Key=KEY), AT_LIST)
    assert units(found, "kms.keys") == ["1"]
    assert {(each.what, each.reason) for each in found.unpriced} == {
        ("KMS in us-east-1: 1 customer managed key", "not priced: no price table for us-east-1"),
        ("KMS in us-east-1: Requests", "not priced: no price table for us-east-1"),
    }
    assert {path for each in found.unpriced for path in each.paths} == {"There/Key/Resource"}


def test_a_stack_in_a_region_with_a_price_table_is_priced_by_it() -> None:
    entry = {"unit": "key-month", "source": "A test", "address": "none", "as_of": "2026", "confidence": "stated"}
    there = parse_table(TableName.LIST, {"title": "Test", "region": "us-east-1", "prices": {"kms.key_month": {"usd": "9", **entry}}})
    found = estimated(in_another_region("us-east-1", Key=KEY), replace(AT_LIST, elsewhere=(there,)))
    assert (money(found)["kms.keys"], money(found)["kms.keys@us-east-1"]) == ("1.00", "9.00")
    assert [each.reason for each in found.unpriced] == ["no known price for kms.requests_10k"]


def test_a_reference_to_another_region_is_followed() -> None:
    task = resource("AWS::ECS::TaskDefinition", {"Cpu": "256", "Memory": "512"})
    service = resource("AWS::ECS::Service", {"LaunchType": "FARGATE", "TaskDefinition": {"Fn::GetStackOutput": TASK_OUTPUT}})
    here, there = assembly_of(Here={"Service": service}), assembly_of(region="us-east-1", There={"Task": task})
    templates = {"Here": here.templates["Here"], "There": {**there.templates["There"], "Outputs": {"Task": {"Value": {"Ref": "Task"}}}}}
    assert units(estimated(Assembly(templates, {**here.stacks, **there.stacks}), AT_LIST), "fargate.vcpu") == ["182.5"]


TASK_OUTPUT = {"StackName": "test-There", "OutputName": "Task", "Region": "us-east-1"}


def test_a_price_that_is_not_in_the_document_comes_from_the_list(production: Assembly) -> None:
    found = estimated(production, AT_DOCUMENT)
    assert line(found, "kms.keys").price.table is TableName.LIST
    assert line(found, "secrets.others").price.table is TableName.DOCUMENT
    resized = estimated(production, Prices(AT_DOCUMENT.chosen, AT_DOCUMENT.chosen))
    assert "kms.key_month" in {each.key for each in resized.unpriced}


def test_list_prices_know_a_task_by_its_cpu_and_memory(production: Assembly) -> None:
    found = amounts(estimated(production, AT_LIST))
    assert (found["fargate.vcpu"], found["fargate.memory"]) == (Decimal(730), Decimal(1460))
    assert "fargate.tasks" not in found


@pytest.mark.parametrize("prices", [AT_DOCUMENT, AT_LIST], ids=["document", "list"])
def test_the_total_is_the_sum_of_its_lines_and_nothing_is_missing(assembly: Assembly, environment: str, prices: Prices) -> None:
    found = estimated(assembly, prices, environment)
    assert missing(found) == ()
    assert found.monthly == sum(Decimal(amount) for amount in money(found).values()) == total(found.lines)
    assert found.monthly > 100
    assert len(money(found)) == len(found.lines), "two lines of one id"


def test_every_type_of_every_environment_is_counted_or_free_for_a_reason(assembly: Assembly) -> None:
    types = {found.type for found in assembly.resources}
    assert types <= counted_types() | set(FREE)
    assert not counted_types() & set(FREE)


@pytest.mark.parametrize("overrides", VARIANTS, ids=lambda overrides: ",".join(overrides))
def test_no_setting_leaves_something_unnamed(synthesize: Synthesize, overrides: Mapping[str, object]) -> None:
    assert missing(estimated(synthesize("production", **overrides), AT_LIST)) == ()


def test_every_free_type_has_a_reason_and_a_source() -> None:
    for name, free in FREE.items():
        assert len(free.reason) > 20, name
        assert len(free.source) > 10, name


def with_resources(assembly: Assembly, **resources: Mapping[str, Any]) -> Assembly:
    """An assembly with more in its first stack."""
    stack, template = next(iter(assembly.templates.items()))
    return Assembly({**assembly.templates, stack: {**template, "Resources": {**template["Resources"], **resources}}}, assembly.stacks)


def test_an_unknown_type_is_named_and_not_counted_as_zero(production: Assembly) -> None:
    planted = with_resources(production, One=resource("AWS::SageMaker::Endpoint"), Two=resource("AWS::SageMaker::Endpoint"))
    before, after = estimated(production, AT_LIST), estimated(planted, AT_LIST)
    (unknown,) = missing(after)
    assert (unknown.what, unknown.count, unknown.key) == ("AWS::SageMaker::Endpoint", 2, None)
    assert unknown.paths == ("NetworkStack/One", "NetworkStack/Two")
    assert after.monthly == before.monthly


@pytest.mark.parametrize(
    ("overrides", "what", "key"),
    [
        ({"db_instance_class": "db.r6g.large"}, "RDS: db.r6g.large, Multi-AZ", "rds.postgres.db.r6g.large.multi_az_hour"),
        ({"redis_node_type": "cache.r7g.large"}, "ElastiCache: 1 node of cache.r7g.large", "elasticache.redis.cache.r7g.large.node_hour"),
    ],
)
def test_a_size_without_a_price_is_named(synthesize: Synthesize, overrides: Mapping[str, object], what: str, key: str) -> None:
    (found,) = missing(estimated(synthesize("production", **overrides), AT_LIST))
    assert (found.what, found.key, found.reason) == (what, key, f"no known price for {key}")


@pytest.mark.parametrize(
    "planted",
    [
        resource("AWS::Logs::LogGroup", {"LogGroupName": "/somewhere/else"}),
        resource("AWS::EC2::FlowLog", {"LogDestinationType": "s3"}),
        resource("AWS::WAFv2::LoggingConfiguration", {"LogDestinationConfigs": ["arn:aws:s3:::aws-waf-logs-bucket"]}),
        resource("AWS::S3::Bucket"),
        resource("AWS::EC2::Instance", {"InstanceType": "t4g.nano"}),
        resource("AWS::ECS::Service", {"LaunchType": "EC2", "TaskDefinition": "elsewhere"}),
        resource("AWS::Scheduler::Schedule", {"ScheduleExpression": "cron(0 1 * * ? *)"}),
        resource("AWS::StepFunctions::StateMachine", {"StateMachineType": "STANDARD"}),
    ],
    ids=lambda body: str(body["Type"]),
)
def test_usage_of_which_nothing_is_assumed_is_named(planted: Mapping[str, Any]) -> None:
    (unassumed,) = estimated(assembly_of({"Planted": planted}), AT_LIST).unpriced
    assert unassumed.paths == ("Stack/Planted/Resource",)
    assert unassumed.reason == "billed by usage, for which there is no assumption"


def test_what_is_not_expected_has_no_line(production: Assembly) -> None:
    assert "waf.requests" not in money(estimated(production, AT_LIST, expected_waf_million_requests=0))


def test_usage_changes_the_estimate_and_no_template(synthesize: Synthesize, production: Assembly) -> None:
    changed: dict[str, Any] = dict.fromkeys(UsageConfig.model_fields, 7)
    assert synthesize("production", **changed).templates == production.templates
    assert estimated(production, AT_LIST, **changed).monthly != estimated(production, AT_LIST).monthly


def test_every_line_is_on_the_bill_with_a_service_of_cost_explorer(synthesize: Synthesize) -> None:
    for variant in ({}, *VARIANTS):
        for environment in ("production", "development"):
            for found in estimated(synthesize(environment, **variant), AT_LIST, environment).lines:
                assert billed_as(replace(found, service="nobody's")) != "nobody's", found.quantity.id


@pytest.mark.parametrize(("overrides", "minutes"), [(BLUE_GREEN, 30), (CANARY, 45), (LINEAR, 165)], ids=["blue-green", "canary", "linear"])
def test_two_versions_at_once_cost_their_minutes_in_ten_releases(
    overrides: Mapping[str, object], minutes: int, synthesize: Synthesize, production: Assembly
) -> None:
    found = {line.quantity.id: line.quantity.amount for line in estimated(synthesize("production", **overrides), AT_LIST).lines}
    assert found["fargate.release_vcpu"] == Decimal(2 * 10 * minutes) / 60 * Decimal("0.5")
    assert found["lambda.hook_time"] == Decimal("0.125") * 100
    assert not [line for line in estimated(production, AT_LIST).lines if line.quantity.id.startswith(("fargate.release", "lambda.hook"))]
