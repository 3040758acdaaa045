"""Requests to ministack's service modules."""

import importlib
from collections.abc import Awaitable, Mapping
from typing import Any

from tradingbot_infra.local_cloud.api.messages import Handler, Response

_SAME = (
    *("account", "backup", "budgets", "cloudformation", "cloudtrail", "cloudwatch", "config", "ec2", "ecr", "ecs", "elasticache", "iam"),
    *("inspector2", "kms", "rds", "s3", "secretsmanager", "sns", "sqs", "stepfunctions", "sts"),
)
_MODULES: Mapping[str, str] = {name: name for name in _SAME} | {
    "elbv2": "alb",
    "events": "eventbridge",
    "lambda": "lambda_svc",
    "logs": "cloudwatch_logs",
    "wafv2": "waf",
}
"""boto3's service name -> the module below `ministack.services` that answers it."""

REGISTRY_NAMES: Mapping[str, str] = {
    "accessanalyzer": "access-analyzer",
    "cloudwatch": "monitoring",
    "docdb": "documentdb",
    "efs": "elasticfilesystem",
    "elbv2": "elasticloadbalancing",
    "emr": "elasticmapreduce",
    "mwaa": "airflow",
    "resourcegroupstaggingapi": "tagging",
    "stepfunctions": "states",
}
"""boto3's name -> the name in ministack's registry, where signatures have it, if that is another."""


def handler(service: str) -> Handler:
    """ministack's own answers for a service, by boto3's name; KeyError for one that is not among these.

    The module is loaded at the first request.
    """
    name = _MODULES[service]

    def answer(method: str, path: str, headers: Mapping[str, str], body: bytes, query: Mapping[str, list[str]]) -> Awaitable[Response]:
        module: Any = importlib.import_module(f"ministack.services.{name}")
        answered: Awaitable[Response] = module.handle_request(method, path, headers, body, query)
        return answered

    return answer
