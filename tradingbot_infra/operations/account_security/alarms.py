"""The alarms of the account's stack on what CloudTrail records, and who hears them."""

from tradingbot_infra.operations.account_security.control import Seen
from tradingbot_infra.operations.account_security.facts import AccountFacts
from tradingbot_infra.operations.live.alarms import Alarm, Subscription, alarms, subscriptions
from tradingbot_infra.operations.printed_commands import AwsCli, OwnCommand
from tradingbot_infra.wording import plural

ALARM_TYPE = "AWS::CloudWatch::Alarm"
TOPIC_TYPE = "AWS::SNS::Topic"


def read_alarms(facts: AccountFacts) -> tuple[Alarm, ...]:
    """Every alarm that has the names of the account's stacks."""
    return alarms(facts.home, facts.names)


def read_subscriptions(facts: AccountFacts) -> tuple[Subscription, ...] | None:
    """Of the security topic; None where there is no topic."""
    topic = next(iter(facts.held(TOPIC_TYPE)), None)
    return subscriptions(facts.home, topic) if topic else None


def set_and_loud(facts: AccountFacts) -> Seen:
    """Whether every alarm that the stack declares exists, and tells somebody."""
    declared, found = set(facts.held(ALARM_TYPE)), facts.once(read_alarms)
    if not declared:
        return Seen(False, "no alarms of this app read what a trail records")
    missing = sorted(declared - {alarm.name for alarm in found})
    if missing:
        return Seen(False, f"deleted by hand: {', '.join(missing)}")
    ours = [alarm for alarm in found if alarm.name in declared]
    silent = [alarm.name for alarm in ours if not alarm.actions_enabled or not alarm.actions]
    if silent:
        enable = AwsCli(f"cloudwatch enable-alarm-actions --alarm-names {' '.join(silent)}", region=facts.region)
        return Seen(False, f"tell nobody: {', '.join(silent)}", enable)
    ringing = [alarm.name.removeprefix(f"{facts.names.prefix}-") for alarm in ours if alarm.state == "ALARM"]
    exist = plural(len(ours), "alarm exists", "alarms exist")
    return Seen(True, f"{exist}; in ALARM: {', '.join(ringing)}" if ringing else f"{exist}, none is in ALARM")


def heard(facts: AccountFacts) -> Seen:
    """Whether anybody receives what the security topic sends. The local cloud sends no e-mail that anybody could confirm."""
    found = facts.once(read_subscriptions)
    if found is None:
        return Seen(False, "there is no security topic")
    confirmed = sorted(each.endpoint for each in found if each.confirmed)
    pending = sorted(each.endpoint for each in found if not each.confirmed)
    if facts.home.local:
        told = f"{len(found)} subscribed" if found else "security_emails and alarm_emails are empty"
        return Seen(None, f"{told}; the local cloud sends no e-mail that anybody could confirm")
    if pending:
        return Seen(False, f"not confirmed: {', '.join(pending)}", "confirm each by the token in the e-mail of SNS (docs/runbook.md)")
    if not confirmed:
        return Seen(False, "nobody is subscribed", OwnCommand("deploy -c security_emails=YOU@EXAMPLE.COM"))
    return Seen(True, f"{len(confirmed)} confirmed: {', '.join(confirmed)}")
