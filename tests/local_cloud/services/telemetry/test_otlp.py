"""OTLP's endpoints take what AWS takes, from whom AWS takes it, and what was sent can be queried."""

import gzip
import json
import time
import urllib.parse
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf import json_format
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.local_cloud.signing import OWN, REGION, Answer, send
from tradingbot_infra.local_cloud.server import LocalCloud, client

pytestmark = pytest.mark.local_cloud

PROTOBUF = {"Content-Type": "application/x-protobuf"}
TRUST = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
SPANS_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "xray.amazonaws.com"},
            "Action": "logs:PutLogEvents",
            "Resource": [
                f"arn:aws:logs:{REGION}:000000000000:log-group:aws/spans:*",
                f"arn:aws:logs:{REGION}:000000000000:log-group:/aws/application-signals/data:*",
            ],
            "Condition": {
                "ArnLike": {"aws:SourceArn": f"arn:aws:xray:{REGION}:000000000000:*"},
                "StringEquals": {"aws:SourceAccount": "000000000000"},
            },
        }
    ],
}


def aws(cloud: LocalCloud, service: str) -> Any:
    return client(cloud.endpoint, REGION, service)


def gauge(name: str, value: float, *, at: float | None = None, **labels: str) -> ExportMetricsServiceRequest:
    """A request with one value."""
    request = ExportMetricsServiceRequest()
    resource = request.resource_metrics.add()
    resource.resource.attributes.add(key="service.name").value.string_value = "api"
    scope = resource.scope_metrics.add()
    scope.scope.name = "trading"
    metric = scope.metrics.add(name=name)
    point = metric.gauge.data_points.add(as_double=value, time_unix_nano=int((at or time.time()) * 1e9))
    for label, text in labels.items():
        point.attributes.add(key=label).value.string_value = text
    return request


def span(**attributes: str) -> ExportTraceServiceRequest:
    """A request with one span."""
    request = ExportTraceServiceRequest()
    resource = request.resource_spans.add()
    resource.resource.attributes.add(key="service.name").value.string_value = "api"
    scope = resource.scope_spans.add()
    now = time.time_ns()
    one: Any = scope.spans.add(
        trace_id=uuid.uuid4().bytes,
        span_id=uuid.uuid4().bytes[:8],
        name="place order",
        kind=3,
        start_time_unix_nano=now - 10**9,
        end_time_unix_nano=now,
    )
    one.status.code = 2
    for name, text in attributes.items():
        one.attributes.add(key=name).value.string_value = text
    return request


def post(cloud: LocalCloud, path: str, message: Any, **more: Any) -> Answer:
    service = "xray" if path == "/v1/traces" else "monitoring"
    return send(cloud.endpoint + path, message.SerializeToString(), **{"service": service, "headers": PROTOBUF, **more})


def query(cloud: LocalCloud, expression: str, **more: Any) -> Answer:
    body = urllib.parse.urlencode({"query": expression}).encode()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    return send(f"{cloud.endpoint}/api/v1/query", body, **{"service": "monitoring", "headers": form, **more})


def keys_of_role(cloud: LocalCloud, *actions: str) -> tuple[str, str, str]:
    """Keys of a session of a role that may do this."""
    name = uuid.uuid4().hex
    iam = aws(cloud, "iam")
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    if actions:
        allowed = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]}
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(allowed))
    given = aws(cloud, "sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    return given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]


@pytest.fixture
def searched(cloud: LocalCloud) -> Iterator[LocalCloud]:
    """The local cloud with transaction search on."""
    aws(cloud, "logs").put_resource_policy(policyName="spans", policyDocument=json.dumps(SPANS_POLICY))
    xray = aws(cloud, "xray")
    xray.update_trace_segment_destination(Destination="CloudWatchLogs")
    yield cloud
    xray.update_trace_segment_destination(Destination="XRay")


class TestWhoMaySend:
    """Signature, service and rights."""

    @pytest.mark.parametrize("path", ["/v1/traces", "/v1/metrics", "/api/v1/query"])
    def test_what_is_not_signed_is_forbidden(self, cloud: LocalCloud, path: str) -> None:
        answer = post(cloud, path, gauge("x", 1), service=None)
        assert (answer.status, answer.json["message"]) == (403, "Missing Authentication Token")

    def test_the_service_of_the_signature_must_be_that_of_the_endpoint(self, cloud: LocalCloud) -> None:
        answer = post(cloud, "/v1/metrics", gauge("x", 1), service="xray")
        assert (answer.status, answer.json["message"]) == (403, "Credential should be scoped to correct service: 'monitoring'.")
        assert post(cloud, "/v1/traces", span(), service="monitoring").status == 403

    def test_a_signature_with_another_secret_is_forbidden(self, cloud: LocalCloud) -> None:
        assert post(cloud, "/v1/metrics", gauge("x", 1), keys=(OWN[0], "another")).status == 403

    def test_a_body_that_was_changed_after_signing_is_forbidden(self, cloud: LocalCloud) -> None:
        """Such as one that an exporter compresses after it was signed."""
        body = gauge("x", 1).SerializeToString()
        plain = send(f"{cloud.endpoint}/v1/metrics", body, service="monitoring", headers=PROTOBUF)
        assert plain.status == 200
        signed_over_nothing = {**PROTOBUF, "x-amz-content-sha256": "0" * 64}
        assert send(f"{cloud.endpoint}/v1/metrics", body, service="monitoring", headers=signed_over_nothing).status == 403

    @pytest.mark.parametrize(("path", "action"), [("/v1/traces", "xray:PutSpans"), ("/v1/metrics", "cloudwatch:PutMetricData")])
    def test_a_role_needs_the_right(self, searched: LocalCloud, path: str, action: str) -> None:
        message = span() if path == "/v1/traces" else gauge("x", 1)
        refused = post(searched, path, message, keys=keys_of_role(searched, "s3:GetObject"))
        assert refused.status == 403
        assert f"is not authorized to perform: {action} on resource: *" in refused.json["message"]
        assert post(searched, path, message, keys=keys_of_role(searched, action)).status == 200

    def test_a_query_needs_both_rights_and_labels_only_one(self, cloud: LocalCloud) -> None:
        one = keys_of_role(cloud, "cloudwatch:ListMetrics")
        assert query(cloud, "x", keys=one).status == 403
        assert query(cloud, "x", keys=keys_of_role(cloud, "cloudwatch:GetMetricData")).status == 403
        assert query(cloud, "x", keys=keys_of_role(cloud, "cloudwatch:GetMetricData", "cloudwatch:ListMetrics")).status == 200
        assert send(f"{cloud.endpoint}/api/v1/labels", service="monitoring", keys=one, method="GET").status == 200


class TestMetrics:
    """What is sent, and what a query finds of it."""

    def test_a_value_has_the_labels_of_point_resource_scope_and_account(self, cloud: LocalCloud) -> None:
        assert post(cloud, "/v1/metrics", gauge("equity", 5, exchange="x")).status == 200
        (found,) = query(cloud, "equity").json["data"]["result"]
        assert found["value"][1] == "5"
        assert found["metric"] == {
            "__name__": "equity",
            "exchange": "x",
            "@resource.service.name": "api",
            "@instrumentation.@name": "trading",
            "@aws.account": "000000000000",
            "@aws.region": REGION,
            "__type__": "Gauge",
        }

    def test_a_name_with_dots_is_queried_in_quotation_marks_and_not_by_underscores(self, cloud: LocalCloud) -> None:
        assert post(cloud, "/v1/metrics", gauge("http.server.duration", 5)).status == 200
        (found,) = query(cloud, 'sum by ("@resource.service.name") ({"http.server.duration"})').json["data"]["result"]
        assert found["metric"] == {"@resource.service.name": "api"}
        assert query(cloud, "http_server_duration").json["data"]["result"] == []

    def test_compressed_and_in_json_it_is_the_same(self, cloud: LocalCloud) -> None:
        packed = gzip.compress(gauge("packed", 5).SerializeToString())
        headers = {**PROTOBUF, "Content-Encoding": "gzip"}
        assert send(f"{cloud.endpoint}/v1/metrics", packed, service="monitoring", headers=headers).status == 200
        text = json_format.MessageToJson(gauge("written", 5)).encode()
        answer = send(f"{cloud.endpoint}/v1/metrics", text, service="monitoring", headers={"Content-Type": "application/json"})
        assert (answer.status, answer.body) == (200, b"{}")
        assert [len(query(cloud, name).json["data"]["result"]) for name in ("packed", "written")] == [1, 1]

    def test_cumulative_counters_and_histograms_have_rates_and_quantiles(self, cloud: LocalCloud) -> None:
        now = time.time()
        for minute in range(4):
            at = int((now - 60 * (3 - minute)) * 1e9)
            request = ExportMetricsServiceRequest()
            metrics = request.resource_metrics.add().scope_metrics.add().metrics
            orders: Any = metrics.add(name="orders_total")
            orders.sum.aggregation_temporality, orders.sum.is_monotonic = 2, True
            orders.sum.data_points.add(as_int=30 * minute, time_unix_nano=at)
            latency: Any = metrics.add(name="latency_seconds")
            latency.exponential_histogram.aggregation_temporality = 2
            point = latency.exponential_histogram.data_points.add(count=10 * minute, sum=20.0 * minute, scale=10, time_unix_nano=at)
            point.positive.offset = 1 << 10  # from 2.0 on
            point.positive.bucket_counts.extend([10 * minute])
            bounds: Any = metrics.add(name="sizes")
            bounds.histogram.aggregation_temporality = 2
            bounds.histogram.data_points.add(
                count=10 * minute, sum=20.0 * minute, explicit_bounds=[1, 4], bucket_counts=[9 * minute, minute, 0], time_unix_nano=at
            )
            assert post(cloud, "/v1/metrics", request).status == 200
        values = {
            expression: float(query(cloud, expression).json["data"]["result"][0]["value"][1])
            for expression in (
                "rate(orders_total[3m])",
                "histogram_count(rate(latency_seconds[3m])) * 60",
                "histogram_quantile(0.5, rate(latency_seconds[3m]))",
                "histogram_quantile(0.5, rate(sizes[3m]))",
                "histogram_quantile(1, rate(sizes[3m]))",
            )
        }
        assert list(values.values()) == pytest.approx([0.5, 10, 2, 1, 4], rel=0.01)

    def test_deltas_are_refused_with_what_to_set(self, cloud: LocalCloud) -> None:
        request = ExportMetricsServiceRequest()
        metric: Any = request.resource_metrics.add().scope_metrics.add().metrics.add(name="orders_total")
        metric.sum.aggregation_temporality = 1
        metric.sum.data_points.add(as_int=1, time_unix_nano=time.time_ns())
        answer = post(cloud, "/v1/metrics", request)
        assert answer.status == 400
        assert "TEMPORALITY_PREFERENCE=cumulative" in answer.json["message"]

    def test_more_than_aws_takes_is_refused_in_words(self, cloud: LocalCloud) -> None:
        many = gauge("many", 1)
        points = many.resource_metrics[0].scope_metrics[0].metrics[0].gauge.data_points
        for number in range(1000):
            points.add(as_int=number, time_unix_nano=time.time_ns()).attributes.add(key="n").value.string_value = str(number)
        labels = {f"l{number}": "x" for number in range(151)}
        refused = {
            "1001 data points": post(cloud, "/v1/metrics", many),
            "Maximum number of attributes exceeded: 150": post(cloud, "/v1/metrics", gauge("x", 1, at=None, **labels)),
            "1025 characters": post(cloud, "/v1/metrics", gauge("x", 1, long="x" * 1025)),
            "cannot be read": send(f"{cloud.endpoint}/v1/metrics", b"\xff\xff", service="monitoring", headers=PROTOBUF),
        }
        for words, answer in refused.items():
            assert answer.status == 400, words
            assert words in answer.json["message"]
        assert post(cloud, "/v1/metrics", gauge("x", 1, long="x" * 1024)).status == 200
        assert send(f"{cloud.endpoint}/v1/metrics", b"x" * 1_000_001, service="monitoring", headers=PROTOBUF).status == 413
        assert send(f"{cloud.endpoint}/v1/metrics", b"", service="monitoring", headers={"Content-Type": "text/plain"}).status == 415

    @pytest.mark.parametrize(("seconds", "is_seen"), [(-15 * 86400, False), (-13 * 86400, True), (3 * 3600, False), (3600, True)])
    def test_what_is_too_old_or_too_early_is_taken_and_never_seen(self, cloud: LocalCloud, seconds: int, is_seen: bool) -> None:
        name, at = f"at_{uuid.uuid4().hex}", time.time() + seconds
        assert post(cloud, "/v1/metrics", gauge(name, 1, at=at)).status == 200
        url = f"{cloud.endpoint}/api/v1/query?query={name}&time={at + 1}"
        found = send(url, service="monitoring", method="GET").json["data"]["result"]
        assert bool(found) is is_seen


class TestQueries:
    """CloudWatch's limits."""

    @pytest.mark.parametrize("expression", ["vector(1)", '{exchange="x"}', "time()"])
    def test_a_query_without_a_metrics_name_is_refused(self, cloud: LocalCloud, expression: str) -> None:
        answer = query(cloud, expression)
        assert (answer.status, answer.json["status"]) == (400, "error")
        assert "must name a metric" in answer.json["error"]

    def test_a_query_that_cannot_be_read_is_refused_with_prometheuss_words(self, cloud: LocalCloud) -> None:
        answer = query(cloud, "sum(x")
        assert (answer.status, answer.json["errorType"]) == (400, "bad_data")
        assert "unclosed left parenthesis" in answer.json["error"]

    def test_no_query_reads_more_than_seven_days(self, cloud: LocalCloud) -> None:
        assert query(cloud, "max_over_time(x[7d])").status == 200
        assert query(cloud, "max_over_time(x[8d])").status == 422
        assert query(cloud, "max_over_time(x[6d]) + x offset 2d").status == 422
        now = time.time()
        days = {
            number: f"{cloud.endpoint}/api/v1/query_range?query=x&start={now - number * 86400}&end={now}&step=3600" for number in (7, 8)
        }
        assert send(days[7], service="monitoring", method="GET").status == 200
        assert send(days[8], service="monitoring", method="GET").status == 422

    def test_at_most_500_series_are_returned_and_it_says_so(self, cloud: LocalCloud) -> None:
        request = gauge("wide", 1, n="x")
        points = request.resource_metrics[0].scope_metrics[0].metrics[0].gauge.data_points
        for number in range(500):
            points.add(as_int=number, time_unix_nano=time.time_ns()).attributes.add(key="n").value.string_value = str(number)
        assert post(cloud, "/v1/metrics", request).status == 200
        answer = query(cloud, "wide").json
        assert len(answer["data"]["result"]) == 500
        assert answer["warnings"]
        assert query(cloud, "count(wide)").json["data"]["result"][0]["value"][1] == "501"

    def test_series_labels_and_values_have_the_names_that_were_sent(self, cloud: LocalCloud) -> None:
        post(cloud, "/v1/metrics", gauge("found.by.name", 1, exchange="kraken"))
        base = f"{cloud.endpoint}/api/v1"
        selector = urllib.parse.urlencode({"match[]": '{"found.by.name"}'})
        (series,) = send(f"{base}/series?{selector}", service="monitoring", method="GET").json["data"]
        assert (series["__name__"], series["exchange"]) == ("found.by.name", "kraken")
        assert "@resource.service.name" in send(f"{base}/labels", service="monitoring", method="GET").json["data"]
        values = send(f"{base}/label/@resource.service.name/values", service="monitoring", method="GET")
        assert values.json["data"] == ["api"]


class TestTraces:
    """Spans are events of aws/spans."""

    def test_while_transaction_search_is_off_they_are_refused_in_awss_words(self, cloud: LocalCloud) -> None:
        answer = post(cloud, "/v1/traces", span())
        assert answer.status == 400
        assert "enable the CloudWatch Logs destination" in answer.json["message"]

    def test_transaction_search_needs_a_policy_that_lets_xray_write(self, cloud: LocalCloud) -> None:
        xray = client(cloud.endpoint, "us-west-2", "xray")
        with pytest.raises(
            xray.exceptions.ClientError, match="XRay does not have permission to call PutLogEvents on the aws/spans Log Group"
        ):
            xray.update_trace_segment_destination(Destination="CloudWatchLogs")
        assert xray.get_trace_segment_destination()["Destination"] == "XRay"

    def test_a_span_is_an_event_that_logs_insights_finds(self, searched: LocalCloud) -> None:
        order = uuid.uuid4().hex
        sent = span(order_id=order)
        assert post(searched, "/v1/traces", sent).status == 200
        events = aws(searched, "logs").filter_log_events(
            logGroupName="aws/spans", filterPattern=f'{{ $.attributes.order_id = "{order}" }}'
        )["events"]
        (event,) = [json.loads(each["message"]) for each in events]
        own = sent.resource_spans[0].scope_spans[0].spans[0]
        assert event["traceId"] == own.trace_id.hex()
        assert event["spanId"] == own.span_id.hex()
        assert (event["name"], event["kind"], event["status"], event["parentSpanId"]) == ("place order", "CLIENT", {"code": "ERROR"}, "")
        assert (event["durationNano"], event["resource"]["attributes"]) == (10**9, {"service.name": "api"})

    def test_in_json_ids_are_hexadecimal(self, searched: LocalCloud) -> None:
        order = uuid.uuid4().hex
        text = json_format.MessageToDict(span(order_id=order))
        one = text["resourceSpans"][0]["scopeSpans"][0]["spans"][0]
        one.update(traceId="0" * 31 + "1", spanId="0" * 15 + "2")
        headers = {"Content-Type": "application/json"}
        assert send(f"{searched.endpoint}/v1/traces", json.dumps(text).encode(), service="xray", headers=headers).status == 200
        events = aws(searched, "logs").filter_log_events(
            logGroupName="aws/spans", filterPattern=f'{{ $.attributes.order_id = "{order}" }}'
        )["events"]
        assert json.loads(events[0]["message"])["traceId"] == "0" * 31 + "1"

    def test_its_log_group_can_have_a_retention(self, searched: LocalCloud) -> None:
        logs = aws(searched, "logs")
        logs.put_retention_policy(logGroupName="aws/spans", retentionInDays=7)
        assert logs.describe_log_groups(logGroupNamePrefix="aws/spans")["logGroups"][0]["retentionInDays"] == 7

    def test_the_indexed_share_can_be_changed(self, cloud: LocalCloud) -> None:
        xray = aws(cloud, "xray")
        xray.update_indexing_rule(Name="Default", Rule={"Probabilistic": {"DesiredSamplingPercentage": 5}})
        assert xray.get_indexing_rules()["IndexingRules"][0]["Rule"]["Probabilistic"]["DesiredSamplingPercentage"] == 5
