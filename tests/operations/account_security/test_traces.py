"""Whether X-Ray takes traces by OTLP, and what becomes of their spans."""

from typing import Any

import pytest

from tests.operations.account_security.answers import ACCOUNT, Answer, answering
from tests.operations.rendering import plain
from tradingbot_infra.operations.account_security import traces
from tradingbot_infra.operations.account_security.control import Seen

ON = ("get_trace_segment_destination", {"Destination": "CloudWatchLogs", "Status": "ACTIVE"})
GROUP = {"logGroupName": "aws/spans", "retentionInDays": 30, "kmsKeyId": f"arn:aws:kms:ap-southeast-2:{ACCOUNT}:key/k"}


def groups(*found: dict[str, Any]) -> list[Answer]:
    """What CloudWatch Logs says of log groups whose names begin so."""
    return [("describe_log_groups", {"logGroups": list(found)})]


def test_transaction_search_names_the_share_that_is_indexed() -> None:
    rules = {"IndexingRules": [{"Name": "Default", "Rule": {"Probabilistic": {"DesiredSamplingPercentage": 1.0}}}]}
    with answering({"xray": [ON, ("get_indexing_rules", rules)]}) as facts:
        assert traces.searching(facts) == Seen(True, "1 percent of the traces indexed")


@pytest.mark.parametrize(("answer", "where"), [({"Destination": "XRay", "Status": "ACTIVE"}, "XRay"), ({}, "X-Ray")])
def test_without_it_traces_are_refused(answer: dict[str, Any], where: str) -> None:
    with answering({"xray": [("get_trace_segment_destination", answer)]}) as facts:
        assert traces.searching(facts) == Seen(False, f"spans go to {where}: traces by OTLP are refused")


def test_it_takes_minutes_to_be_on() -> None:
    with answering({"xray": [("get_trace_segment_destination", {"Destination": "CloudWatchLogs", "Status": "PENDING"})]}) as facts:
        assert traces.searching(facts).on is True


def test_spans_with_a_key_and_days_are_well() -> None:
    with answering({"logs": groups({"logGroupName": "aws/spans-of-somebody"}, GROUP)}) as facts:
        assert traces.spans_kept(facts) == Seen(True, "aws/spans has a key, and 30 days")


def test_a_log_of_spans_that_is_not_there_yet_cannot_be_judged() -> None:
    with answering({"logs": groups({"logGroupName": "aws/spans-of-somebody"})}) as facts:
        assert traces.spans_kept(facts).on is None


def test_a_log_that_xray_made_later_names_both_commands_that_set_it() -> None:
    with answering({"logs": groups({"logGroupName": "aws/spans"})}, {"k": "AWS::KMS::Key"}) as facts:
        seen = traces.spans_kept(facts)
        step = plain(seen.next_step)
    assert (seen.on, seen.words) == (False, "aws/spans: no key, kept for ever, not 30 days")
    assert "logs put-retention-policy --log-group-name aws/spans --retention-in-days 30" in step
    assert f"logs associate-kms-key --log-group-name aws/spans --kms-key-id arn:aws:kms:ap-southeast-2:{ACCOUNT}:key/k" in step


def test_days_that_somebody_changed_are_named_and_the_key_is_left() -> None:
    with answering({"logs": groups({**GROUP, "retentionInDays": 3653})}) as facts:
        seen = traces.spans_kept(facts)
    assert (seen.on, seen.words) == (False, "aws/spans: kept 3653, not 30 days")
    assert "associate-kms-key" not in plain(seen.next_step)
