"""Quotas of a new account."""

import pytest

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.services.quotas import DEFAULTS


@pytest.mark.parametrize("operation", ["GetServiceQuota", "GetAWSDefaultServiceQuota"])
def test_each_is_awss_default(operation: str) -> None:
    for (service, code), (name, value) in DEFAULTS.items():
        quota = call("service-quotas", operation, ServiceCode=service, QuotaCode=code)["Quota"]
        assert (quota["QuotaName"], quota["Value"]) == (name, value)


def test_any_other_is_unknown_rather_than_unlimited() -> None:
    with pytest.raises(LocalApiError) as raised:
        call("service-quotas", "GetServiceQuota", ServiceCode="vpc", QuotaCode="L-00000000")
    assert raised.value.code == "NoSuchResourceException"
