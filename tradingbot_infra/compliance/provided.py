"""Who provides the controls of the account that these stacks do not declare.

A rule of the account (`acct.*`) is judged where AccountSecurityStack declares what it is about. Elsewhere a setting says who has it: a
central team, another environment that deploys the account's stacks, or the account itself, which had the service before.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from tradingbot_infra.compliance.catalogue import outside_rules
from tradingbot_infra.compliance.evaluation import Finding
from tradingbot_infra.compliance.exception import ActiveLedger, active
from tradingbot_infra.compliance.ledger import LEDGER
from tradingbot_infra.compliance.ledger.acceptance import NEXT_REVIEW
from tradingbot_infra.compliance.reading.account_stack import EXISTING, LEFT_OUT, STACK
from tradingbot_infra.compliance.rule import Rule
from tradingbot_infra.compliance.rules import RULES
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.settings import load_config

_ACCOUNT = "acct."

_SERVICES: Mapping[str, str] = {
    "config_recorder": "AWS Config recorder",
    "guardduty": "GuardDuty",
    "security_hub": "Security Hub",
    "access_analyzer": "Access Analyzer",
}
"""What an account may have already, by its setting."""

_OF_OTHER_REGIONS = frozenset({"acct.config_everywhere"})
"""Rules that a service of this region does not keep by being there."""


@dataclass(frozen=True, kw_only=True)
class Provider:
    """Who provides a control, where the evidence of it is kept, and by when somebody looks again whether that is still so."""

    name: str
    evidence: str
    review: date


def is_of_account(rule: str) -> bool:
    """Whether a rule is about the account as a whole, and not about what people do or keep."""
    outside = outside_rules().get(rule)
    return rule.startswith(_ACCOUNT) and (outside is None or outside.scope == "account")


def providers(config: EnvironmentConfig) -> Mapping[str, Provider]:
    """Who provides each rule of the account that an environment does not declare itself; without those that nobody provides."""
    if config.account_stacks:
        return _elsewhere(config)
    deploys = _deploys_account_stacks(config)
    return _by_environment(deploys) if deploys else {}


def status_unseen(rule: str, provided: Mapping[str, Provider]) -> Status:
    """The status of a rule that no resource of these stacks shows, with those who provide rules."""
    if rule in provided:
        return Status.PROVIDED
    if is_of_account(rule):
        return Status.NOT_ASSESSED
    return Status.MANUAL if rule in outside_rules() else Status.NOT_APPLICABLE


def _elsewhere(config: EnvironmentConfig) -> Mapping[str, Provider]:
    """What the account's own stacks leave to somebody else."""
    account = config.account
    if account.provider:
        review = date.fromisoformat(str(account.account_security_review))
        provider = Provider(name=account.provider, evidence=str(account.account_security_evidence), review=review)
        return dict.fromkeys(_account_rules(), provider)
    if not account.ours:
        return {}
    existing = {setting: f"the account's own {name}" for setting, name in _SERVICES.items() if getattr(account, setting) == EXISTING}
    return {
        rule.id: Provider(name=existing[rule.setting], evidence="`tradingbot account status`", review=NEXT_REVIEW)
        for rule in RULES.values()
        if rule.setting is not None and rule.setting in existing and rule.id not in _OF_OTHER_REGIONS
    }


def _by_environment(deploys: EnvironmentConfig) -> Mapping[str, Provider]:
    """What an environment that deploys the account's stacks provides to the others, itself or by somebody else."""
    elsewhere = _elsewhere(deploys)
    if not deploys.account.ours:
        return elsewhere
    name, evidence = f"{deploys.environment}'s AccountSecurityStack", f"the compliance report of {deploys.environment}"
    ledger = active(LEDGER, deploys)
    declared = (rule.id for rule in RULES.values() if is_of_account(rule.id) and not _lacks(rule, deploys, ledger))
    return {**dict.fromkeys(declared, Provider(name=name, evidence=evidence, review=NEXT_REVIEW)), **elsewhere}


def _lacks(rule: Rule, config: EnvironmentConfig, ledger: ActiveLedger) -> bool:
    """Whether AccountSecurityStack does not keep a rule: a setting leaves it out, or the ledger accepts that it does not hold."""
    choice = getattr(config.account, rule.setting) if rule.setting else True
    return choice in LEFT_OUT or ledger.exception_for(Finding(rule.id, STACK)) is not None


def _deploys_account_stacks(config: EnvironmentConfig) -> EnvironmentConfig | None:
    """The environment of environments.py whose account stacks are also this one's: the same project, in the same region.

    GuardDuty, AWS Config and Security Hub see one region only.
    """
    others = (load_config(name) for name in ENVIRONMENTS if name != config.environment)
    alike = (other for other in others if (other.project, other.network.region) == (config.project, config.network.region))
    return next((other for other in alike if other.account_stacks), None)


def _account_rules() -> Iterator[str]:
    return (rule for rule in (*RULES, *outside_rules()) if is_of_account(rule))
