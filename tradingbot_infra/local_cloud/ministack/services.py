"""Requests to ministack's service modules."""

import importlib
from collections.abc import Awaitable, Mapping
from typing import Any

from tradingbot_infra.local_cloud.api.messages import Handler, Response

_MODULES: Mapping[str, str] = {
    "backup": "backup",
    "cloudformation": "cloudformation",
    "ec2": "ec2",
    "ecr": "ecr",
    "ecs": "ecs",
    "elbv2": "alb",
    "iam": "iam",
    "logs": "cloudwatch_logs",
    "rds": "rds",
    "secretsmanager": "secretsmanager",
    "sns": "sns",
    "wafv2": "waf",
}
"""boto3's service name -> the module below `ministack.services` that answers it."""


def handler(service: str) -> Handler:
    """ministack's own answers for a service, by boto3's name. The module is loaded at the first request.

    Raises:
        KeyError: the local cloud sends no request to this service.
    """
    name = _MODULES[service]

    def answer(method: str, path: str, headers: Mapping[str, str], body: bytes, query: Mapping[str, list[str]]) -> Awaitable[Response]:
        module: Any = importlib.import_module(f"ministack.services.{name}")
        answered: Awaitable[Response] = module.handle_request(method, path, headers, body, query)
        return answered

    return answer
