"""The addresses of OTLP and of PromQL. Source: CloudWatch User Guide, "OTLP Endpoints", "PromQL querying"."""

import asyncio
import logging
import re
import time
from collections.abc import Mapping

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tradingbot_infra.local_cloud import background
from tradingbot_infra.local_cloud.api import server
from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.api.messages import Handler, HttpRequest, Response
from tradingbot_infra.local_cloud.prometheus.errors import PrometheusError
from tradingbot_infra.local_cloud.services.telemetry import metrics, otlp, promql, signed, spans, store, transaction_search

PATHS = re.compile(r"/v1/(traces|metrics)|/api/v1/(query|query_range|series|labels|label/[^/]+/values)")

_logger = logging.getLogger("telemetry")
_UNAVAILABLE = 503


def handler(ask: Ask) -> Handler:
    """What answers a request to one of PATHS."""

    async def answer(method: str, path: str, headers: Mapping[str, str], body: bytes, query: Mapping[str, list[str]]) -> Response:
        background.remember_server()
        request = HttpRequest(method, path, headers, body, query)
        try:
            if path == "/v1/traces":
                return await _traces(request, ask)
            if path == "/v1/metrics":
                return await _metrics(request, ask)
            return await promql.answer(request, ask)
        except LocalApiError as error:
            _logger.info("%s %s is refused: %s", method, path, error)
            return server.refused("xray", error)
        except PrometheusError as error:
            _logger.warning("%s %s: %s", method, path, error)
            return server.refused("xray", LocalApiError("ServiceUnavailableException", str(error), _UNAVAILABLE))

    return answer


async def _traces(request: HttpRequest, ask: Ask) -> Response:
    await signed.require(request, "xray", ("xray:PutSpans",), ask)
    export = otlp.read(request, ExportTraceServiceRequest)
    transaction_search.require_on()
    events = spans.events(export)
    if events:
        await ask("logs", "PutLogEvents", logGroupName=transaction_search.SPANS, logStreamName=transaction_search.STREAM, logEvents=events)
    return otlp.answered(request)


async def _metrics(request: HttpRequest, ask: Ask) -> Response:
    await signed.require(request, "monitoring", ("cloudwatch:PutMetricData",), ask)
    found = metrics.samples(otlp.read(request, ExportMetricsServiceRequest), time.time())
    if found:
        await asyncio.to_thread(store.write, found)
    return otlp.answered(request)
