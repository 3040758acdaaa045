"""When the monthly budget writes to people, and which costs it counts."""

from collections.abc import Mapping
from types import MappingProxyType

NOTIFICATIONS: tuple[tuple[str, int], ...] = (("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100))
"""Costs so far, or AWS's forecast of the whole month, and the percentage of the budget that they exceed.

AWS forecasts only after about five weeks of costs (Cost Management User Guide, "Best practices for AWS Budgets").
"""

COST_TYPES: Mapping[str, bool] = MappingProxyType({"IncludeCredit": False, "IncludeRefund": False, "IncludeTax": False})
"""Credits and refunds would hide what is used, and estimates are without tax. The others are included, as AWS does by default."""


def tag_filter(environment: str) -> dict[str, list[str]]:
    """Costs with the environment's tag, once Environment is activated as a cost allocation tag of the account.

    Until then the budget counts nothing (Billing User Guide, "Activating user-defined cost allocation tags").
    """
    return {"TagKeyValue": [f"user:Environment${environment}"]}
