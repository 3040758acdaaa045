"""SNS: the e-mails of alarms."""

from collections.abc import Iterator
from decimal import Decimal

from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.item import BilledItem, Part, Quantity, counted
from tradingbot_infra.templates import Assembly

TYPES: tuple[str, ...] = ("AWS::SNS::Topic",)


def items(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    """One line for all topics: the assumption is of all of them."""
    topics = assembly.of_type("AWS::SNS::Topic")
    if topics:
        emails = Quantity(id="sns.emails", what="E-mails", price="sns.email_100k", amount=Decimal(usage.expected_alarm_emails))
        note = "AWS gives every account 1,000 e-mails a month, not deducted here."
        yield counted(Part.NOT_IN_DOCUMENT, "SNS", emails, of=topics, note=note)
