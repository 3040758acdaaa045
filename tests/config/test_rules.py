"""Rules between settings of different sections."""

import ast
from pathlib import Path

import pytest

from tests.config.refusals import assert_refused, is_accepted, refusal
from tradingbot_infra.config import rules
from tradingbot_infra.design.secrets import APPLICATION_SECRETS

KEY = "arn:aws:kms:ap-southeast-2:000000000000:key/0a1b2c3d-0000-0000-0000-000000000000"
SECRET = "arn:aws:secretsmanager:ap-southeast-2:000000000000:secret:tradingbot-ai/{}-AbCd12"  # noqa: S105 - the form of a name
MELBOURNE_CERTIFICATE = "arn:aws:acm:ap-southeast-4:000000000000:certificate/0a1b2c3d-0000-0000-0000-000000000000"

NARROW = {"private_subnet_cidrs": "10.0.10.0/26,10.0.10.64/26"}
"""Private subnets of 64 addresses."""


def arns(*names: str) -> str:
    """The setting for application secrets of production."""
    return ",".join(SECRET.format(f"production/{name}") for name in names)


@pytest.mark.parametrize(
    ("overrides", "key", "reported"),
    [
        (
            {"certificate_arn": MELBOURNE_CERTIFICATE},
            "certificate_arn=",
            "allowed: arn:aws:acm:ap-southeast-2:ACCOUNT:certificate/ID, or none",
        ),
        ({"retain_data": "false"}, "backup_plan=true", "allowed: true with retain_data=true, or false"),
        ({"data_classification": "internal"}, "data_classification=internal", "allowed: confidential or restricted"),
        ({"expected_tasks": "11"}, "expected_tasks=11", "allowed: 2 to 10 (min_tasks to max_tasks), or none"),
        (
            {"adopt_secret_arns": arns(*APPLICATION_SECRETS), "adopt_secrets_key_arn": KEY.replace("ap-southeast-2", "eu-west-1")},
            "adopt_secrets_key_arn=",
            "allowed: arn:aws:kms:ap-southeast-2:ACCOUNT:key/ID, or none",
        ),
        (
            {"adopt_secret_arns": arns("secret-key").replace("ap-southeast-2", "eu-west-1"), "adopt_secrets_key_arn": KEY},
            "adopt_secret_arns=",
            "allowed: arn:aws:secretsmanager:ap-southeast-2:ACCOUNT:secret:NAME",
        ),
        (
            {"adopt_secret_arns": arns("secret-key").replace("0" * 12, "1" * 12), "adopt_secrets_key_arn": KEY},
            "adopt_secrets_key_arn=000000000000",
            "allowed: ARNs of account 111111111111",
        ),
        (
            {
                "adopt_secret_arns": f"{arns('secret-key')},{arns('webhook-secret').replace('0' * 12, '1' * 12)}",
                "adopt_secrets_key_arn": KEY,
            },
            "adopt_secret_arns=111111111111",
            "allowed: ARNs of account 000000000000",
        ),
        (
            {
                "adopt_secret_arns": arns("secret-key"),
                "adopt_secrets_key_arn": KEY,
                "certificate_arn": "arn:aws:acm:ap-southeast-2:111111111111:certificate/0a1b2c3d-0000-0000-0000-000000000000",
            },
            "certificate_arn=111111111111",
            "allowed: ARNs of account 000000000000",
        ),
        ({**NARROW, "max_tasks": "60"}, "max_tasks=60: a deployment runs twice as many, and a private subnet has 59", "allowed: up to 59"),
        (
            {**NARROW, "max_tasks": "54", "enable_vpc_endpoints": "true"},
            "max_tasks=54",
            "allowed: up to 53, or larger private_subnet_cidrs",
        ),
        (
            {**NARROW, "max_tasks": "56", "enable_vpc_endpoints": "true", "tracing": "off", "metrics": "emf", "trading_alarms": False},
            "max_tasks=56",
            "allowed: up to 55, or larger private_subnet_cidrs",
        ),
        (
            {"transaction_search": "off"},
            "transaction_search=off: tracing=xray sends traces by OTLP, which X-Ray refuses without it",
            "allowed: ours, existing if the account has it on, or tracing=off",
        ),
        ({"span_log_days": "31"}, "span_log_days=31: CloudWatch Logs does not offer this period", "allowed: 1, 3, 5, 7, 14, 30"),
        (
            {"span_log_days": "0"},
            "span_log_days=0",
            "allowed: 1, 3",
        ),
        ({"db_connections_alarm_count": "85"}, "db_connections_alarm_count=85: a db.t3.micro takes 85", "allowed: up to 84"),
        ({"db_connections_alarm_count": "5000", "db_instance_class": "db.r6g.16xlarge"}, "db_connections_alarm_count=5000", "up to 4999"),
        ({"db_free_memory_alarm_mib": "1024"}, "db_free_memory_alarm_mib=1024: a db.t3.micro has 1024 MiB", "allowed: up to 1023"),
        ({"db_free_storage_alarm_gib": "20"}, "db_free_storage_alarm_gib=20: the database has 20 GiB", "allowed: up to 19"),
    ],
)
def test_an_invalid_combination_is_refused_in_one_line(overrides: dict[str, str], key: str, reported: str) -> None:
    assert_refused(overrides, key, reported)


@pytest.mark.parametrize("overrides", [{**NARROW, "max_tasks": 59}, {**NARROW, "max_tasks": 53, "enable_vpc_endpoints": True}])
def test_as_many_tasks_are_accepted_as_private_subnets_have_addresses_for_in_a_deployment(overrides: dict[str, object]) -> None:
    assert is_accepted(**overrides)


@pytest.mark.parametrize("adopted", [APPLICATION_SECRETS, APPLICATION_SECRETS[:1], APPLICATION_SECRETS[1:]], ids=["all", "one", "part"])
def test_any_part_of_the_application_secrets_can_be_adopted(adopted: tuple[str, ...]) -> None:
    assert is_accepted(adopt_secret_arns=arns(*adopted), adopt_secrets_key_arn=KEY)


def test_traces_need_no_transaction_search_of_ours_where_the_account_has_it_or_another_provides_the_controls() -> None:
    assert is_accepted(transaction_search="existing")
    assert is_accepted(transaction_search="off", tracing="off")
    assert is_accepted(transaction_search="off", account_security="none")


def test_a_secret_that_is_added_later_need_not_be_adopted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "APPLICATION_SECRETS", (*APPLICATION_SECRETS, "a-new-secret"))
    assert is_accepted(adopt_secret_arns=arns(*APPLICATION_SECRETS), adopt_secrets_key_arn=KEY)
    assert is_accepted(adopt_secret_arns=arns(*APPLICATION_SECRETS, "a-new-secret"), adopt_secrets_key_arn=KEY)


@pytest.mark.parametrize("foreign", ["staging/webhook-secret", "production/database-url", "production/no-such-secret"])
def test_a_secret_that_is_not_an_application_secret_of_the_environment_cannot_be_adopted(foreign: str) -> None:
    (line,) = refusal(adopt_secret_arns=f"{arns('secret-key')},{SECRET.format(foreign)}", adopt_secrets_key_arn=KEY)
    assert f"tradingbot-ai/{foreign} is not an application secret of this environment" in line
    assert "allowed: ARNs of tradingbot-ai/production/secret-key, tradingbot-ai/production/webhook-secret" in line


def test_a_secret_cannot_be_adopted_twice() -> None:
    twice = f"{arns('secret-key', 'webhook-secret')},{arns('secret-key').replace('AbCd12', 'EfGh34')}"
    (line,) = refusal(adopt_secret_arns=twice, adopt_secrets_key_arn=KEY)
    assert "tradingbot-ai/production/secret-key is listed more than once; allowed: one ARN for each secret" in line


def test_every_rule_is_applied_once() -> None:
    package = Path(rules.__file__).parent
    files = [package / "rules.py", package / "trading_rules.py", *(package / "sections").glob("*.py")]
    functions = {
        path: [node for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)] for path in files
    }
    public = {
        node.name
        for nodes in functions.values()
        for node in nodes
        if node.returns and ast.unparse(node.returns) == "Iterator[Problem]" and not node.name.startswith("_")
    } - {"problems"}
    (problems,) = (node for node in functions[package / "rules.py"] if node.name == "problems")
    applied = [ast.unparse(node.func).rpartition(".")[2] for node in ast.walk(problems) if isinstance(node, ast.Call)]
    assert len(public) > 20
    assert sorted(applied) == sorted(public)
