"""How deployments shift traffic, as settings ask for it."""

import json
from typing import Any

import pytest

from tests.conftest import Synthesize
from tests.shifting import BLUE_GREEN, CANARY, LINEAR
from tests.stacks.alarms import PRODUCTION_ALARMS
from tradingbot_infra.templates import Assembly

RULE, LISTENER, GROUP = (f"AWS::ElasticLoadBalancingV2::{name}" for name in ("ListenerRule", "Listener", "TargetGroup"))
BLUE = "${ServiceStack.LoadBalancerPublicListenerECSGroup253F49BD}"
HEADER = {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "x-tradingbot-test", "Values": ["green"]}}
EVERY_PATH = {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/*"]}}


def service(assembly: Assembly) -> dict[str, Any]:
    """The properties of the one service."""
    return dict(assembly.only("AWS::ECS::Service").properties)


def green(assembly: Assembly) -> str:
    """A reference to the second target group."""
    found = assembly.reference_to("ServiceStack/Traffic/Green/Resource")
    assert found is not None
    return found


@pytest.fixture(scope="module", params=[BLUE_GREEN, CANARY, LINEAR], ids=["blue-green", "canary", "linear"])
def shifting(request: pytest.FixtureRequest, synthesize: Synthesize) -> Assembly:
    """Production with each strategy that shifts traffic."""
    return synthesize("production", **request.param)


def test_two_rules_on_the_forwarding_listener_choose_between_two_groups(shifting: Assembly) -> None:
    rules = {each.properties["Priority"]: each.properties for each in shifting.of_type(RULE)}
    assert {number: rule["Conditions"] for number, rule in rules.items()} == {1: [EVERY_PATH, HEADER], 2: [EVERY_PATH]}
    for rule in rules.values():
        groups = [{"TargetGroupArn": BLUE, "Weight": 100}, {"TargetGroupArn": green(shifting), "Weight": 0}]
        assert rule["Actions"] == [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}]
    (arn,) = {rule["ListenerArn"] for rule in rules.values()}
    listener = shifting.referred(arn)
    assert listener
    assert listener.properties["DefaultActions"] == [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}]
    assert len([each for each in shifting.of_type(LISTENER) if each.properties["DefaultActions"][0]["Type"] == "redirect"]) == (
        1 if listener.properties["Port"] == 443 else 0
    )


def test_both_target_groups_are_alike(shifting: Assembly) -> None:
    blue, other = (dict(each.properties) for each in shifting.of_type(GROUP))
    assert blue == other


def test_ecs_gets_what_it_moves_traffic_with(shifting: Assembly) -> None:
    (balancer,) = service(shifting)["LoadBalancers"]
    assert balancer["TargetGroupArn"] == BLUE
    assert balancer["AdvancedConfiguration"] == {
        "AlternateTargetGroupArn": green(shifting),
        "ProductionListenerRule": shifting.reference_to("ServiceStack/Traffic/Production/Resource"),
        "TestListenerRule": shifting.reference_to("ServiceStack/Traffic/Test/Resource"),
        "RoleArn": shifting.reference_to("ServiceStack/Traffic/Role/Role/Resource", "Arn"),
    }


def test_every_failure_is_rolled_back(shifting: Assembly) -> None:
    deployment = service(shifting)["DeploymentConfiguration"]
    assert deployment["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}
    assert (deployment["Alarms"]["Enable"], deployment["Alarms"]["Rollback"]) == (True, True)
    there = {alarm.properties["AlarmName"] for alarm in shifting.of_type("AWS::CloudWatch::Alarm")}
    assert set(deployment["Alarms"]["AlarmNames"]) <= there
    assert {name.removeprefix("tradingbot-ai-production-") for name in deployment["Alarms"]["AlarmNames"]} == {
        "alb-5xx",
        "alb-response-time",
        "alb-unhealthy-targets",
        "alb-unhealthy-targets-green",
        "application-errors",
    }


def test_a_strategy_has_its_own_steps_and_no_others(synthesize: Synthesize) -> None:
    found = [service(synthesize("production", **each))["DeploymentConfiguration"] for each in (BLUE_GREEN, CANARY, LINEAR)]
    assert [each["Strategy"] for each in found] == ["BLUE_GREEN", "CANARY", "LINEAR"]
    assert [each["BakeTimeInMinutes"] for each in found] == [30, 30, 30]
    assert [each.get("CanaryConfiguration") for each in found] == [None, {"CanaryPercent": 10, "CanaryBakeTimeInMinutes": 15}, None]
    assert [each.get("LinearConfiguration") for each in found] == [None, None, {"StepPercent": 10, "StepBakeTimeInMinutes": 15}]


def test_a_new_version_is_tested_and_waits_only_where_so_set(synthesize: Synthesize) -> None:
    open_, gated = (service(synthesize("production", **each))["DeploymentConfiguration"]["LifecycleHooks"] for each in (BLUE_GREEN, CANARY))
    for tests, *_ in (open_, gated):
        assert tests["TargetType"] == "AWS_LAMBDA"
        assert tests["LifecycleStages"] == ["POST_TEST_TRAFFIC_SHIFT"]
    assert len(open_) == 1
    assert gated[1:] == [
        {
            "TargetType": "PAUSE",
            "LifecycleStages": ["POST_TEST_TRAFFIC_SHIFT"],
            "TimeoutConfiguration": {"TimeoutInMinutes": 60, "Action": "ROLLBACK"},
        }
    ]


@pytest.mark.parametrize(
    ("settings", "asked"),
    [
        (BLUE_GREEN, ", port=80, name='', header=('x-tradingbot-test', 'green'), paths=['/api/v1/health'], "),
        (CANARY, ", port=443, name='api.example.com', header=('x-tradingbot-test', 'green'), paths=['/api/v1/health', '/api/v1/orders'], "),
    ],
    ids=["http", "https"],
)
def test_the_function_asks_as_clients_do(settings: dict[str, object], asked: str, synthesize: Synthesize) -> None:
    assembly = synthesize("production", **settings)
    (function,) = [each for each in assembly.of_type("AWS::Lambda::Function") if each.stack == "ServiceStack"]
    source = function.properties["Code"]["ZipFile"]
    assert source.splitlines()[-1].startswith("handler = DeploymentCheck(address='${ServiceStack.LoadBalancerBE9EEC3A.DNSName}'" + asked)
    compile(source, "index.py", "exec")
    assert len(source) < 4 * 1024 * 1024, "CloudFormation takes no more (AWS::Lambda::Function Code)"
    assert "Environment" not in function.properties


@pytest.mark.parametrize(
    ("settings", "other"),
    [(BLUE_GREEN, BLUE_GREEN | {"image_tag": "v2"}), (LINEAR, LINEAR | {"image_tag": "v2"})],
    ids=["none-v2", "v1-v2"],
)
def test_a_release_changes_the_task_and_nothing_of_the_traffic(
    settings: dict[str, object], other: dict[str, object], synthesize: Synthesize
) -> None:
    before, after = synthesize("production", **settings), synthesize("production", **other)
    bodies = {(each.stack, each.logical_id): each.body for each in before.resources}
    changed = [each.path for each in after.resources if each.body != bodies.get((each.stack, each.logical_id))]
    assert changed == ["DataStack/Images/Resource", "ServiceStack/Task/Resource"]
    assert {each.path for each in before.resources} == {each.path for each in after.resources}


FROZEN = (
    '[{"ForwardConfig": {"TargetGroups": [{"TargetGroupArn": {"Ref": "LoadBalancerPublicListenerECSGroup253F49BD"}, "Weight": 100}, '
    '{"TargetGroupArn": {"Ref": "GREEN"}, "Weight": 0}]}, "Type": "forward"}]'
)


def test_the_text_of_the_rules_never_changes(shifting: Assembly) -> None:
    """ECS moves the weights. CloudFormation writes its own again when this text changes, and so sends traffic to a group without tasks."""
    actions = [each.body["Properties"]["Actions"] for each in shifting.of_type(RULE)]
    identifier = green(shifting).removeprefix("${ServiceStack.").removesuffix("}")
    assert [json.dumps(each) for each in actions] == [FROZEN.replace("GREEN", identifier)] * 2
    assert identifier == "TrafficGreen75B0DE11"


def test_switching_to_it_keeps_the_target_group_that_has_the_tasks(shifting: Assembly, production: Assembly) -> None:
    (blue,) = production.of_type(GROUP)
    same = shifting.at(blue.path)
    assert same
    assert same.body == blue.body


def test_a_rolling_service_has_none_of_it(production: Assembly) -> None:
    assert production.of_type(RULE) == ()
    assert set(service(production)["DeploymentConfiguration"]) == {
        "DeploymentCircuitBreaker",
        "MaximumPercent",
        "MinimumHealthyPercent",
    }
    assert [each.stack for each in production.of_type("AWS::Lambda::Function")] == ["NetworkStack"]


def alarms(assembly: Assembly) -> dict[str, Any]:
    """Every alarm by the last part of its name."""
    found = [dict(alarm.properties) for alarm in assembly.of_type("AWS::CloudWatch::Alarm")]
    return {each["AlarmName"].removeprefix("tradingbot-ai-").partition("-")[2]: each for each in found}


def test_each_target_group_has_its_alarm_and_missing_data_of_one_is_normal(shifting: Assembly) -> None:
    found = alarms(shifting)
    assert set(found) == {*PRODUCTION_ALARMS, "alb-unhealthy-targets-green", "ecs-no-tasks"}
    for name, group in (("alb-unhealthy-targets", BLUE), ("alb-unhealthy-targets-green", green(shifting))):
        watched = {each["Name"]: each["Value"] for each in found[name]["Dimensions"]}
        assert watched["TargetGroup"] == group.removesuffix("}") + ".TargetGroupFullName}"
        assert found[name]["TreatMissingData"] == "notBreaching"
        assert (found[name]["Threshold"], found[name]["ComparisonOperator"]) == (0, "GreaterThanThreshold")


def test_no_task_at_all_is_an_alarm_whichever_group_is_live(shifting: Assembly) -> None:
    alarm = alarms(shifting)["ecs-no-tasks"]
    assert (alarm["MetricName"], alarm["ComparisonOperator"], alarm["Threshold"]) == ("RunningTaskCount", "LessThanThreshold", 1)
    assert alarm["TreatMissingData"] == "breaching"


def test_tasks_that_sleep_at_night_ring_no_alarm(synthesize: Synthesize) -> None:
    assert "ecs-no-tasks" not in alarms(synthesize("staging", **BLUE_GREEN))


def test_alarms_that_undo_a_deployment_watch_both_versions(shifting: Assembly) -> None:
    """Metrics of the load balancer, the service or the log know no target group."""
    found = alarms(shifting)
    for name in ("alb-5xx", "alb-response-time", "application-errors"):
        assert "TargetGroup" not in json.dumps(found[name])


def test_the_dashboard_shows_which_group_is_live(shifting: Assembly, production: Assembly) -> None:
    def widgets(assembly: Assembly) -> dict[str, Any]:
        boards = assembly.of_type("AWS::CloudWatch::Dashboard")
        body = next(board for board in boards if board.path == "MonitoringStack/Dashboard/Resource").properties["DashboardBody"]
        return {each["properties"]["title"]: each["properties"] for each in json.loads(body)["widgets"]}

    rows = widgets(shifting)["Target groups"]["metrics"]
    assert [(row[1], row[-1]["label"]) for row in rows] == [
        ("RequestCount", "blue requests"),
        ("RequestCount", "green requests"),
        ("HealthyHostCount", "blue healthy targets"),
        ("HealthyHostCount", "green healthy targets"),
    ]
    assert len({row[5] for row in rows}) == 2
    assert set(widgets(shifting)) - set(widgets(production)) == {"Target groups"}
