"""The service of Cost Explorer that each line of an estimate is on the bill with, and both side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Protocol

from tradingbot_infra.cost.estimate import Estimate, LineItem
from tradingbot_infra.cost.item import ACCOUNT_LINE

_EC2_OTHER = "EC2 - Other"
_BALANCERS = "Amazon Elastic Load Balancing"

_BY_LINE: Mapping[str, str] = MappingProxyType({"transfer.out": _BALANCERS})
"""What leaves for the internet leaves through the load balancer."""

_BY_KIND: Mapping[str, str] = MappingProxyType(
    {
        "access_analyzer": "AWS IAM Access Analyzer",
        "alb": _BALANCERS,
        "backup": "AWS Backup",
        "cloudtrail": "AWS CloudTrail",
        "cloudwatch": "AmazonCloudWatch",
        "config": "AWS Config",
        "ebs": _EC2_OTHER,
        "ec2": "Amazon Elastic Compute Cloud - Compute",
        "ecr": "Amazon EC2 Container Registry (ECR)",
        "elasticache": "Amazon ElastiCache",
        "endpoints": "Amazon Virtual Private Cloud",
        "fargate": "Amazon Elastic Container Service",
        "grafana": "Amazon Managed Grafana",
        "guardduty": "Amazon GuardDuty",
        "inspector": "Amazon Inspector",
        "kms": "AWS Key Management Service",
        "lambda": "AWS Lambda",
        "logs": "AmazonCloudWatch",
        "nat": _EC2_OTHER,
        "public_ipv4": "Amazon Virtual Private Cloud",
        "rds": "Amazon Relational Database Service",
        "s3": "Amazon Simple Storage Service",
        "scheduler": "CloudWatch Events",
        "secrets": "AWS Secrets Manager",
        "securityhub": "AWS Security Hub",
        "sns": "Amazon Simple Notification Service",
        "states": "AWS Step Functions",
        "transfer": _EC2_OTHER,
        "waf": "AWS WAF",
        "xray": "AWS X-Ray",
    }
)
"""By the first part of a line's id, values of Cost Explorer's dimension SERVICE. NAT gateways are `EC2 - Other` there (Cost
Management User Guide, "Understanding your cost and usage data"); no bill has confirmed the others."""


class BilledMonth(Protocol):
    """A month, or its days so far, of an environment's bill."""

    start: date
    end: date
    by_service: dict[str, Decimal]
    untagged: dict[str, Decimal]
    others: Decimal


@dataclass(frozen=True)
class Beside:
    """A service of the bill: what is estimated for a month, and what each month of the bill has for it."""

    service: str
    estimated: Decimal
    billed: tuple[Decimal, ...]


def billed_as(line: LineItem) -> str:
    """The service of Cost Explorer for a line; its own for a kind of line that is not known."""
    identifier = line.quantity.id.partition("@")[0].removeprefix(ACCOUNT_LINE)
    return _BY_LINE.get(identifier) or _BY_KIND.get(identifier.partition(".")[0], line.service)


def beside_the_bill(estimate: Estimate, months: Sequence[BilledMonth]) -> tuple[Beside, ...]:
    """Every service that is estimated or on the bill, the dearest first."""
    estimated: dict[str, Decimal] = {}
    for line in estimate.lines:
        estimated[billed_as(line)] = estimated.get(billed_as(line), Decimal(0)) + line.monthly
    names = dict.fromkeys([*estimated, *(name for month in months for name in month.by_service)])
    zero = Decimal(0)
    found = (Beside(name, estimated.get(name, zero), tuple(month.by_service.get(name, zero) for month in months)) for name in names)
    return tuple(sorted(found, key=lambda each: (-max(each.estimated, *each.billed), each.service)))
