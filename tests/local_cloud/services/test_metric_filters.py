"""Log events that match a metric filter publish its metric, and alarms on it ring and fall silent."""

import asyncio
import json
import time
import uuid

import pytest

from tradingbot_infra.local_cloud import gateway
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.services import silent_alarms

PATTERN = '{ ($.eventName = "DeleteTrail") || ($.eventName = "StopLogging") }'


@pytest.fixture
def group() -> str:
    """A log group with one stream, `s`."""
    name = uuid.uuid4().hex
    call("logs", "CreateLogGroup", logGroupName=name)
    call("logs", "CreateLogStream", logGroupName=name, logStreamName="s")
    return name


@pytest.fixture
def namespace() -> str:
    return uuid.uuid4().hex


def put_filter(group: str, namespace: str, pattern: str = PATTERN, **transformation: object) -> None:
    transformations = [{"metricName": "events", "metricNamespace": namespace, "metricValue": "1", **transformation}]
    call("logs", "PutMetricFilter", logGroupName=group, filterName="f", filterPattern=pattern, metricTransformations=transformations)


def write(group: str, *events: object) -> None:
    lines = [{"timestamp": int(time.time() * 1000), "message": one if isinstance(one, str) else json.dumps(one)} for one in events]
    call("logs", "PutLogEvents", logGroupName=group, logStreamName="s", logEvents=lines)


def values(namespace: str, **dimensions: str) -> tuple[float, float]:
    """Sum and number of the data of the last minutes."""
    named = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    now = time.time()
    asked = {"StartTime": now - 600, "EndTime": now + 60, "Period": 3600, "Statistics": ["Sum", "SampleCount"]}
    points = call("cloudwatch", "GetMetricStatistics", Namespace=namespace, MetricName="events", Dimensions=named, **asked)["Datapoints"]
    return sum(each["Sum"] for each in points), sum(each["SampleCount"] for each in points)


def test_every_event_that_matches_is_one_value_and_others_are_none(group: str, namespace: str) -> None:
    put_filter(group, namespace)
    write(group, {"eventName": "DeleteTrail"}, {"eventName": "GetTrail"}, {"eventName": "StopLogging"}, "no JSON")
    assert values(namespace) == (2, 2)


def test_events_of_another_log_group_or_a_deleted_filter_publish_nothing(group: str, namespace: str) -> None:
    other = uuid.uuid4().hex
    call("logs", "CreateLogGroup", logGroupName=other)
    put_filter(other, namespace)
    put_filter(group, namespace)
    call("logs", "DeleteMetricFilter", logGroupName=group, filterName="f")
    write(group, {"eventName": "DeleteTrail"})
    assert values(namespace) == (0, 0)


def test_the_default_value_is_published_where_no_event_matches_and_only_there(group: str, namespace: str) -> None:
    put_filter(group, namespace, defaultValue=0.0)
    write(group, {"eventName": "GetTrail"}, {"eventName": "ListTrails"})
    assert values(namespace) == (0, 1)
    write(group, {"eventName": "DeleteTrail"}, {"eventName": "GetTrail"})
    assert values(namespace) == (1, 2)


def test_value_and_dimensions_may_be_fields_and_an_event_without_them_publishes_nothing(group: str, namespace: str) -> None:
    put_filter(group, namespace, "{ $.bytes > 0 }", metricValue="$.bytes", dimensions={"Host": "$.host"})
    write(group, {"bytes": 5, "host": "a"}, {"bytes": 7, "host": "b"}, {"bytes": 9})
    assert values(namespace, Host="a") == (5, 1)
    assert values(namespace, Host="b") == (7, 1)
    # ministack adds up all dimensions where none is asked for.
    assert values(namespace) == (12, 2)


def test_a_filter_whose_pattern_is_not_read_publishes_nothing_and_says_so_once(
    group: str, namespace: str, caplog: pytest.LogCaptureFixture
) -> None:
    put_filter(group, namespace, f'"{namespace}"')
    for _ in range(2):
        write(group, namespace)
    assert values(namespace) == (0, 0)
    assert sum("publishes nothing" in record.message for record in caplog.records) == 1


def put_alarm(namespace: str, **settings: object) -> str:
    """An alarm at the first event, and the URL of a queue that hears it."""
    topic = call("sns", "CreateTopic", Name=namespace)["TopicArn"]
    queue: str = call("sqs", "CreateQueue", QueueName=namespace)["QueueUrl"]
    arn = call("sqs", "GetQueueAttributes", QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    call("sns", "Subscribe", TopicArn=topic, Protocol="sqs", Endpoint=arn)
    usual = {"Statistic": "Sum", "Period": 300, "EvaluationPeriods": 1, "Threshold": 1.0, "TreatMissingData": "notBreaching"}
    asked = {**usual, "ComparisonOperator": "GreaterThanOrEqualToThreshold", "AlarmActions": [topic], "OKActions": [topic], **settings}
    call("cloudwatch", "PutMetricAlarm", AlarmName=namespace, Namespace=namespace, MetricName="events", **asked)
    return queue


def heard(queue: str) -> list[str]:
    """The states that the messages of a queue tell, oldest first."""
    messages = call("sqs", "ReceiveMessage", QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(json.loads(one["Body"])["Message"])["NewStateValue"] for one in messages]


def state(name: str) -> str:
    (alarm,) = call("cloudwatch", "DescribeAlarms", AlarmNames=[name])["MetricAlarms"]
    return str(alarm["StateValue"])


def look(later_seconds: float) -> None:
    """What the look at silent alarms does at a later time."""
    asyncio.run(silent_alarms.look(gateway.ask, time.time() + later_seconds))


def test_an_alarm_rings_at_the_event_and_is_ok_once_its_period_had_no_data(group: str, namespace: str) -> None:
    put_filter(group, namespace)
    queue = put_alarm(namespace)
    write(group, {"eventName": "GetTrail"})
    assert (state(namespace), heard(queue)) == ("INSUFFICIENT_DATA", [])
    write(group, {"eventName": "StopLogging"})
    assert (state(namespace), heard(queue)) == ("ALARM", ["ALARM"])
    look(290)
    assert state(namespace) == "ALARM"
    look(310)
    assert (state(namespace), heard(queue)) == ("OK", ["OK"])


@pytest.mark.parametrize(("treated", "then"), [("missing", "INSUFFICIENT_DATA"), ("ignore", "ALARM"), ("breaching", "ALARM")])
def test_missing_data_means_what_the_alarm_says(group: str, namespace: str, treated: str, then: str) -> None:
    put_filter(group, namespace)
    put_alarm(namespace, TreatMissingData=treated)
    write(group, {"eventName": "StopLogging"})
    look(310)
    assert state(namespace) == then


def test_an_alarm_on_a_metric_that_no_filter_published_is_left_alone(namespace: str) -> None:
    put_alarm(namespace)
    call("cloudwatch", "PutMetricData", Namespace=namespace, MetricData=[{"MetricName": "events", "Value": 1.0}])
    look(310)
    assert state(namespace) == "ALARM"
