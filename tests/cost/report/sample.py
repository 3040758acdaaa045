"""Documents of real templates, and one that holds everything that a document can hold."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tests.compliance.builders import resource
from tests.conftest import Synthesize
from tests.cost.pricing import estimated
from tests.cost.test_estimate import with_resources
from tradingbot_infra.config.settings import flat, load_config
from tradingbot_infra.cost.diff import diff
from tradingbot_infra.cost.estimate import Prices
from tradingbot_infra.cost.report.document import Asked, actual_costs, comparison, diff_document, estimate_document
from tradingbot_infra.cost.savings import Alternative, savings
from tradingbot_infra.operations.live.bill import MonthOfBill

PLANTED = {"Planted<b>": resource("AWS::SageMaker::Endpoint")}

REFUSED_BY = ("SOC2-A1.2-a", "CIS-5.6", "NIST-CP-10", "PCI-1.3", "GDPR-Art.32")


LAST_MONTH = MonthOfBill(
    date(2026, 10, 1),
    date(2026, 11, 1),
    {"EC2 - Other": Decimal("101.5"), "Amazon Braket": Decimal("1.25")},
    {"Amazon Route 53": Decimal("0.5")},
    Decimal("80.25"),
)
THIS_MONTH = MonthOfBill(date(2026, 11, 1), date(2026, 11, 29), {"EC2 - Other": Decimal(95)})


def document_of(synthesize: Synthesize, environment: str, prices: Prices) -> dict[str, Any]:
    """The estimate of an environment beside staging, with savings, one of them refused, and an unknown type."""
    assembly = with_resources(synthesize(environment), **PLANTED)
    base = estimated(assembly, prices, environment)
    staging = estimated(synthesize("staging"), prices, "staging")

    def alternative(settings: Mapping[str, object]) -> Alternative:
        then = synthesize(environment, **settings)
        return Alternative(then, estimated(then, prices, environment), REFUSED_BY if "nat_type" in settings else ())

    config = load_config(environment)
    saved = savings(Alternative(assembly, base), prices.chosen, flat(config), alternative)
    compared = comparison("staging", base, staging, diff(base, staging))
    actual = actual_costs(base, [LAST_MONTH, THIS_MONTH])
    return estimate_document(config, base, prices, Asked(saved, compared, actual), given=())


def difference_of(synthesize: Synthesize, prices: Prices) -> dict[str, Any]:
    """From production to production with endpoints and an unknown type."""
    base = estimated(synthesize("production"), prices)
    head = estimated(with_resources(synthesize("production", enable_vpc_endpoints=True), **PLANTED), prices)
    return diff_document(load_config("production"), base, head, prices, diff(base, head), given=())
