"""Security Hub CSPM: checks, which are the controls of its standards times the resources that they look at."""

from collections.abc import Iterator
from decimal import Decimal

from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.item import DAYS, BilledItem, Part, Quantity, counted, shown
from tradingbot_infra.cost.portions import everywhere
from tradingbot_infra.cost.security_checks import checks_of
from tradingbot_infra.design.threat_detection import STANDARDS
from tradingbot_infra.templates import Assembly, Resource
from tradingbot_infra.wording import plural

TYPES: tuple[str, ...] = ("AWS::SecurityHub::Hub", "AWS::SecurityHub::Standard")

_CHECKS = (
    "Each control is counted once a day for each resource of its type; those that changes trigger run less often, some others every "
    "twelve hours. Findings of GuardDuty and of others are free up to 10,000 a month. The first thirty days are free."
)


def items(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    """The checks of the enabled standards on every resource of the templates, for all environments of the account."""
    enabled = assembly.of_type("AWS::SecurityHub::Standard")
    standards = tuple(name for name, end in STANDARDS.items() if any(_arn(each).endswith(end) for each in enabled))
    if standards:
        found, of_account = checks_of(everywhere(assembly), standards)
        daily = found * usage.expected_account_environments + of_account
        what = f"{shown(daily)} checks a day by {plural(len(standards), 'standard')}"
        checks = Quantity(id="securityhub.checks", what=what, price="securityhub.checks_1k", amount=Decimal(daily) * DAYS)
        yield counted(Part.NOT_IN_DOCUMENT, "Security Hub", checks, of=enabled, note=_CHECKS)


def _arn(standard: Resource) -> str:
    return str(standard.properties.get("StandardsArn"))
