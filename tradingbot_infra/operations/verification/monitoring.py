"""Checks: dashboard, alarms, and whether anybody hears them."""

from collections.abc import Collection, Iterator, Sequence

from tradingbot_infra.operations.live.alarms import Alarm, Subscription
from tradingbot_infra.operations.live.dashboards import widget_count
from tradingbot_infra.operations.verification.check import Finding, Look, failed, not_checkable, passed
from tradingbot_infra.operations.verification.facts import Facts
from tradingbot_infra.operations.verification.next_steps import NextSteps


def dashboard(widgets: int | None, name: str, steps: NextSteps) -> Finding:
    """Whether the dashboard exists and shows something."""
    if not widgets:
        return failed(f"{name}: {'no such dashboard' if widgets is None else 'shows nothing'}", steps.revert("monitoring"))
    return passed(f"{name} shows {widgets} widgets")


def present(declared: Collection[str], alarms: Sequence[Alarm], steps: NextSteps) -> Finding:
    """Whether every alarm that the monitoring stack declares exists."""
    missing = sorted(set(declared) - {alarm.name for alarm in alarms})
    if missing:
        return failed(f"deleted by hand: {', '.join(missing)}", steps.revert("monitoring"))
    if not declared:
        return failed("the monitoring stack declares no alarm", steps.deploy())
    return passed(f"{len(declared)} of {len(declared)} alarms exist")


def speaking(alarms: Sequence[Alarm], topic: str | None, steps: NextSteps) -> Iterator[Finding]:
    """Whether every alarm tells the topic."""
    silent = [alarm.name for alarm in alarms if not alarm.actions_enabled]
    elsewhere = [alarm.name for alarm in alarms if alarm.actions_enabled and topic not in alarm.actions]
    if silent:
        yield failed(
            f"actions are switched off: {', '.join(silent)}", f"aws cloudwatch enable-alarm-actions --alarm-names {' '.join(silent)}"
        )
    if elsewhere:
        yield failed(f"do not speak to {topic or 'a topic, for there is none'}: {', '.join(elsewhere)}", steps.revert("monitoring"))
    if alarms and not silent and not elsewhere:
        yield passed("all of them speak to the topic")


def quiet(alarms: Sequence[Alarm], steps: NextSteps) -> Iterator[Finding]:
    """Whether no alarm rings. Without data an alarm does not ring: no request yet, no response time."""
    ringing = [alarm for alarm in alarms if alarm.state == "ALARM"]
    for alarm in ringing:
        yield failed(f"{alarm.name} rings: {alarm.reason}", steps.verb("status"))
    if not ringing:
        silent = sum(alarm.state == "INSUFFICIENT_DATA" for alarm in alarms)
        yield passed(f"none rings; without data yet: {silent}" if silent else "none rings")


def heard(emails: Sequence[str], subscriptions: Sequence[Subscription], topic: str, *, local: bool, steps: NextSteps) -> Iterator[Finding]:
    """Whether every address of the settings has confirmed its subscription, and there is anybody at all.

    The local cloud sends no e-mail: there a subscription is only not checkable, but one that is missing is still missed.
    """
    confirmed = {each.endpoint: each.confirmed for each in subscriptions}
    missing = [email for email in emails if email not in confirmed]
    pending = [email for email in emails if email in confirmed and not confirmed[email]]
    for email in missing:
        yield failed(f"{email} is not subscribed", _subscribe(topic, email))
    for email in () if local else pending:
        again = _subscribe(topic, email)
        yield failed(f"{email} has not confirmed", f"follow the link in the e-mail of AWS Notifications; for another one: {again}")
    if missing or (pending and not local):
        return
    if local:
        told = f"{len(subscriptions)} subscribed" if subscriptions else "alarm_emails is empty"
        yield not_checkable(f"{told}; the local cloud sends no e-mail that anybody could confirm")
    elif any(confirmed.values()):
        yield passed(f"{sum(confirmed.values())} confirmed: {', '.join(sorted(name for name, done in confirmed.items() if done))}")
    else:
        yield failed("nobody hears the alarms: no subscription is confirmed", steps.deploy("alarm_emails=YOU@EXAMPLE.COM"))


def _subscribe(topic: str, email: str) -> str:
    return f"aws sns subscribe --topic-arn {topic} --protocol email --notification-endpoint {email}"


def _dashboard(facts: Facts) -> Iterator[Finding]:
    yield dashboard(widget_count(facts.session, facts.names), facts.names.dashboard, facts.steps)


def _declared(facts: Facts) -> frozenset[str]:
    return frozenset(resource.physical_id for resource in facts.declared("AWS::CloudWatch::Alarm", "monitoring"))


def _ours(facts: Facts) -> tuple[Alarm, ...]:
    """Alarms of the stack only: one that somebody made beside it may speak to whom it likes."""
    declared = _declared(facts)
    return tuple(alarm for alarm in facts.alarms if alarm.name in declared)


def _present(facts: Facts) -> Iterator[Finding]:
    yield present(_declared(facts), facts.alarms, facts.steps)


def _speaking(facts: Facts) -> Iterator[Finding]:
    return speaking(_ours(facts), facts.output("AlarmTopicArn"), facts.steps)


def _quiet(facts: Facts) -> Iterator[Finding]:
    return quiet(facts.alarms, facts.steps)


def _heard(facts: Facts) -> Iterator[Finding]:
    topic = facts.output("AlarmTopicArn")
    if topic is None or facts.subscriptions is None:
        yield failed(f"{facts.names.alarm_topic}: no such topic", facts.steps.revert("monitoring"))
    else:
        emails = facts.config.monitoring.alarm_emails
        yield from heard(emails, facts.subscriptions, topic, local=facts.session.local, steps=facts.steps)


DASHBOARD_LOOKS = (Look("CloudWatch, the dashboard", _dashboard),)
ALARM_LOOKS = (
    Look("CloudWatch, alarms of the monitoring stack", _present),
    Look("CloudWatch, actions of the alarms", _speaking),
    Look("CloudWatch, states of the alarms", _quiet),
)
SUBSCRIPTION_LOOKS = (Look("SNS, subscriptions of the alarm topic", _heard),)
