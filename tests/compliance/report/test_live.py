"""A report with what stands beside what is declared."""

from tests.compliance.account_stack import account_stack
from tests.compliance.report.sample import report_of, sample
from tradingbot_infra.compliance.evaluation import Evaluation, evaluate
from tradingbot_infra.compliance.exception import ActiveLedger
from tradingbot_infra.compliance.report.live import with_live
from tradingbot_infra.compliance.rules import RULES
from tradingbot_infra.compliance.status import Status

LEDGER = ActiveLedger((), {})
ACCOUNT = "000000000000"


def test_what_somebody_else_provides_stays_so_where_nothing_of_it_stands() -> None:
    report = report_of(sample())
    live = with_live(report, Evaluation(()), LEDGER, ACCOUNT)
    assert live.rules_by_id["acct.guardduty"] == report.rules_by_id["acct.guardduty"]
    assert live.providers.keys() == report.providers.keys()


def test_what_stands_is_judged_and_needs_no_provider() -> None:
    stands = evaluate(account_stack(), [RULES["acct.guardduty"]])
    rule = with_live(report_of(sample()), stands, LEDGER, ACCOUNT).rules_by_id["acct.guardduty"]
    assert (rule.status, rule.provider, rule.reason) == (Status.PASS, None, "")
    assert {entry.observed for entry in rule.evidence} == {"not declared"}
