"""Checks: dashboard, alarms, and whether anybody receives them."""

from collections.abc import Collection, Iterator, Sequence

from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.alarms import Alarm, Subscription, subscriptions
from tradingbot_infra.operations.live.dashboards import widget_count
from tradingbot_infra.operations.printed_commands import AwsCli, CdkDeploy, OwnCommand, revert, sentence
from tradingbot_infra.operations.verdict import Finding, failed, not_assessed, passed
from tradingbot_infra.operations.verification.check import Look
from tradingbot_infra.operations.verification.log_levels import look_at_levels
from tradingbot_infra.wording import plural


def dashboard(widgets: int | None, name: str) -> Finding:
    """Whether the dashboard exists and shows something."""
    if not widgets:
        return failed(f"{name}: {'no such dashboard' if widgets is None else 'shows nothing'}", revert("monitoring"))
    return passed(f"{name} shows {widgets} widgets")


def present(declared: Collection[str], alarms: Sequence[Alarm]) -> Finding:
    """Whether every alarm that the monitoring stack declares exists."""
    missing = sorted(set(declared) - {alarm.name for alarm in alarms})
    if missing:
        return failed(f"deleted by hand: {', '.join(missing)}", revert("monitoring"))
    if not declared:
        return failed("the monitoring stack declares no alarm", CdkDeploy())
    return passed(f"{len(declared)} of {plural(len(declared), 'alarm exists', 'alarms exist')}")


def notifying(alarms: Sequence[Alarm], *topics: str | None) -> Iterator[Finding]:
    """Whether every alarm notifies one of the topics, or is part of a composite alarm that does."""
    known = {topic for topic in topics if topic}
    told = {part for alarm in alarms if alarm.actions_enabled and known.intersection(alarm.actions) for part in alarm.parts}
    silent = [alarm.name for alarm in alarms if not alarm.actions_enabled]
    loud = [alarm for alarm in alarms if alarm.actions_enabled and alarm.name not in told]
    elsewhere = [alarm.name for alarm in loud if not known.intersection(alarm.actions)]
    if silent:
        yield failed(
            f"actions are switched off: {', '.join(silent)}", AwsCli(f"cloudwatch enable-alarm-actions --alarm-names {' '.join(silent)}")
        )
    if elsewhere:
        yield failed(
            f"do not notify {' or '.join(sorted(known)) or 'a topic: there is none'}: {', '.join(elsewhere)}", revert("monitoring")
        )
    if alarms and not silent and not elsewhere:
        yield passed("all of them notify the topic" if len(known) == 1 else "all of them notify a topic")


def none_in_alarm(alarms: Sequence[Alarm]) -> Iterator[Finding]:
    """Whether no alarm is in ALARM. INSUFFICIENT_DATA is no failure: before the first request there is no response time."""
    ringing = [alarm for alarm in alarms if alarm.state == "ALARM"]
    for alarm in ringing:
        yield failed(f"{alarm.name} is in ALARM: {alarm.reason}", OwnCommand("status"))
    if not ringing:
        silent = sum(alarm.state == "INSUFFICIENT_DATA" for alarm in alarms)
        yield passed(f"none is in ALARM; without data yet: {silent}" if silent else "none is in ALARM")


def received(emails: Sequence[str], existing: Sequence[Subscription], topic: str, *, local: bool) -> Iterator[Finding]:
    """Whether every address of the settings has confirmed its subscription, and at least one is confirmed.

    The local cloud sends no e-mail, so a confirmation cannot be assessed there; a missing subscription is a failure there too.
    """
    confirmed = {each.endpoint: each.confirmed for each in existing}
    missing = [email for email in emails if email not in confirmed]
    pending = [email for email in emails if email in confirmed and not confirmed[email]]
    for email in missing:
        # A deployment does not bring it back: for CloudFormation it still exists.
        again = sentence(_subscribe(topic, email), ", then ", _confirm(topic), ", with the token of the link in the e-mail")
        yield failed(f"{email} is not subscribed, or was unsubscribed by a link in an e-mail", again)
    for email in () if local else pending:
        link = sentence(_confirm(topic), ", with the token of the link in the e-mail; another e-mail: ", _subscribe(topic, email))
        yield failed(f"{email} has not confirmed", link)
    if missing or (pending and not local):
        return
    if local:
        told = f"{len(existing)} subscribed" if existing else "alarm_emails is empty"
        yield not_assessed(f"{told}; the local cloud sends no e-mail that anybody could confirm")
    elif any(confirmed.values()):
        yield passed(f"{sum(confirmed.values())} confirmed: {', '.join(sorted(name for name, done in confirmed.items() if done))}")
    else:
        yield failed("nobody receives the alarms: no subscription is confirmed", CdkDeploy(settings=("alarm_emails=YOU@EXAMPLE.COM",)))


def _confirm(topic: str) -> AwsCli:
    """Unlike the link itself, this leaves a subscription that no link ends: mail scanners follow each (SNS API, ConfirmSubscription)."""
    return AwsCli(f"sns confirm-subscription --topic-arn {topic} --token TOKEN --authenticate-on-unsubscribe true")


def _subscribe(topic: str, email: str) -> AwsCli:
    return AwsCli(f"sns subscribe --topic-arn {topic} --protocol email --notification-endpoint {email}")


def _declared(facts: Facts) -> frozenset[str]:
    kinds = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
    return frozenset(resource.physical_id for kind in kinds for resource in facts.declared(kind, "MonitoringStack"))


def _ours(facts: Facts) -> tuple[Alarm, ...]:
    """Alarms of the stack only: one that somebody created beside it may notify anybody."""
    declared = _declared(facts)
    return tuple(alarm for alarm in facts.alarms if alarm.name in declared)


def _received(facts: Facts) -> Iterator[Finding]:
    topic = facts.output("AlarmTopicArn")
    if topic is None or facts.subscriptions is None:
        yield failed(f"{facts.names.alarm_topic}: no such topic", revert("monitoring"))
    else:
        emails = facts.config.monitoring.alarm_emails
        yield from received(emails, facts.subscriptions, topic, local=facts.local)


def _paged(facts: Facts) -> Iterator[Finding]:
    """Whether those who get up would hear it, where alarms page."""
    if not facts.config.trading.trading_alarms:
        return
    topic = facts.output("PagingTopicArn")
    found = subscriptions(facts.session, topic) if topic else None
    if topic is None or found is None:
        yield failed(f"{facts.names.paging_topic}: no such topic", revert("monitoring"))
    else:
        emails = facts.config.notifications.paging_emails or facts.config.monitoring.alarm_emails
        yield from received(emails, found, topic, local=facts.local)


DASHBOARD_LOOKS = (
    Look("CloudWatch, the dashboard", lambda facts: (dashboard(widget_count(facts.session, facts.names), facts.names.dashboard),)),
)
ALARM_LOOKS = (
    Look("CloudWatch, alarms of the monitoring stack", lambda facts: (present(_declared(facts), facts.alarms),)),
    Look(
        "CloudWatch, actions of the alarms",
        lambda facts: notifying(_ours(facts), facts.output("AlarmTopicArn"), facts.output("PagingTopicArn")),
    ),
    Look("CloudWatch, states of the alarms", lambda facts: none_in_alarm(facts.alarms)),
    Look("CloudWatch Logs, levels of the application's lines", look_at_levels),
)
SUBSCRIPTION_LOOKS = (
    Look("SNS, subscriptions of the alarm topic", _received),
    Look("SNS, subscriptions of the topic that pages", _paged),
)
