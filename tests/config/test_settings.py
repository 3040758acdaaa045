"""Loading settings: what is accepted, and what people read when it is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.config.refusals import assert_refused, problems, refusal
from tradingbot_infra.config import settings as config_settings
from tradingbot_infra.config.environments import ENVIRONMENTS, PRODUCTION
from tradingbot_infra.config.settings import SettingValue, as_text, flat, load_config, parse, setting_values, settings, with_settings
from tradingbot_infra.design.stacks import ACCOUNT

KEYS = st.sampled_from(sorted(settings()))
TEXT = st.text(max_size=40)


def test_every_setting_has_a_purpose_and_allowed_values() -> None:
    for key, setting in settings().items():
        assert len(setting.purpose) > 5, key
        assert len(setting.allowed) > 3, key


def test_the_documents_own_names_reach_their_settings() -> None:
    config = load_config(
        "production",
        {
            "enable_vpc_endpoints": "true",
            "autoscaling_target_cpu": "80",
            "autoscaling_target_memory": "85",
            "image_tag": "v1",
            "nat_gateways": "1",
            "task_cpu": "1024",
            "task_memory_mib": "2048",
            "alarm_emails": "desk@example.com, night@example.com",
            "ecr_pull_accounts": "111111111111",
            "redis_parameters": "maxmemory-policy=noeviction,timeout=300",
        },
    )
    assert config.network.enable_vpc_endpoints is True
    assert config.network.nat_gateways == 1
    assert (config.scaling.autoscaling_target_cpu, config.scaling.autoscaling_target_memory) == (80, 85)
    assert (config.task.task_cpu, config.task.task_memory_mib, config.task.image_tag) == (1024, 2048, "v1")
    assert config.monitoring.alarm_emails == ("desk@example.com", "night@example.com")
    assert config.registry.ecr_pull_accounts == ("111111111111",)
    assert dict(config.cache.redis_parameters) == {"maxmemory-policy": "noeviction", "timeout": "300"}


def test_none_and_nothing_unset_what_may_be_unset() -> None:
    config = load_config("production", {"image_tag": "none", "certificate_arn": "", "alarm_emails": ""})
    assert (config.task.image_tag, config.load_balancer.certificate_arn, config.monitoring.alarm_emails) == (None, None, ())


def test_json_is_understood_for_lists_and_maps() -> None:
    config = load_config("production", {"alarm_emails": '["a@example.com"]', "redis_parameters": '{"timeout": "60"}'})
    assert config.monitoring.alarm_emails == ("a@example.com",)
    assert dict(config.cache.redis_parameters) == {"timeout": "60"}


@pytest.mark.parametrize(
    ("overrides", "key", "reported"),
    [
        ({"nat_gateway": "1"}, "nat_gateway", "allowed: nat_gateways"),
        ({"appendonly": "yes"}, "appendonly=yes", "ElastiCache refuses it"),
        ({"project": "a-project-with-a-long-name"}, "project=", "allowed: 2 to 16 lower-case letters"),
        ({"project": "double--hyphen"}, "project=", "allowed: 2 to 16 lower-case letters"),
        ({"owner": "The Desk"}, "owner=The Desk", "allowed: 2 to 63 lower-case letters"),
        ({"data_classification": "secret"}, "data_classification=secret", "allowed: public, internal, confidential or restricted"),
        ({"nothing_like_it": "x"}, "nothing_like_it: there is no such setting", "allowed: a setting in docs/settings.md"),
    ],
)
def test_an_invalid_setting_is_refused_in_one_line(overrides: dict[str, str], key: str, reported: str) -> None:
    assert_refused(overrides, key, reported)


def test_every_problem_is_reported_at_once() -> None:
    lines = refusal("staging", nat_gateways="two", db_engine_version="15.5", min_tasks="5", spelling="wrong")
    assert [line.split("=")[0] for line in lines] == [
        "staging: spelling: there is no such setting; allowed: a setting in docs/settings.md",
        "staging: nat_gateways",
        "staging: db_engine_version",
        "staging: min_tasks",
    ]


def test_an_unknown_environment_is_refused_with_the_known_ones() -> None:
    (line,) = refusal("prod")
    assert line == f"env=prod: there is no such environment (did you mean production?); allowed: {', '.join(ENVIRONMENTS)}"


def test_the_name_of_the_accounts_stacks_cannot_be_an_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config_settings, "ENVIRONMENTS", {**ENVIRONMENTS, ACCOUNT: PRODUCTION})
    (line,) = refusal(ACCOUNT)
    assert line.startswith("env=account: the stacks of the account have this name; allowed: production, high-availability, ")


@pytest.mark.parametrize("key", ["db_password", "secret_key", "binance_api_secret", "telegram_bot_token", "database_url"])
def test_a_secret_is_refused_and_never_repeated(key: str) -> None:
    (line,) = refusal(**{key: "hunter2"})
    assert "a secret is never a setting" in line
    assert "hunter2" not in line


def test_the_value_of_an_unknown_setting_is_never_repeated() -> None:
    (line,) = refusal(openai_key="hunter2")
    assert "hunter2" not in line


@given(environment=st.sampled_from(sorted(ENVIRONMENTS)), overrides=st.dictionaries(KEYS, TEXT, max_size=4))
def test_any_text_is_either_accepted_or_refused_by_name(environment: str, overrides: dict[str, object]) -> None:
    for problem in problems(environment, overrides):
        assert problem.key in settings()
        assert problem.allowed


@given(key=TEXT.filter(lambda text: text not in settings()), value=TEXT)
def test_any_unknown_name_is_refused(key: str, value: str) -> None:
    assert [problem.key for problem in problems("production", {key: value})] == [key]


@given(environment=st.sampled_from(sorted(ENVIRONMENTS)))
def test_the_values_of_a_config_make_the_same_config_again(environment: str) -> None:
    config = load_config(environment)
    assert load_config(environment, flat(config)) == config


@given(environment=st.sampled_from(sorted(ENVIRONMENTS)), keys=st.sets(KEYS, max_size=6))
def test_a_setting_written_as_text_means_the_same(environment: str, keys: set[str]) -> None:
    values = flat(load_config(environment))
    assert load_config(environment, {key: as_text(values[key]) for key in keys}) == load_config(environment)


@given(text=TEXT)
def test_parsing_never_fails(text: str) -> None:
    for setting in settings().values():
        parse(setting, text)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_a_value_as_text_is_the_value_when_it_is_given_again(environment: str) -> None:
    values = setting_values(load_config(environment))
    assert not any(setting.differs for setting in values)
    assert load_config(environment, {setting.name: setting.value for setting in values}) == load_config(environment)


def test_what_c_changes_is_named_with_the_value_of_environments() -> None:
    given = {"nat_gateways": "1", "alarm_emails": "a@example.com,b@example.com", "waf_rate_limit": "2000"}
    changed = [setting for setting in setting_values(load_config("production", given)) if setting.differs]
    assert [str(setting) for setting in changed] == [
        "nat_gateways=1 (environments.py: 2)",
        "alarm_emails=a@example.com,b@example.com (environments.py: nothing)",
    ]
    assert with_settings("production", changed) == "production with nat_gateways=1, alarm_emails=a@example.com,b@example.com"


def test_a_title_names_three_settings_and_the_number_of_the_others() -> None:
    values = [SettingValue(name=f"s{number}", value="1", declared="2") for number in range(5)]
    assert with_settings("production", values) == "production with s0=1, s1=1, s2=1 and 2 more"
    assert with_settings("production", [SettingValue(name="s", value="1", declared="1")]) == "production"
