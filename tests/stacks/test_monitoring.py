"""The dashboard and the alarms, as settings change them."""

import json
from typing import Any

from tests.conftest import Synthesize
from tests.stacks.alarms import CONTROL_ALARMS, DOCUMENT_ALARMS, OWN_ALARMS, PRODUCTION_ALARMS, TRADING_ALARMS
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design.log_lines import ERROR_QUERY
from tradingbot_infra.templates import Assembly


def widgets(assembly: Assembly) -> dict[str, Any]:
    """The widgets of the environment's own dashboard, by title."""
    boards = assembly.of_type("AWS::CloudWatch::Dashboard")
    body = next(board for board in boards if board.path == "MonitoringStack/Dashboard/Resource").properties["DashboardBody"]
    return {widget["properties"]["title"]: widget["properties"] for widget in json.loads(body)["widgets"]}


def metrics(widget: dict[str, Any]) -> set[str]:
    """The metric names that a widget draws."""
    return {metric[1] for metric in widget["metrics"]}


def of_the_document(assembly: Assembly) -> list[str]:
    """The alarms that the document asks for, by name; test_control_alarms.py looks at the others."""
    names = [alarm.properties["AlarmName"] for alarm in assembly.of_type("AWS::CloudWatch::Alarm")]
    return [name for name in names if not name.endswith((*CONTROL_ALARMS, *OWN_ALARMS, *TRADING_ALARMS))]


def test_the_dashboard_shows_what_the_design_lists(production: Assembly) -> None:
    shown = widgets(production)
    assert metrics(shown["ECS service"]) == {"CPUUtilization", "MemoryUtilization", "RunningTaskCount"}
    assert metrics(shown["Load balancer"]) == {
        "TargetResponseTime",
        "RequestCount",
        "HTTPCode_Target_2XX_Count",
        "HTTPCode_Target_5XX_Count",
        "HTTPCode_ELB_5XX_Count",
    }
    assert metrics(shown["RDS PostgreSQL"]) == {"CPUUtilization", "DatabaseConnections", "FreeStorageSpace"}
    assert metrics(shown["Redis node 1"]) == {
        "EngineCPUUtilization",
        "CPUUtilization",
        "DatabaseMemoryUsagePercentage",
        "CurrConnections",
        "Evictions",
    }
    assert len(shown) == 5


def test_the_dashboard_shows_the_twenty_newest_errors(production: Assembly) -> None:
    query = widgets(production)["Newest errors"]["query"]
    assert query.startswith("SOURCE '${ServiceStack.ContainerLogGroup}'")
    assert ERROR_QUERY in query
    assert "sort @timestamp desc" in query
    assert query.endswith("limit 20")


def test_e_mail_addresses_are_subscribed(synthesize: Synthesize) -> None:
    assembly = synthesize("production", alarm_emails="desk@example.com,night@example.com")
    subscriptions = [subscription.properties for subscription in assembly.of_type("AWS::SNS::Subscription")]
    assert {(s["Protocol"], s["Endpoint"]) for s in subscriptions} == {("email", "desk@example.com"), ("email", "night@example.com")}


def test_nobody_is_subscribed_unless_listed(production: Assembly) -> None:
    assert production.of_type("AWS::SNS::Subscription") == ()


def test_a_budget_writes_to_every_address_at_80_and_100_percent_and_by_forecast(synthesize: Synthesize) -> None:
    assembly = synthesize("production", alarm_emails="desk@example.com,night@example.com", monthly_budget_usd="250")
    properties = assembly.only("AWS::Budgets::Budget").properties
    budget, notifications = properties["Budget"], properties["NotificationsWithSubscribers"]
    assert budget["BudgetLimit"] == {"Amount": 250, "Unit": "USD"}
    assert budget["CostFilters"] == {"TagKeyValue": ["user:Environment$production"]}
    assert "BudgetName" not in budget
    told = [(each["Notification"]["NotificationType"], each["Notification"]["Threshold"]) for each in notifications]
    assert told == [("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100)]
    for each in notifications:
        assert [subscriber["Address"] for subscriber in each["Subscribers"]] == ["desk@example.com", "night@example.com"]


def test_there_is_no_budget_without_an_address_or_when_it_is_off(synthesize: Synthesize, production: Assembly) -> None:
    assert production.of_type("AWS::Budgets::Budget") == ()
    off = synthesize("production", alarm_emails="desk@example.com", monthly_budget_usd="none")
    assert off.of_type("AWS::Budgets::Budget") == ()


def test_a_threshold_is_a_setting(synthesize: Synthesize) -> None:
    assembly = synthesize("production", redis_evictions_alarm_count="2000")
    (alarm,) = [a for a in assembly.of_type("AWS::CloudWatch::Alarm") if a.properties["AlarmName"].endswith("redis-evictions")]
    assert alarm.properties["Threshold"] == 2000


def test_every_redis_node_has_its_alarms_and_its_widget(synthesize: Synthesize) -> None:
    assembly = synthesize("high-availability")
    nodes = {
        dimension["Value"]
        for alarm in assembly.of_type("AWS::CloudWatch::Alarm")
        for dimension in alarm.properties.get("Dimensions", [])
        if dimension["Name"] == "CacheClusterId"
    }
    assert nodes == {"tradingbot-ai-high-availability-redis-001", "tradingbot-ai-high-availability-redis-002"}
    assert {"Redis node 1", "Redis node 2"} <= set(widgets(assembly))
    assert len(of_the_document(assembly)) == len(DOCUMENT_ALARMS) + 5, "the second node has four of the document, and one for its CPU"


def test_without_redis_there_are_nine_alarms_and_no_redis_widget(synthesize: Synthesize) -> None:
    assembly = synthesize("staging")
    assert len(of_the_document(assembly)) == 9
    assert not [title for title in widgets(assembly) if "Redis" in title]


def test_no_target_at_all_is_an_alarm_except_where_tasks_sleep(assembly: Assembly, environment: str) -> None:
    (alarm,) = [a for a in assembly.of_type("AWS::CloudWatch::Alarm") if a.properties["AlarmName"].endswith("alb-unhealthy-targets")]
    asleep = load_config(environment).scaling.scale_down_out_of_hours
    assert alarm.properties["TreatMissingData"] == ("notBreaching" if asleep else "breaching")


def test_production_has_these_alarms_and_no_others(production: Assembly) -> None:
    names = {alarm.properties["AlarmName"] for alarm in production.of_type("AWS::CloudWatch::Alarm")}
    assert names == {f"tradingbot-ai-production-{name}" for name in PRODUCTION_ALARMS}
