"""The example, the made-up exchange and the alarms of production's template on one local cloud, and a queue that hears both topics."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.data_stores import REGION, Stores
from tests.examples.container import authority_of, environment_of
from tests.examples.exchange.running import FakeExchange, exchange_running
from tests.examples.running import Example, free_port, of_this_machine, running
from tradingbot_infra.design.names import Names
from tradingbot_infra.local_cloud.server import client
from tradingbot_infra.templates import Assembly

SCALE = 60.0
"""A minute of AWS is a second. What a query itself looks back to is not scaled: those are real minutes."""

LIMITS: Mapping[str, object] = {
    "price_age_alarm_seconds": 5,
    "exchange_latency_alarm_seconds": 1,
    "order_rate_alarm_count": 60,
    "reconnects_alarm_count": 5,
    "llm_cost_alarm_usd": 1,
}
"""Settings low enough for a test: each fault is beyond them within seconds, and what is not wrong stays below."""

SPANS_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "xray.amazonaws.com"},
            "Action": "logs:PutLogEvents",
            "Resource": [
                f"arn:aws:logs:{REGION}:000000000000:log-group:{name}:*" for name in ("aws/spans", "/aws/application-signals/data")
            ],
            "Condition": {
                "ArnLike": {"aws:SourceArn": f"arn:aws:xray:{REGION}:000000000000:*"},
                "StringEquals": {"aws:SourceAccount": "000000000000"},
            },
        }
    ],
}
_NOT_OF_THE_API = {"Tags"}


@dataclass(frozen=True)
class Trading:
    """Everything that runs."""

    stores: Stores
    exchange: FakeExchange
    example: Example
    names: Names
    queue: str

    def aws(self, service: str) -> Any:
        return client(self.stores.cloud.endpoint, REGION, service)

    def ringing(self) -> set[str]:
        """The last parts of the names of the metric alarms that ring."""
        found = self.aws("cloudwatch").describe_alarms(StateValue="ALARM", AlarmTypes=["MetricAlarm"])["MetricAlarms"]
        return {alarm["AlarmName"].removeprefix(self.names.alarm("")) for alarm in found}

    def heard(self) -> list[tuple[str, str]]:
        """Alarms and their new states that the topics told since the last call, each once."""
        sqs, found = self.aws("sqs"), []
        while received := sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages"):
            for each in received:
                message = json.loads(json.loads(each["Body"])["Message"])
                found.append((message["AlarmName"].removeprefix(self.names.alarm("")), message["NewStateValue"]))
                sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=each["ReceiptHandle"])
        return list(dict.fromkeys(found))


def until(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether it becomes true within a time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.3)
    return True


@contextmanager
def trading(assembly: Assembly, stores: Stores, names: Names) -> Iterator[Trading]:
    """The example trades on the exchange and sends traces and metrics; alarms are made when the first metrics are there."""

    def aws(service: str) -> Any:
        return client(stores.cloud.endpoint, REGION, service)

    aws("logs").put_resource_policy(policyName="spans", policyDocument=json.dumps(SPANS_POLICY))
    aws("xray").update_trace_segment_destination(Destination="CloudWatchLogs")
    queue, topic = _heard(aws)
    _alarms(aws("cloudwatch"), assembly, topic)
    with exchange_running(period_seconds=30) as exchange, running(_variables(assembly, stores, exchange), free_port()) as example:
        assert example.process.poll() is None, example.seen
        yield Trading(stores, exchange, example, names, queue)


def _variables(assembly: Assembly, stores: Stores, exchange: FakeExchange) -> dict[str, str]:
    """What a task of production gets, but that it sends to the local cloud, more often, and every trace."""
    endpoint = stores.cloud.endpoint
    return {
        **environment_of(assembly, stores),
        **of_this_machine(endpoint),
        "SSL_CERT_FILE": str(authority_of(stores)),
        "FORWARDED_ALLOW_IPS": "127.0.0.0/8",
        "AWS_REGION": REGION,
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"{endpoint}/v1/traces",
        "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": f"{endpoint}/v1/metrics",
        "OTEL_TRACES_SAMPLER_ARG": "1.0",
        "OTEL_METRIC_EXPORT_INTERVAL": "1000",
        "OTEL_BSP_SCHEDULE_DELAY": "200",
        "STRATEGIES": "momentum",
        "EXCHANGE_URL": exchange.url,
        "LLM_URL": exchange.url,
    }


def _heard(aws: Callable[[str], Any]) -> tuple[str, str]:
    topic = aws("sns").create_topic(Name="both")["TopicArn"]
    queue = aws("sqs").create_queue(QueueName="heard")["QueueUrl"]
    aws("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:000000000000:heard")
    return str(queue), str(topic)


def _alarms(cloudwatch: Any, assembly: Assembly, topic: str) -> None:
    """The alarms on PromQL and the composite one, as the template has them; `service-down` is there and quiet."""
    (composite,) = (alarm.properties for alarm in assembly.of_type("AWS::CloudWatch::CompositeAlarm"))
    down = composite["AlarmName"].replace("trading-outage", "service-down")
    cloudwatch.put_metric_alarm(
        AlarmName=down,
        Namespace="none",
        MetricName="none",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="notBreaching",
    )
    parts = []
    for alarm in assembly.of_type("AWS::CloudWatch::Alarm"):
        if "EvaluationCriteria" in alarm.properties:
            cloudwatch.put_metric_alarm(**_told(alarm.properties, topic))
            if "AlarmActions" not in alarm.properties:
                parts.append(alarm.properties["AlarmName"])
    rule = " OR ".join(f'ALARM("{name}")' for name in parts)
    cloudwatch.put_composite_alarm(**{**_told(composite, topic), "AlarmRule": rule, "ActionsSuppressor": down})


def _told(properties: Mapping[str, Any], topic: str) -> dict[str, Any]:
    """Properties as the API takes them; whom they tell is one topic."""
    given = {name: value for name, value in properties.items() if name not in _NOT_OF_THE_API}
    return given | {name: [topic] for name in ("AlarmActions", "OKActions") if name in given}
