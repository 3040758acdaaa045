"""Exceptions of the chat that gets alarms: the function that sends to Telegram, and the role of the Slack channel."""

from tradingbot_infra.compliance.allowed.lambda_functions import TELEGRAM
from tradingbot_infra.compliance.exception import ComplianceException, below, equal, off
from tradingbot_infra.compliance.ledger.acceptance import OWNER, TEST_DATA_ONLY, YEARLY_REVIEW

_TELEGRAM = equal("chat", "telegram")
_LOG = ("MonitoringStack/TelegramLog/Resource",)
_YEAR = 365

ENTRIES = (
    ComplianceException(
        id="telegram-outside-the-vpc",
        rules=("lambda.inside_vpc", "PCI.DSS.321-LambdaInsideVPC", "NIST.800.53.R5-LambdaInsideVPC"),
        paths=(TELEGRAM,),
        when=(_TELEGRAM,),
        mechanism="It must tell that the network is down, so it does not use the network that it tells of",
        consequence="Its traffic is in no flow log and behind no security group of the VPC",
        compensation="It calls Telegram only, and its role can read one secret and write its log",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="telegram-without-a-queue",
        rules=("lambda.dead_letter", "NIST.800.53.R5-LambdaDLQ"),
        paths=(TELEGRAM,),
        when=(_TELEGRAM,),
        mechanism="Amazon SNS and Lambda try again, and then give up",
        consequence="A message that Telegram never takes is not kept",
        compensation="E-mail gets the same messages, the alarm keeps its state in CloudWatch, and the log has the reason",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="telegram-without-a-limit",
        rules=("lambda.concurrency", "NIST.800.53.R5-LambdaConcurrency"),
        paths=(TELEGRAM,),
        when=(_TELEGRAM,),
        mechanism="A function may reserve only what an account's quota leaves beyond 100 executions, and new accounts have fewer",
        consequence="Nothing but the account's quota limits how often it runs at once",
        compensation="Only the topics of alarms may call it, and an outage is one message",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="short-telegram-log",
        rules=("logs.retention",),
        paths=_LOG,
        when=(_TELEGRAM, below("log_retention_days", _YEAR), TEST_DATA_ONLY),
        mechanism="Logs are kept as long as developers look at them",
        consequence="Which older message was sent cannot be traced",
        compensation="CloudWatch keeps the history of alarms itself",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="telegram-log-goes-with-the-stack",
        rules=("cfn.protected",),
        paths=_LOG,
        when=(_TELEGRAM, off("retain_data"), TEST_DATA_ONLY),
        mechanism="The log is deleted with its stack",
        consequence="Which messages were sent cannot be looked up afterwards",
        compensation="No customer uses this environment",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
)
