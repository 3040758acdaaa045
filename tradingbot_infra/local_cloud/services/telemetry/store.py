"""The Prometheus servers that keep metrics: one for each account and region, started when it is first needed."""

import logging
import threading
from collections.abc import Sequence

from tradingbot_infra.local_cloud.ministack import scopes
from tradingbot_infra.local_cloud.prometheus.errors import PrometheusError
from tradingbot_infra.local_cloud.prometheus.samples import Histogram, Sample
from tradingbot_infra.local_cloud.prometheus.server import PrometheusServer

_logger = logging.getLogger("telemetry")
_servers: dict[tuple[str, str], PrometheusServer] = {}
_lock = threading.Lock()


def server() -> PrometheusServer:
    """The one of the current account and region. Blocks while it starts; raises PrometheusError if it cannot."""
    with _lock:
        key = scopes.current()
        if key not in _servers or not _servers[key].is_running:
            _servers[key] = PrometheusServer()
        return _servers[key]


def is_running() -> bool:
    """Whether the current account and region has one: without it there is no metric."""
    return scopes.current() in _servers


def write(samples: Sequence[Sample]) -> None:
    """Stores samples. Blocks.

    Prometheus 2.42 takes no histogram of a series that is older than the series' newest: such a one is left out, and the log says so.
    """
    values = [sample for sample in samples if not isinstance(sample.value, Histogram)]
    histograms = [sample for sample in samples if isinstance(sample.value, Histogram)]
    own = server()
    own.write(values)
    try:
        own.write(histograms)
    except PrometheusError:
        for each in histograms:
            _write_alone(own, each)


def _write_alone(own: PrometheusServer, sample: Sample) -> None:
    try:
        own.write([sample])
    except PrometheusError as error:
        _logger.warning("A histogram of %s is lost: %s", sample.labels["__name__"], error)
