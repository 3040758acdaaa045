"""Checks: the alarms have somebody who hears them."""

from collections.abc import Iterator

from tradingbot_infra.operations.live.alarms import Subscription, subscriptions
from tradingbot_infra.operations.preflight.plan import Plan
from tradingbot_infra.operations.verdict import Finding, failed, not_assessed, passed


def heard(plan: Plan) -> Iterator[Finding]:
    """The addresses of the settings, and those that have confirmed."""
    emails = plan.config.monitoring.alarm_emails
    existing = _subscriptions(plan)
    confirmed = [each for each in existing if each.confirmed]
    if not emails and not confirmed:
        yield failed("alarm_emails is empty, so nobody receives an alarm", 'set "alarm_emails" in config/environments.py')
    elif not confirmed:
        yield not_assessed(f"confirmed after the deployment, in the e-mail that each gets: {', '.join(emails)}")
    else:
        yield passed(f"confirmed: {len(confirmed)}")


def _subscriptions(plan: Plan) -> tuple[Subscription, ...]:
    topic = next((stack.outputs["AlarmTopicArn"] for stack in plan.stacks if "AlarmTopicArn" in stack.outputs), None)
    return (subscriptions(plan.session, topic) or ()) if topic else ()
