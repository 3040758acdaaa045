"""Documents of real templates, and one that holds everything that a document can hold."""

from collections.abc import Mapping
from typing import Any

from tests.compliance.builders import resource
from tests.conftest import Synthesize
from tests.cost.pricing import estimated
from tests.cost.test_estimate import with_resources
from tradingbot_infra.config.settings import flat, load_config
from tradingbot_infra.cost.diff import diff
from tradingbot_infra.cost.estimate import Estimate, Prices
from tradingbot_infra.cost.report.document import comparison, diff_document, estimate_document
from tradingbot_infra.cost.savings import savings

PLANTED = {"Planted<b>": resource("AWS::SageMaker::Endpoint")}


def document_of(synthesize: Synthesize, environment: str, prices: Prices) -> dict[str, Any]:
    """The estimate of an environment beside staging, with savings and an unknown type."""
    assembly = with_resources(synthesize(environment), **PLANTED)
    base = estimated(assembly, prices, environment)
    staging = estimated(synthesize("staging"), prices, "staging")

    def alternative(settings: Mapping[str, object]) -> Estimate:
        return estimated(synthesize(environment, **settings), prices, environment)

    config = load_config(environment)
    saved = savings(assembly, base, prices.chosen, flat(config), alternative)
    return estimate_document(config, base, prices, saved, comparison("staging", base, staging, diff(base, staging)))


def difference_of(synthesize: Synthesize, prices: Prices) -> dict[str, Any]:
    """From production to production with endpoints and an unknown type."""
    base = estimated(synthesize("production"), prices)
    head = estimated(with_resources(synthesize("production", enable_vpc_endpoints=True), **PLANTED), prices)
    return diff_document(load_config("production"), base, head, prices, diff(base, head))
