"""X-Ray's transaction search, and the log group in which it keeps spans."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tradingbot_infra.design.telemetry import SPANS_LOG_GROUP
from tradingbot_infra.operations.account_security.control import Seen
from tradingbot_infra.operations.account_security.facts import AccountFacts
from tradingbot_infra.operations.printed_commands import AwsCli, Step, sentence

if TYPE_CHECKING:
    from types_boto3_logs.type_defs import LogGroupTypeDef

TRANSACTION_SEARCH = "CloudWatchLogs"
"""Where X-Ray sends spans while transaction search is on (X-Ray API, "GetTraceSegmentDestination")."""

_KEY = "AWS::KMS::Key"


def searching(facts: AccountFacts) -> Seen:
    """Whether X-Ray takes traces by OTLP, and how many it indexes."""
    found = facts.home.xray.get_trace_segment_destination()
    destination, status = found.get("Destination"), found.get("Status", "")
    if destination != TRANSACTION_SEARCH:
        return Seen(False, f"spans go to {destination or 'X-Ray'}: traces by OTLP are refused")
    if status == "PENDING":
        return Seen(True, "being switched on, which takes up to ten minutes")
    rules = facts.home.xray.get_indexing_rules().get("IndexingRules", [])
    shares = [each.get("Rule", {}).get("Probabilistic", {}).get("DesiredSamplingPercentage") for each in rules]
    indexed = ", ".join(f"{share:g} percent" for share in shares if share is not None)
    return Seen(True, f"{indexed or 'an unknown share'} of the traces indexed")


def spans_kept(facts: AccountFacts) -> Seen:
    """Whether the log group of spans has a key of ours and the days of the settings."""
    days = facts.config.account.span_log_days
    group = _span_log(facts)
    if group is None:
        return Seen(None, f"{SPANS_LOG_GROUP} is not there yet: X-Ray makes it, at the latest with the first span", "")
    wrong = []
    if not group.get("kmsKeyId"):
        wrong.append("no key")
    if group.get("retentionInDays") != days:
        wrong.append(f"kept {group.get('retentionInDays', 'for ever')}, not {days} days")
    if wrong:
        return Seen(False, f"{SPANS_LOG_GROUP}: {', '.join(wrong)}", _set(facts, days, key=not group.get("kmsKeyId")))
    return Seen(True, f"{SPANS_LOG_GROUP} has a key, and {days} days")


def _span_log(facts: AccountFacts) -> "LogGroupTypeDef | None":
    groups = facts.home.logs.describe_log_groups(logGroupNamePrefix=SPANS_LOG_GROUP)["logGroups"]
    return next((each for each in groups if each.get("logGroupName") == SPANS_LOG_GROUP), None)


def _set(facts: AccountFacts, days: int, *, key: bool) -> Step:
    """What the stack's function does, once the log group is there."""
    return sentence(*_commands(facts, days, key=key))


def _commands(facts: AccountFacts, days: int, *, key: bool) -> Iterator[Step]:
    keep = f"logs put-retention-policy --log-group-name {SPANS_LOG_GROUP} --retention-in-days {days}"
    yield AwsCli(keep, region=facts.region)
    keys = facts.held(_KEY) if key else ()
    if keys:
        arn = f"arn:aws:kms:{facts.region}:{facts.session.account}:key/{keys[0]}"
        yield ", and "
        yield AwsCli(f"logs associate-kms-key --log-group-name {SPANS_LOG_GROUP} --kms-key-id {arn}", region=facts.region)
