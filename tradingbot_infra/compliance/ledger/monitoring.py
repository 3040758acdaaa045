"""Exceptions of alarms: who is told."""

from tradingbot_infra.compliance.exception import ComplianceException, empty, equal, on, one_of
from tradingbot_infra.compliance.ledger.acceptance import NEXT_REVIEW, OWNER, YEARLY_REVIEW
from tradingbot_infra.compliance.ledger.paths import ALARM_TOPIC, PAGING_TOPIC, PARTS_OF_AN_OUTAGE

_NO_CHAT, _CHAT = equal("chat", "none"), one_of("chat", "slack", "telegram")
_CHAT_ALONE = "Where the chat is muted, or what writes into it is removed, nobody hears of it"

ENTRIES = (
    ComplianceException(
        id="nobody-gets-alarms",
        rules=("cw.alarm_recipients",),
        paths=(ALARM_TOPIC,),
        when=(empty("alarm_emails"), _NO_CHAT),
        mechanism="alarm_emails names nobody, so no address subscribes to the topic of the alarms",
        consequence="An attack, a failed backup or a full disk is an alarm that nobody hears of",
        compensation="Nothing compensates for it; an address in alarm_emails ends this exception",
        owner=OWNER,
        review=NEXT_REVIEW,
    ),
    ComplianceException(
        id="only-a-chat-gets-alarms",
        rules=("cw.alarm_recipients",),
        paths=(ALARM_TOPIC,),
        when=(empty("alarm_emails"), _CHAT),
        mechanism="alarm_emails names nobody, so an attack, a failed backup or a full disk is told to the chat alone",
        consequence=_CHAT_ALONE,
        compensation="Nothing compensates for it; an address in alarm_emails ends this exception",
        owner=OWNER,
        review=NEXT_REVIEW,
    ),
    ComplianceException(
        id="told-by-the-composite-alarm",
        rules=("cfn.defaults", "cw.alarm_actions", "NIST.800.53.R5-CloudWatchAlarmAction"),
        paths=PARTS_OF_AN_OUTAGE,
        when=(on("trading_alarms"),),
        mechanism="An alarm that is part of an outage of trading has no action of its own",
        consequence="By itself it tells nobody",
        compensation=(
            "The composite alarm trading-outage rings while any of them does, and pages; cw.as_designed compares its rule with them, so "
            "that one outage is one message and no part is forgotten"
        ),
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="nobody-is-paged",
        rules=("cw.alarm_recipients",),
        paths=(PAGING_TOPIC,),
        when=(on("trading_alarms"), empty("alarm_emails"), _NO_CHAT, empty("paging_emails")),
        mechanism="Neither paging_emails nor alarm_emails names anybody, so no address subscribes to the topic that pages",
        consequence="Trading stops, or loses money, and nobody hears of it",
        compensation="Nothing compensates for it; an address in either setting ends this exception",
        owner=OWNER,
        review=NEXT_REVIEW,
    ),
    ComplianceException(
        id="only-a-chat-is-paged",
        rules=("cw.alarm_recipients",),
        paths=(PAGING_TOPIC,),
        when=(on("trading_alarms"), empty("alarm_emails"), _CHAT, empty("paging_emails")),
        mechanism="Neither paging_emails nor alarm_emails names anybody, so the chat alone is paged when trading stops or loses money",
        consequence=_CHAT_ALONE,
        compensation="Nothing compensates for it; an address in either setting ends this exception",
        owner=OWNER,
        review=NEXT_REVIEW,
    ),
)
