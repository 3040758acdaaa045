"""Values of Service Quotas."""

from typing import TYPE_CHECKING

from tradingbot_infra.operations.failures import is_missing
from tradingbot_infra.operations.printed_commands import AwsCli
from tradingbot_infra.operations.session import Session

if TYPE_CHECKING:
    from types_boto3_service_quotas.type_defs import ServiceQuotaTypeDef


def read_quota(session: Session, service: str, code: str) -> "ServiceQuotaTypeDef":
    """The account's quota, or AWS's default where the account has no value of its own (Service Quotas API, GetServiceQuota)."""
    try:
        return session.service_quotas.get_service_quota(ServiceCode=service, QuotaCode=code)["Quota"]
    except Exception as error:
        if not is_missing(error):
            raise
    return session.service_quotas.get_aws_default_service_quota(ServiceCode=service, QuotaCode=code)["Quota"]


def request(service: str, code: str, value: float, region: str) -> AwsCli:
    """Asks for a higher quota; AWS grants most of them within a day."""
    words = f"service-quotas request-service-quota-increase --service-code {service} --quota-code {code} --desired-value {value:g}"
    return AwsCli(words, region=region)
