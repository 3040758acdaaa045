"""CloudWatch's answers to PromQL, by a Prometheus of a test."""

import json
from typing import Any

from tradingbot_infra.local_cloud.prometheus.server import PrometheusServer


class PromqlClient:
    """Asks Prometheus what CloudWatch is asked."""

    class meta:  # noqa: N801 - boto3's name
        class events:  # noqa: N801 - boto3's name
            @staticmethod
            def register(*_: object, **__: object) -> None:
                """Nothing to register with."""

    def __init__(self, server: PrometheusServer) -> None:
        self.server = server

    def query(self, *, query: str, time: str) -> Any:
        return {"status": "success", "data": json.loads(json.dumps(self.server.ask("query", query=query, time=time)))}
