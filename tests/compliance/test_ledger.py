"""The ledger is exactly what the packs find: nothing stale, nothing missing, nothing wider, in every environment."""

import ast
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.compliance.seeds.delivery import CONNECTED
from tests.conftest import PROJECT_ROOT
from tests.shifting import BLUE_GREEN, CANARY, LINEAR
from tradingbot_infra.compliance.exception import ComplianceException, active
from tradingbot_infra.compliance.inspection import Inspection
from tradingbot_infra.compliance.ledger import LEDGER, SUBJECTS
from tradingbot_infra.compliance.public_packs import public_packs
from tradingbot_infra.compliance.rules import RULES
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.config.account_plans import ACCOUNT_PLANS
from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.settings import load_config, settings
from tradingbot_infra.design.secrets import APPLICATION_SECRETS

Inspect = Callable[..., Inspection]


@pytest.fixture
def every_inspection(inspect: Inspect) -> list[Inspection]:
    """Every environment, and every one that settings make of them without a change of the ledger."""
    plain: list[tuple[str, dict[str, object]]] = [(name, {}) for name in ENVIRONMENTS]
    return [inspect(name, **overrides) for name, overrides in [*plain, *ALLOWED]]


def _constructs(inspection: Inspection) -> Iterator[str]:
    """The path of every stack, resource and construct that holds a resource."""
    yield from inspection.assembly.stacks
    for resource in inspection.assembly.resources:
        parts = resource.path.split("/")
        yield from ("/".join(parts[:number]) for number in range(1, len(parts) + 1))


CERTIFICATE = "arn:aws:acm:ap-southeast-2:111122223333:certificate/12345678-1234-1234-1234-123456789012"

KEY = "arn:aws:kms:ap-southeast-2:111122223333:key/12345678-1234-1234-1234-123456789012"


def adopting(environment: str, *names: str) -> dict[str, object]:
    """Settings with which an environment uses these secrets of an earlier deployment, and creates the others."""
    prefix = f"arn:aws:secretsmanager:ap-southeast-2:111122223333:secret:tradingbot-ai/{environment}"
    return {"adopt_secret_arns": tuple(f"{prefix}/{name}-AbCd12" for name in names), "adopt_secrets_key_arn": KEY}


OURS: dict[str, object] = {"account_security": "ours"}

CONTACT: dict[str, object] = {
    "security_contact_name": "Kim",
    "security_contact_title": "On call",
    "security_contact_email": "security@example.com",
    "security_contact_phone": "+61 2 0000 0000",
}

LEFT_OUT: dict[str, object] = {
    "account_defaults": False,
    "access_analyzer": "off",
    "config_rules": False,
    "guardduty": "off",
    "inspector_images": False,
    "remove_default_vpcs": False,
    "security_hub_standards": ("cis",),
    "support_role": False,
    "trail_s3_events": "write",
}
"""Parts of the account's security, each with the setting that leaves it out."""

ALLOWED: list[tuple[str, dict[str, object]]] = [
    ("production", {**CONNECTED}),
    ("production", {**CONNECTED, **OURS}),
    ("production", OURS),
    ("production", {**OURS, **ACCOUNT_PLANS["essential"], "alarm_emails": "desk@example.com"}),
    ("production", {**OURS, **ACCOUNT_PLANS["full"], "security_emails": "security@example.com", **CONTACT}),
    ("production", {**OURS, **dict.fromkeys(("config_recorder", "guardduty", "security_hub", "access_analyzer"), "existing")}),
    ("production", {**OURS, **LEFT_OUT}),
    ("production", {"certificate_arn": CERTIFICATE}),
    ("production", BLUE_GREEN),
    ("production", CANARY),
    ("staging", LINEAR),
    ("production", {"image_tag": "1.4.2", "alarm_emails": "desk@example.com", "ecr_pull_accounts": "111122223333"}),
    ("production", {"enable_vpc_endpoints": True, "project": "other"}),
    ("production", {"enable_redis": False}),
    ("production", {"chat": "telegram", "telegram_chat_id": "-1001234567", "paging_emails": ("page@example.com",)}),
    ("production", {"chat": "slack", "slack_workspace_id": "T01234567", "slack_channel_id": "C01234567", "alarm_language": "ko"}),
    ("staging", {"chat": "telegram", "telegram_chat_id": "-1001234567"}),
    ("production", {"managed_grafana": True, "daily_summary": True}),
    ("production", {"expected_strategies": ("momentum", "grid")}),
    ("production", {"metrics": "emf", "expected_strategies": ("momentum",)}),
    ("production", {"metrics": "off", "tracing": "off", "trading_alarms": False}),
    ("production", {"nat_allocation_ids": ("eipalloc-0123456789abcdef0",)}),
    ("staging", {"db_credentials": "self-managed"}),
    ("production", {"waf_counted_rules": ()}),
    ("production", {"waf_counted_rules": ("SQLi_BODY",)}),
    ("production", {"egress_ports": (443, 587)}),
    ("staging", {"egress_ports": (443, 8443, 9443, 7497), "nat_type": "instance"}),
    ("production", adopting("production", *APPLICATION_SECRETS)),
    ("production", adopting("production", "secret-key", "binance-api-key")),
    ("staging", adopting("staging", "secret-key", "binance-api-key")),
    ("staging", {"nat_gateways": 2, "enable_redis": True}),
    ("staging", {"alb_access_logs": True, "waf": True}),
    ("production", {"redis_nodes": 2}),
    ("high-availability", {"redis_automatic_failover": False}),
    ("staging", {"nat_type": "instance"}),
    ("development", {"nat_type": "instance", "nat_gateways": 2}),
    ("staging", {"retain_data": True, "backup_plan": True, "db_multi_az": True, "deletion_protection": True}),
    ("development", {"enable_execute_command": False, "readonly_root_filesystem": True, "log_retention_days": 400}),
]
"""Settings that people lay over an environment, and that must not need a change of the ledger."""

REFUSED = [
    ("production", {"db_multi_az": False}, "rds.multi_az", "DataStack/Database/Resource"),
    ("production", {"waf": False}, "waf.associated", "ServiceStack/LoadBalancer/Resource"),
    ("production", {"nat_gateways": 1}, "net.multi_az", "NetworkStack/Vpc/PublicSubnet1/NATGateway"),
    ("production", {"log_retention_days": 30}, "logs.retention", "ServiceStack/ContainerLogGroup/Resource"),
    ("production", {"deletion_protection": False}, "rds.deletion_protection", "DataStack/Database/Resource"),
    ("production", {"waf_counted_rules": ("SQLi_BODY", "SQLi_QUERYARGUMENTS")}, "waf.rule_actions", "ServiceStack/WebAcl/Acl"),
    ("staging", {"readonly_root_filesystem": False}, "ecs.readonly_root", "ServiceStack/Task/Resource"),
]
"""Settings that make an environment less safe than the ledger accepts."""


def test_the_ledger_is_what_is_found(environment: str, inspect: Inspect) -> None:
    inspection = inspect(environment)
    assert inspection.missing == []
    assert inspection.stale == []


@pytest.mark.parametrize(("name", "overrides"), ALLOWED, ids=str)
def test_a_harmless_setting_needs_no_change_of_the_ledger(name: str, overrides: dict[str, object], inspect: Inspect) -> None:
    inspection = inspect(name, **overrides)
    assert inspection.missing == []
    assert inspection.stale == []


@pytest.mark.parametrize(("name", "overrides", "rule", "path"), REFUSED, ids=str)
def test_a_setting_that_weakens_an_environment_is_a_violation(
    name: str, overrides: dict[str, object], rule: str, path: str, inspect: Inspect
) -> None:
    assert (rule, path) in {(finding.rule, finding.path) for finding in inspect(name, **overrides).missing}


def test_plain_http_is_excepted_only_while_there_is_no_certificate(inspect: Inspect) -> None:
    def ids(inspection: Inspection) -> set[str]:
        return {exception.id for exception in inspection.ledger.exceptions}

    assert "plain-http" in ids(inspect("production"))
    assert "plain-http" not in ids(inspect("production", certificate_arn=CERTIFICATE))


NOBODY, A_CHAT_ALONE = {"nobody-gets-alarms", "nobody-is-paged"}, {"only-a-chat-gets-alarms", "only-a-chat-is-paged"}


@pytest.mark.parametrize(
    ("chat", "accepted"),
    [
        ({}, NOBODY),
        ({"chat": "telegram", "telegram_chat_id": "-1001234567"}, A_CHAT_ALONE),
        ({"chat": "slack", "slack_workspace_id": "T01234567", "slack_channel_id": "C01234567"}, A_CHAT_ALONE),
        ({"alarm_emails": "desk@example.com"}, set()),
    ],
    ids=["nobody", "Telegram", "Slack", "e-mail"],
)
def test_that_nobody_hears_an_alarm_is_said_only_where_no_chat_does(chat: dict[str, object], accepted: set[str]) -> None:
    entries = active(LEDGER, load_config("production", chat)).exceptions
    assert {entry.id for entry in entries} & (NOBODY | A_CHAT_ALONE) == accepted


def test_nothing_in_any_environment_is_left_undecided(environment: str, inspect: Inspect) -> None:
    undecided = [judgement for judgement in inspect(environment).evaluation.judgements if judgement.status is Status.NOT_ASSESSED]
    assert [(judgement.rule.id, judgement.resource.path) for judgement in undecided] == []


def test_the_report_of_the_cdk_keeps_every_reason(inspect: Inspect) -> None:
    inspection = inspect("production")
    report = json.loads((inspection.directory / "validation-report.json").read_text(encoding="utf-8"))
    suppressed = {
        (violation["reason"], place["constructPath"])
        for plugin in report["pluginReports"]
        for violation in plugin.get("suppressedViolations", [])
        for place in violation["violatingConstructs"]
    }
    for finding, exception in inspection.ledger.by_finding.items():
        assert (exception.reason, finding.path) in suppressed, finding


@pytest.mark.parametrize("entry", LEDGER, ids=lambda entry: entry.id)
def test_an_entry_is_complete(entry: ComplianceException) -> None:
    public = {rule.id for pack in public_packs() for rule in pack.rules}
    for rule in entry.rules:
        assert rule in RULES or rule.partition("[")[0] in public, rule
    assert bool(entry.paths) != bool(entry.construct)
    assert all(condition.setting in settings() for condition in entry.when)
    for part in (entry.mechanism, entry.consequence, entry.compensation, entry.owner):
        assert part
        assert part == part.strip(" .")


def test_entries_have_names_of_their_own() -> None:
    assert len({entry.id for entry in LEDGER}) == len(LEDGER)


def test_every_file_of_the_ledger_is_read() -> None:
    files = {path.stem for path in (PROJECT_ROOT / "tradingbot_infra/compliance/ledger").glob("*.py")}
    assert files - {"__init__", "acceptance", "paths"} == {subject.__name__.rpartition(".")[2] for subject in SUBJECTS}


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.__name__.rpartition(".")[2])
def test_entries_of_a_subject_are_in_the_order_of_the_settings_that_cause_them(subject: ModuleType) -> None:
    causes = [[condition.setting for condition in entry.when] for entry in subject.ENTRIES]
    assert causes == sorted(causes)


def test_no_entry_names_an_environment() -> None:
    for path in (PROJECT_ROOT / "tradingbot_infra/compliance/ledger").glob("*.py"):
        literals = {node.value for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Constant)}
        assert not literals & set(ENVIRONMENTS), path.name


def test_every_path_is_a_construct_of_some_environment(every_inspection: list[Inspection]) -> None:
    known = {path for inspection in every_inspection for path in _constructs(inspection)}
    excepted = {finding.path for inspection in every_inspection for finding in inspection.ledger.by_finding}
    excepted |= {str(entry.construct) for entry in LEDGER if entry.construct}
    assert excepted - known == set()


def test_an_entry_whose_resources_are_all_adopted_does_not_hold(inspect: Inspect) -> None:
    ids = {entry.id for entry in inspect("production", **adopting("production", *APPLICATION_SECRETS)).ledger.exceptions}
    assert not ids & {"vendor-secrets-rotate-by-hand", "own-secrets-rotate-by-hand"}


def test_every_entry_is_needed_somewhere(every_inspection: list[Inspection]) -> None:
    assert {exception.id for inspection in every_inspection for exception in inspection.ledger.exceptions} == {entry.id for entry in LEDGER}


def test_an_environment_made_from_the_settings_of_staging_needs_no_change_of_the_ledger(inspect: Inspect, tmp_path: Path) -> None:
    from tradingbot_infra.application import synthesize_and_inspect

    config = load_config("staging").model_copy(update={"environment": "rehearsal"})
    inspection = synthesize_and_inspect(config, tmp_path)
    assert (inspection.missing, inspection.stale) == ([], [])
    assert {entry.id for entry in inspection.ledger.exceptions} == {entry.id for entry in inspect("staging").ledger.exceptions}


def test_what_is_accepted_with_test_data_is_not_accepted_with_customer_data(inspect: Inspect) -> None:
    rules = {finding.rule for finding in inspect("staging", data_classification="confidential").missing}
    assert {"rds.multi_az", "waf.associated", "net.multi_az", "logs.retention", "cfn.protected", "cfn.termination_protection"} <= rules


def test_nothing_else_acknowledges_a_rule() -> None:
    sources = [*(PROJECT_ROOT / "tradingbot_infra").rglob("*.py"), PROJECT_ROOT / "app.py"]
    acknowledging = [path.name for path in sources if ".acknowledge(" in path.read_text(encoding="utf-8")]
    assert sorted(acknowledging) == ["packs.py", "postgres.py", "redis.py"]
    for construct, rule in (("postgres", "E9006"), ("redis", "E3026")):
        source = (PROJECT_ROOT / f"tradingbot_infra/constructs/{construct}.py").read_text(encoding="utf-8")
        own = f'id="CloudFormation-Validate::{rule}"'
        assert source.count("Acknowledgment(") == source.count(own) == 1, "the CDK's own rule, of no pack"
