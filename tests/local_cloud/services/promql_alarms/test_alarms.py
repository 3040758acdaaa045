"""Alarms on PromQL, composite alarms and mute rules, with boto3 and what OTLP sent."""

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_cloud.services.telemetry.test_otlp import gauge, post
from tests.local_cloud.signing import REGION
from tradingbot_infra.local_cloud.server import LocalCloud, client

pytestmark = pytest.mark.local_cloud

SOON = 30.0
"""Real seconds until something must have happened; the interval of 10 seconds is half a real one."""


@dataclass(frozen=True)
class Topic:
    """A topic of which a queue hears."""

    cloud: LocalCloud
    arn: str
    queue: str

    def messages(self) -> list[dict[str, Any]]:
        """What arrived since the last call, in the order of its arrival."""
        sqs = client(self.cloud.endpoint, REGION, "sqs")
        found: list[dict[str, Any]] = []
        while received := sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages"):
            for each in received:
                envelope = json.loads(each["Body"])
                found.append({**json.loads(envelope["Message"]), "Subject": envelope["Subject"]})
                sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=each["ReceiptHandle"])
        return found


@pytest.fixture
def topic(cloud: LocalCloud) -> Topic:
    name = uuid.uuid4().hex
    sns, sqs = client(cloud.endpoint, REGION, "sns"), client(cloud.endpoint, REGION, "sqs")
    arn = sns.create_topic(Name=name)["TopicArn"]
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:000000000000:{name}")
    return Topic(cloud, arn, queue)


@pytest.fixture
def cloudwatch(cloud: LocalCloud) -> Any:
    return client(cloud.endpoint, REGION, "cloudwatch")


@pytest.fixture
def metric() -> str:
    """The name of a metric of the test's own."""
    return f"m_{uuid.uuid4().hex}"


def criteria(query: str, pending: int = 0, recovery: int = 0) -> dict[str, Any]:
    return {"PromQLCriteria": {"Query": query, "PendingPeriod": pending, "RecoveryPeriod": recovery}}


def state(cloudwatch: Any, name: str) -> str:
    found: dict[str, list[dict[str, Any]]] = cloudwatch.describe_alarms(AlarmNames=[name], AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    (alarm,) = [*found["MetricAlarms"], *found["CompositeAlarms"]]
    return str(alarm["StateValue"])


def wait(condition: Callable[[], bool], seconds: float = SOON) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_an_alarm_begins_in_ok_rings_for_each_contributor_and_is_quiet_again(
    cloud: LocalCloud, cloudwatch: Any, topic: Topic, metric: str
) -> None:
    alarm = f"alarm-{metric}"
    cloudwatch.put_metric_alarm(
        AlarmName=alarm,
        AlarmDescription="too much",
        EvaluationCriteria=criteria(f"max by (exchange) ({metric}) > 5"),
        EvaluationInterval=10,
        AlarmActions=[topic.arn],
        OKActions=[topic.arn],
    )
    (shown,) = cloudwatch.describe_alarms(AlarmNames=[alarm])["MetricAlarms"]
    assert (shown["StateValue"], shown["EvaluationInterval"]) == ("OK", 10)
    assert shown["EvaluationCriteria"]["PromQLCriteria"]["Query"] == f"max by (exchange) ({metric}) > 5"
    assert "MetricName" not in shown
    for exchange, value in (("kraken", 9), ("binance", 7), ("bybit", 1)):
        assert post(cloud, "/v1/metrics", gauge(metric, value, exchange=exchange)).status == 200
    wait(lambda: state(cloudwatch, alarm) == "ALARM")
    found = cloudwatch.describe_alarm_contributors(AlarmName=alarm)["AlarmContributors"]
    assert [each["ContributorAttributes"] for each in found] == [{"exchange": "binance"}, {"exchange": "kraken"}]
    assert 'exchange="kraken"' in found[1]["StateReason"]
    messages = topic.messages()
    assert [each.get("AlarmContributorAttributes") for each in messages] == [{"exchange": "binance"}, {"exchange": "kraken"}, None]
    last = messages[-1]
    assert (last["NewStateValue"], last["OldStateValue"], last["AlarmName"]) == ("ALARM", "OK", alarm)
    assert (last["Region"], last["AlarmArn"]) == ("Asia Pacific (Sydney)", shown["AlarmArn"])
    assert last["Subject"] == f'ALARM: "{alarm}" in Asia Pacific (Sydney)'
    history = cloudwatch.describe_alarm_history(AlarmName=alarm, HistoryItemType="StateUpdate")["AlarmHistoryItems"]
    assert any(each["HistorySummary"] == "Alarm updated from OK to ALARM" for each in history)
    for exchange in ("kraken", "binance"):
        post(cloud, "/v1/metrics", gauge(metric, 1, exchange=exchange))
    wait(lambda: state(cloudwatch, alarm) == "OK")
    assert cloudwatch.describe_alarm_contributors(AlarmName=alarm)["AlarmContributors"] == []
    assert {each["NewStateValue"] for each in topic.messages()} == {"OK"}


def test_a_pending_period_holds_the_alarm_back_and_is_divided_by_the_time_scale(cloud: LocalCloud, cloudwatch: Any, metric: str) -> None:
    alarm = f"alarm-{metric}"
    cloudwatch.put_metric_alarm(AlarmName=alarm, EvaluationCriteria=criteria(f"{metric} > 5", pending=60), EvaluationInterval=10)
    begin = time.monotonic()
    post(cloud, "/v1/metrics", gauge(metric, 9))
    wait(lambda: state(cloudwatch, alarm) == "ALARM")
    assert time.monotonic() - begin >= 60 / 20


def test_a_metric_that_nobody_sends_leaves_the_alarm_ok(cloudwatch: Any, metric: str) -> None:
    cloudwatch.put_metric_alarm(AlarmName=metric, EvaluationCriteria=criteria(f"{metric} > 5"), EvaluationInterval=10)
    time.sleep(2)
    assert state(cloudwatch, metric) == "OK"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"EvaluationInterval": 45}, "EvaluationInterval must be"),
        ({"EvaluationInterval": 3660}, "EvaluationInterval must be"),
        ({"EvaluationCriteria": criteria("x >")}, "cannot be read"),
        ({"EvaluationCriteria": criteria("x > 1" + " " * 9996)}, "10001 characters"),
        ({"EvaluationCriteria": criteria("vector(1)")}, "must name a metric"),
        ({"EvaluationCriteria": criteria("x", pending=90000)}, "PendingPeriod"),
        ({"TreatMissingData": "breaching"}, "TreatMissingData must not be given"),
        ({"AlarmActions": [f"arn:aws:sns:{REGION}:000000000000:t{number}" for number in range(6)]}, "at most 5"),
    ],
)
def test_what_cloudwatch_does_not_take_is_refused(cloudwatch: Any, changed: dict[str, Any], words: str) -> None:
    given = {"AlarmName": "refused", "EvaluationCriteria": criteria("x > 1"), "EvaluationInterval": 60, **changed}
    with pytest.raises(ClientError, match=words):
        cloudwatch.put_metric_alarm(**given)


def test_a_classic_alarm_has_no_contributors_and_one_that_does_not_exist_is_unknown(cloudwatch: Any) -> None:
    cloudwatch.put_metric_alarm(
        AlarmName="classic",
        Namespace="n",
        MetricName="m",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    assert cloudwatch.describe_alarm_contributors(AlarmName="classic")["AlarmContributors"] == []
    with pytest.raises(ClientError, match="does not exist"):
        cloudwatch.describe_alarm_contributors(AlarmName="nothing")


class TestComposite:
    """One message for two children."""

    @pytest.fixture
    def children(self, cloudwatch: Any, metric: str) -> tuple[str, str]:
        names = f"a-{metric}", f"b-{metric}"
        for number, name in enumerate(names):
            query = f'{metric}{{child="{number}"}} > 0'
            cloudwatch.put_metric_alarm(AlarmName=name, EvaluationCriteria=criteria(query), EvaluationInterval=10)
        return names

    def put(self, cloudwatch: Any, topic: Topic, children: tuple[str, str], **more: Any) -> str:
        name = f"composite-{uuid.uuid4().hex}"
        rule = " OR ".join(f'ALARM("{child}")' for child in children)
        cloudwatch.put_composite_alarm(AlarmName=name, AlarmRule=rule, AlarmActions=[topic.arn], OKActions=[topic.arn], **more)
        topic.messages()
        return name

    def test_it_rings_once_with_its_children(
        self, cloud: LocalCloud, cloudwatch: Any, topic: Topic, metric: str, children: tuple[str, str]
    ) -> None:
        name = self.put(cloudwatch, topic, children)
        assert state(cloudwatch, name) == "OK"
        for number in ("0", "1"):
            post(cloud, "/v1/metrics", gauge(metric, 1, child=number))
        wait(lambda: state(cloudwatch, name) == "ALARM" and state(cloudwatch, children[1]) == "ALARM")
        (message,) = topic.messages()
        assert (message["AlarmName"], message["NewStateValue"]) == (name, "ALARM")
        assert message["TriggeringChildren"][0]["State"]["Value"] == "ALARM"
        assert "Trigger" not in message

    def test_a_suppressor_that_rings_in_time_holds_it_back(
        self, cloud: LocalCloud, cloudwatch: Any, topic: Topic, metric: str, children: tuple[str, str]
    ) -> None:
        own, suppressor = children
        waits = {"ActionsSuppressorWaitPeriod": 40, "ActionsSuppressorExtensionPeriod": 20}
        name = self.put(cloudwatch, topic, (own, own), ActionsSuppressor=suppressor, **waits)
        post(cloud, "/v1/metrics", gauge(metric, 1, child="0"))
        wait(lambda: state(cloudwatch, name) == "ALARM")
        (shown,) = cloudwatch.describe_alarms(AlarmNames=[name], AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
        assert (shown["ActionsSuppressedBy"], shown["ActionsSuppressorWaitPeriod"]) == ("WaitPeriod", 40)
        post(cloud, "/v1/metrics", gauge(metric, 1, child="1"))
        wait(lambda: state(cloudwatch, suppressor) == "ALARM")
        time.sleep(3)
        assert topic.messages() == []
        post(cloud, "/v1/metrics", gauge(metric, 0, child="1"))
        wait(lambda: len(topic.messages()) == 1)

    def test_without_the_suppressor_it_rings_after_the_wait(
        self, cloud: LocalCloud, cloudwatch: Any, topic: Topic, metric: str, children: tuple[str, str]
    ) -> None:
        waits = {"ActionsSuppressorWaitPeriod": 40, "ActionsSuppressorExtensionPeriod": 20}
        name = self.put(cloudwatch, topic, (children[0], children[0]), ActionsSuppressor=children[1], **waits)
        post(cloud, "/v1/metrics", gauge(metric, 1, child="0"))
        wait(lambda: state(cloudwatch, name) == "ALARM")
        assert topic.messages() == []
        wait(lambda: len(topic.messages()) == 1)

    def test_a_suppressor_must_exist(self, cloudwatch: Any, topic: Topic, children: tuple[str, str]) -> None:
        waits = {"ActionsSuppressorWaitPeriod": 40, "ActionsSuppressorExtensionPeriod": 20}
        with pytest.raises(ClientError, match="does not exist"):
            self.put(cloudwatch, topic, children, ActionsSuppressor="nothing", **waits)


@pytest.mark.parametrize("expression", ["at", "cron"])
def test_within_a_window_of_a_mute_rule_an_alarm_changes_and_tells_nobody(
    cloud: LocalCloud, cloudwatch: Any, topic: Topic, metric: str, expression: str
) -> None:
    schedule = {"at": f"at({datetime.now(UTC):%Y-%m-%dT%H:%M})", "cron": "cron(* * * * *)"}[expression]
    for name in ("muted", "heard"):
        cloudwatch.put_metric_alarm(
            AlarmName=f"{name}-{metric}", EvaluationCriteria=criteria(f"{metric} > 0"), EvaluationInterval=10, AlarmActions=[topic.arn]
        )
    rule = {"Schedule": {"Expression": schedule, "Duration": "PT5M"}}
    cloudwatch.put_alarm_mute_rule(Name=metric, Rule=rule, MuteTargets={"AlarmNames": [f"muted-{metric}"]})
    assert cloudwatch.get_alarm_mute_rule(AlarmMuteRuleName=metric)["Status"] == "ACTIVE"
    post(cloud, "/v1/metrics", gauge(metric, 1))
    wait(lambda: state(cloudwatch, f"muted-{metric}") == "ALARM" and state(cloudwatch, f"heard-{metric}") == "ALARM")
    assert {each["AlarmName"] for each in topic.messages()} == {f"heard-{metric}"}


def test_a_stack_makes_changes_and_deletes_both_kinds(cloud: LocalCloud, cloudwatch: Any) -> None:
    cloudformation = client(cloud.endpoint, REGION, "cloudformation")
    name = f"s{uuid.uuid4().hex}"

    def template(minutes: int, words: str) -> str:
        resources = {
            "Alarm": {
                "Type": "AWS::CloudWatch::Alarm",
                "Properties": {"AlarmName": name, "EvaluationCriteria": criteria("x > 1", pending=minutes * 60), "EvaluationInterval": 60},
            },
            "Outage": {
                "Type": "AWS::CloudWatch::CompositeAlarm",
                "Properties": {
                    "AlarmName": f"{name}-outage",
                    "AlarmDescription": words,
                    "AlarmRule": {"Fn::Sub": "ALARM(${Alarm})"},
                    "ActionsSuppressor": {"Fn::GetAtt": ["Alarm", "Arn"]},
                    "ActionsSuppressorWaitPeriod": 120,
                    "ActionsSuppressorExtensionPeriod": "60",
                },
            },
        }
        return json.dumps({"Resources": resources})

    cloudformation.create_stack(StackName=name, TemplateBody=template(1, "old"))
    cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    cloudformation.update_stack(StackName=name, TemplateBody=template(2, "new"))
    cloudformation.get_waiter("stack_update_complete").wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    assert alarm["EvaluationCriteria"]["PromQLCriteria"]["PendingPeriod"] == 120
    (outage,) = cloudwatch.describe_alarms(AlarmNames=[f"{name}-outage"], AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
    assert (outage["AlarmDescription"], outage["ActionsSuppressorExtensionPeriod"]) == ("new", 60)
    cloudformation.delete_stack(StackName=name)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    assert cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"] == []
