"""Service Quotas of a new account: AWS's defaults. None is applied, so nothing is refused for its sake."""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.services.operation import Call

DEFAULTS: Mapping[tuple[str, str], tuple[str, float]] = {
    # VPC User Guide, "Amazon VPC quotas".
    ("ec2", "L-0263D0A3"): ("EC2-VPC Elastic IPs", 5),
    ("vpc", "L-F678F1CE"): ("VPCs per Region", 5),
    ("vpc", "L-A4707A72"): ("Internet gateways per Region", 5),
    ("vpc", "L-FE5A380F"): ("NAT gateways per Availability Zone", 5),
    # User Guide for Application Load Balancers, "Quotas for your Application Load Balancers".
    ("elasticloadbalancing", "L-53DA6B97"): ("Application Load Balancers per Region", 50),
    # RDS User Guide, "Quotas and constraints for Amazon RDS".
    ("rds", "L-7B6409FD"): ("DB instances", 40),
    # ECS Developer Guide, "Amazon ECS service quotas": new accounts may start lower than the default.
    ("fargate", "L-3032A538"): ("Fargate On-Demand vCPU resource count", 6),
}
"""Service and quota code -> name and default value."""


async def get(call: Call) -> dict[str, Any]:
    """GetServiceQuota, for the quotas of DEFAULTS; none has a usage metric, because CloudWatch counts no usage here."""
    service, code = call.parameters["ServiceCode"], call.parameters["QuotaCode"]
    if (service, code) not in DEFAULTS:
        raise LocalApiError("NoSuchResourceException", f"The local cloud has no quota {code} of {service}")
    name, value = DEFAULTS[service, code]
    return {"Quota": {"ServiceCode": service, "QuotaCode": code, "QuotaName": name, "Value": value, "Adjustable": True}}


OPERATIONS = {"GetServiceQuota": get, "GetAWSDefaultServiceQuota": get}
"""API name -> the function that answers it."""
