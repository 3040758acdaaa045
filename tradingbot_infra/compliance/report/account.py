"""The rules of the account in a few lines: which are judged, which somebody else provides, and which nobody does."""

from collections import Counter
from collections.abc import Iterator

from tradingbot_infra.compliance.provided import is_of_account
from tradingbot_infra.compliance.report.document import Report, ReportedRule
from tradingbot_infra.compliance.status import Status

_NAMED = 8
"""How many rules a line names."""


def account_lines(report: Report) -> Iterator[str]:
    """A line for what these stacks declare, one for each provider, and one for what nobody provides; none without such rules."""
    rules = [rule for rule in report.rules if is_of_account(rule.id)]
    declared = [rule for rule in rules if rule.evidence]
    if declared:
        yield f"{_rules(declared)} judged at resources of these stacks: {_counts(declared)}."
    yield from provider_lines(report)
    missing = [rule for rule in rules if rule.status is Status.NOT_ASSESSED and not rule.evidence]
    if missing:
        yield f"{_rules(missing)} not declared, and no setting names a provider: {_names(missing)}."


def provider_lines(report: Report) -> Iterator[str]:
    """A line for each provider: how many rules, where the evidence is kept, and when that is reviewed."""
    for provider, provided in report.providers.items():
        yield f"{_rules(provided)} provided by {provider.in_words}"


def _rules(rules: list[ReportedRule] | tuple[ReportedRule, ...]) -> str:
    return f"{len(rules)} {'rule is' if len(rules) == 1 else 'rules are'}"


def _counts(rules: list[ReportedRule]) -> str:
    counted = Counter(rule.status for rule in rules)
    return ", ".join(f"{counted[status]} {status}" for status in Status if counted[status])


def _names(rules: list[ReportedRule]) -> str:
    more = f" and {len(rules) - _NAMED} more" if len(rules) > _NAMED else ""
    return ", ".join(f"`{rule.id}`" for rule in rules[:_NAMED]) + more
