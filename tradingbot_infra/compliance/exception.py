"""Exceptions: one cause, at exact constructs, accepted by somebody until a date. The ledger lists them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from posixpath import commonpath, dirname
from typing import Any

from tradingbot_infra.compliance.evaluation import Finding
from tradingbot_infra.compliance.expected.trading_alarms import children
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.settings import flat
from tradingbot_infra.design.names import construct_id
from tradingbot_infra.design.secrets import SECRETS, Origin


@dataclass(frozen=True)
class SettingCondition:
    """A condition on one setting, by its flat name. When the setting changes, the exception ends by itself."""

    setting: str
    holds: Callable[[Any], bool]


def unset(setting: str) -> SettingCondition:
    """The setting has no value."""
    return SettingCondition(setting, lambda value: value is None)


def given(setting: str) -> SettingCondition:
    """The setting has a value."""
    return SettingCondition(setting, lambda value: value is not None)


def empty(setting: str) -> SettingCondition:
    """The setting lists nothing."""
    return SettingCondition(setting, lambda listed: not listed)


def on(setting: str) -> SettingCondition:
    """The setting is true."""
    return SettingCondition(setting, lambda value: value is True)


def off(setting: str) -> SettingCondition:
    """The setting is false."""
    return SettingCondition(setting, lambda value: value is False)


def below(setting: str, limit: int) -> SettingCondition:
    """The setting is a number below the limit."""
    return SettingCondition(setting, lambda value: value < limit)


def above(setting: str, limit: int) -> SettingCondition:
    """The setting is a number above the limit."""
    return SettingCondition(setting, lambda value: value > limit)


def equal(setting: str, value: object) -> SettingCondition:
    """The setting has exactly this value."""
    return SettingCondition(setting, lambda actual: actual == value)


def beyond(setting: str, *values: object) -> SettingCondition:
    """The setting lists something else than these values."""
    return SettingCondition(setting, lambda actual: not set(actual) <= set(values))


def one_of(setting: str, *values: object) -> SettingCondition:
    """The setting has one of these values."""
    return SettingCondition(setting, lambda actual: actual in values)


def nothing_but(setting: str, *values: object) -> SettingCondition:
    """The setting lists something, and nothing besides these values."""
    return SettingCondition(setting, lambda listed: bool(listed) and set(listed) <= set(values))


def as_sentences(*parts: str) -> str:
    """The parts of a reason, each ending with one full stop."""
    return " ".join(part.rstrip(".") + "." for part in parts)


def in_one_line(sentences: str, identifier: str, owner: str, review: str) -> str:
    """A reason with the exception that it belongs to, who accepted it and until when."""
    return f"{sentences} ({identifier}; {owner}; review by {review})"


@dataclass(frozen=True, kw_only=True)
class ComplianceException:
    """One cause of findings, and why it is accepted.

    `rules` are ids of own rules (`alb.https`) or of public packs (`AwsSolutions-S1`). `paths` are exact construct paths of
    CloudFormation resources or stacks. `construct` is for one construct whose every part is found: it must be the innermost one
    that holds all of the findings. `when` are the settings with which it is accepted; all must hold. The reason has three parts:
    the mechanism (why the rule finds something), the consequence (what that means) and what compensates.

    In a path, `{zone}` stands for the number of each availability zone, `{nat}` for that of each NAT gateway or instance, `{stack}`
    for the id of each stack, `{provider_secret}` and `{team_secret}` for the id of each application secret of that origin that is
    created, not adopted, `{secrets_key}` for the id of their key unless it is adopted, `{telemetry_role}` for the task role where it
    sends telemetry and opens no shell, `{part_of_outage}` for the id of each alarm that a composite alarm tells of, and `{paging_topic}`
    for that of the topic that pages, where there is one. In a rule, `{prefix}` stands for the environment's prefix of names, `{project}`
    for the project, `{region}` for the region, `{stack_region}` for each region that has one of its stacks, and `{delivered}` for the
    name of each environment that GitHub deploys.
    """

    id: str
    rules: tuple[str, ...]
    paths: tuple[str, ...] = ()
    construct: str | None = None
    when: tuple[SettingCondition, ...] = ()
    mechanism: str
    consequence: str
    compensation: str
    owner: str
    review: date

    @property
    def reason(self) -> str:
        """The whole reason in one line, as validation-report.json keeps it."""
        sentences = as_sentences(self.mechanism, self.consequence, self.compensation)
        return in_one_line(sentences, self.id, self.owner, self.review.isoformat())

    def holds(self, settings: Mapping[str, Any]) -> bool:
        """Whether it is accepted with these settings by flat name."""
        return all(condition.holds(settings[condition.setting]) for condition in self.when)

    def findings(self, config: EnvironmentConfig) -> Iterator[Finding]:
        """Every finding that it excepts in an environment."""
        for path in self.paths:
            yield from (Finding(rule, each) for each in _each(path, config) for rule in self.rules_in(config))

    def rules_in(self, config: EnvironmentConfig) -> tuple[str, ...]:
        """Its rules with the names of an environment."""
        names = {"{prefix}": config.names.prefix, "{project}": config.project, "{region}": config.network.region}
        return tuple(_filled(each, names) for rule in self.rules for each in _each_rule(rule, config))


@dataclass(frozen=True)
class Stale:
    """An exception that is more than what is found: `problem` says what nothing finds, or how it is too wide."""

    exception: ComplianceException
    path: str
    problem: str


@dataclass(frozen=True)
class ActiveLedger:
    """The exceptions that hold in one environment. `by_finding` has those that name resources or stacks."""

    exceptions: tuple[ComplianceException, ...]
    by_finding: Mapping[Finding, ComplianceException]

    def exception_for(self, finding: Finding) -> ComplianceException | None:
        """The exception that accepts a finding; None when nobody does."""
        exact = self.by_finding.get(finding)
        return exact or next((exception for exception in self._of_constructs if _covers(exception, finding)), None)

    def missing(self, raw: Iterable[Finding]) -> Iterator[Finding]:
        """What is found and not excepted."""
        yield from (finding for finding in sorted(set(raw)) if self.exception_for(finding) is None)

    def stale(self, raw: Iterable[Finding]) -> Iterator[Stale]:
        """What is excepted although nothing finds it any more, or wider than where it is found."""
        found = set(raw)
        for finding, exception in self.by_finding.items():
            if finding not in found:
                yield Stale(exception, finding.path, f"excepts {finding.rule} here, but nothing finds it at this resource")
        for exception in self._of_constructs:
            yield from _too_wide(exception, found)

    @property
    def _of_constructs(self) -> Iterator[ComplianceException]:
        return (exception for exception in self.exceptions if exception.construct)


def active(ledger: Iterable[ComplianceException], config: EnvironmentConfig) -> ActiveLedger:
    """The entries that hold in one environment.

    Raises ValueError when two exceptions claim the same finding.
    """
    settings = flat(config)
    excepted = {exception: list(exception.findings(config)) for exception in ledger if exception.holds(settings)}
    # An entry for secrets does not hold where all of them are adopted.
    holding = tuple(exception for exception, findings in excepted.items() if findings or exception.construct)
    by_finding: dict[Finding, ComplianceException] = {}
    for exception in holding:
        for finding in excepted[exception]:
            if finding in by_finding:
                raise ValueError(f"{finding.rule} at {finding.path} is excepted by {by_finding[finding].id} and by {exception.id}")
            by_finding[finding] = exception
    return ActiveLedger(holding, by_finding)


def _filled(text: str, values: Mapping[str, str]) -> str:
    for placeholder, value in values.items():
        text = text.replace(placeholder, value)
    return text


def _each_rule(rule: str, config: EnvironmentConfig) -> Iterator[str]:
    values = {"{delivered}": config.delivery.github_environments, "{stack_region}": {stack.region: None for stack in config.stacks}}
    placeholder = next((name for name in values if name in rule), None)
    if placeholder is None:
        yield rule
    else:
        yield from (rule.replace(placeholder, value) for value in values[placeholder])


def _each(path: str, config: EnvironmentConfig) -> Iterator[str]:
    values = {
        "{zone}": _numbers(len(config.network.availability_zones)),
        "{nat}": _numbers(config.network.nat_gateways),
        "{stack}": [stack.id for stack in config.stacks],
        "{provider_secret}": _created_secrets(Origin.PROVIDER, config),
        "{team_secret}": _created_secrets(Origin.TEAM, config),
        "{secrets_key}": ["SecretsKey"] if config.retention.adopt_secrets_key_arn is None else [],
        "{telemetry_role}": ["TaskRole"] if _sends_telemetry(config) and not config.task.enable_execute_command else [],
        **_account_defaults(config),
        "{part_of_outage}": [construct_id(name) for name in children(config)],
        "{paging_topic}": ["PagingTopic"] if config.trading.trading_alarms else [],
    }
    placeholder = next((name for name in values if name in path), None)
    if placeholder is None:
        yield path
    else:
        yield from (path.replace(placeholder, value) for value in values[placeholder])


def _account_defaults(config: EnvironmentConfig) -> Mapping[str, list[str]]:
    """The construct with the account's function where there is one, and where its role may change IAM or contacts, or read everything."""
    account = config.account
    changes = account.account_defaults or account.inspector_images or account.security_contact_name is not None
    reads = account.account_defaults or account.inspector_images or account.remove_default_vpcs
    wanted = {
        "{defaults}": changes or reads or account.transaction_search == "ours",
        "{defaults_change}": changes,
        "{defaults_read}": reads,
    }
    return {placeholder: ["Defaults"] if there else [] for placeholder, there in wanted.items()}


def _sends_telemetry(config: EnvironmentConfig) -> bool:
    return config.telemetry.sends_traces or config.telemetry.sends_metrics


def _created_secrets(origin: Origin, config: EnvironmentConfig) -> list[str]:
    return [construct_id(secret.name) for secret in SECRETS if secret.origin is origin and config.adopted_secret_arn(secret.name) is None]


def _numbers(count: int) -> list[str]:
    return [str(number) for number in range(1, count + 1)]


def _covers(exception: ComplianceException, finding: Finding) -> bool:
    return finding.rule in exception.rules and finding.path.startswith(f"{exception.construct}/")


def _too_wide(exception: ComplianceException, found: set[Finding]) -> Iterator[Stale]:
    construct = str(exception.construct)
    for rule in exception.rules:
        paths = [finding.path for finding in found if finding.rule == rule and _covers(exception, finding)]
        innermost = commonpath([dirname(path) for path in paths]) if paths else ""
        if not paths:
            yield Stale(exception, construct, f"excepts {rule} here, but nothing finds it in this construct")
        elif innermost != construct:
            yield Stale(exception, construct, f"excepts {rule} in all of this, but it is found in {innermost} only")
