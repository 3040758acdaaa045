"""Alarms of trading in templates: whom they tell, and in which words."""

import re
from typing import Any

from tests.conftest import Synthesize
from tests.stacks.alarms import OUTAGE_ALARMS, PRODUCTION_ALARMS
from tradingbot_infra.templates import Assembly

PREFIX = "tradingbot-ai-production-"
EMAILS = {"alarm_emails": "desk@example.com", "paging_emails": "night@example.com"}


def alarms(assembly: Assembly) -> dict[str, Any]:
    """Properties by the last part of the name, composite alarms too."""
    found = (*assembly.of_type("AWS::CloudWatch::Alarm"), *assembly.of_type("AWS::CloudWatch::CompositeAlarm"))
    return {each.properties["AlarmName"].removeprefix(PREFIX): each.properties for each in found}


def told(properties: Any) -> str:
    """The topic of an alarm, by its construct."""
    (action,) = properties["AlarmActions"]
    return re.sub(r"\W|MonitoringStack|[0-9A-F]{8}", "", action)


def test_pages_and_mails_go_where_the_rows_say_and_parts_of_an_outage_nowhere(production: Assembly) -> None:
    found = alarms(production)
    assert {name for name, each in found.items() if "AlarmActions" not in each} == set(OUTAGE_ALARMS)
    pages = {name for name, each in found.items() if "AlarmActions" in each and told(each) == "PagingTopic"}
    assert pages == {"service-down", "trading-outage", "order-loop", "drawdown", "exposure"}


def test_the_composite_alarm_is_made_of_every_part_and_of_expected_strategies(synthesize: Synthesize) -> None:
    assembly = synthesize("production", expected_strategies="trend,grid")
    rule = alarms(assembly)["trading-outage"]["AlarmRule"]
    targets = [assembly.referred(each.replace(".Arn}", "}")) for each in re.findall(r"\$\{[^}]+\}", rule)]
    names = {target.properties["AlarmName"] for target in targets if target}
    parts = (*OUTAGE_ALARMS, "no-heartbeat-trend", "no-heartbeat-grid")
    assert names == {f"{PREFIX}{name}" for name in parts}


def test_who_is_paged_is_not_who_is_mailed(synthesize: Synthesize) -> None:
    assembly = synthesize("production", **EMAILS)
    mails = {each.path.split("/")[1]: each.properties["Endpoint"] for each in assembly.of_type("AWS::SNS::Subscription")}
    assert mails == {"AlarmTopic": "desk@example.com", "PagingTopic": "night@example.com"}


def test_without_addresses_of_their_own_pages_go_to_those_who_get_mail(synthesize: Synthesize) -> None:
    assembly = synthesize("production", alarm_emails="desk@example.com")
    assert [each.properties["Endpoint"] for each in assembly.of_type("AWS::SNS::Subscription")] == ["desk@example.com"] * 2


def test_where_trading_is_no_alarm_nothing_pages(synthesize: Synthesize) -> None:
    assembly = synthesize("staging")
    assert [each.properties["TopicName"] for each in assembly.of_type("AWS::SNS::Topic")] == ["tradingbot-ai-staging-alarms"]
    assert assembly.of_type("AWS::CloudWatch::CompositeAlarm") == ()


def test_lines_of_the_log_are_watched_by_alarms_of_the_same_names(synthesize: Synthesize) -> None:
    found = alarms(synthesize("production", metrics="emf", expected_strategies="trend"))
    assert set(found) == {*PRODUCTION_ALARMS, "trading-outage", "no-heartbeat-trend"}
    assert not [name for name, each in found.items() if "EvaluationCriteria" in each]
    assert found["strategy-silent"]["TreatMissingData"] == "notBreaching"
    assert found["no-heartbeat-trend"]["TreatMissingData"] == "breaching"


def test_every_alarm_speaks_korean_where_the_setting_says_so(synthesize: Synthesize) -> None:
    found = alarms(synthesize("high-availability", alarm_language="ko"))
    assert [name for name, each in found.items() if not re.search("[가-힣]", each["AlarmDescription"])] == []
