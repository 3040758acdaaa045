"""Exceptions of alarms: who is told."""

from tradingbot_infra.compliance.exception import ComplianceException, empty
from tradingbot_infra.compliance.ledger.acceptance import NEXT_REVIEW, OWNER
from tradingbot_infra.compliance.ledger.paths import ALARM_TOPIC

ENTRIES = (
    ComplianceException(
        id="nobody-gets-alarms",
        rules=("cw.alarm_recipients",),
        paths=(ALARM_TOPIC,),
        when=(empty("alarm_emails"),),
        mechanism="alarm_emails names nobody, so no address subscribes to the topic of the alarms",
        consequence="An attack, a failed backup or a full disk is an alarm that nobody hears of",
        compensation="Nothing compensates for it; an address in alarm_emails ends this exception",
        owner=OWNER,
        review=NEXT_REVIEW,
    ),
)
