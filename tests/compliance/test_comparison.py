"""The verdicts on what is declared and on what stands, side by side."""

from datetime import date

from tests.compliance.account_stack import account_stack
from tests.compliance.builders import assembly_of
from tradingbot_infra.compliance.comparison import Comparison, compare
from tradingbot_infra.compliance.evaluation import evaluate
from tradingbot_infra.compliance.exception import ActiveLedger
from tradingbot_infra.compliance.provided import Provider
from tradingbot_infra.compliance.rules import RULES
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.templates import Assembly

TEAM = Provider(name="the platform team", evidence="wiki", review=date(2027, 3, 31))

ANALYZER = "CIS-1.19"
"""A control with one rule, `acct.access_analyzer`."""


def compared(assembly: Assembly, **provided: Provider) -> Comparison:
    """An assembly that stands as it is declared."""
    return compare(
        evaluate(assembly, RULES.values()), assembly, ActiveLedger((), {}), {f"acct.{rule}": who for rule, who in provided.items()}
    )


def statuses(comparison: Comparison, control: str) -> tuple[Status, Status]:
    """What is declared, and what stands."""
    (found,) = (each for each in comparison.controls() if each.control.id == control)
    return found.declared, found.live


def test_what_somebody_provides_is_neither_declared_nor_live() -> None:
    assert statuses(compared(assembly_of(), access_analyzer=TEAM), ANALYZER) == (Status.PROVIDED, Status.PROVIDED)


def test_without_a_provider_the_account_is_not_assessed_and_what_people_show_is_manual() -> None:
    comparison = compared(assembly_of())
    assert statuses(comparison, ANALYZER) == (Status.NOT_ASSESSED, Status.NOT_ASSESSED)
    assert statuses(comparison, "CIS-1.3") == (Status.MANUAL, Status.MANUAL)


def test_what_stands_is_judged_whoever_is_said_to_provide_it() -> None:
    assert statuses(compared(account_stack(), access_analyzer=TEAM), ANALYZER) == (Status.PASS, Status.PASS)
