"""IAM Access Analyzer: roles and users of an analyzer of unused access. One of external access is free."""

from collections.abc import Iterator
from decimal import Decimal

from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.item import BilledItem, Part, Quantity, counted
from tradingbot_infra.templates import Assembly

TYPES: tuple[str, ...] = ("AWS::AccessAnalyzer::Analyzer",)


def items(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    """The roles and users of each analyzer of unused access, of the account or of an organization."""
    unused = [each for each in assembly.of_type(*TYPES) if str(each.properties.get("Type")).endswith("UNUSED_ACCESS")]
    if unused:
        number = Decimal(usage.expected_identities) * len(unused)
        what = "Roles and users looked at for unused access"
        month = Quantity(id="access_analyzer.unused", what=what, price="access_analyzer.unused_month", amount=number)
        note = "Roles of AWS's services cost nothing if AWS leaves them out; they are counted."
        yield counted(Part.NOT_IN_DOCUMENT, "Access Analyzer", month, of=unused, note=note)
