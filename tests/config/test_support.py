"""Which support dates concern an environment, and on which day they are reported."""

from datetime import date, timedelta

import pytest

from tests.conftest import Synthesize, Synthesized
from tests.shifting import CANARY
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.config.support import ending, in_use, newer
from tradingbot_infra.design.inline_function import RUNTIME
from tradingbot_infra.design.placeholder import PLACEHOLDER_IMAGE
from tradingbot_infra.design.support_dates import (
    AS_OF,
    CDK_RUNTIME,
    INLINE_RUNTIME,
    NOTICE_DAYS,
    PLACEHOLDER,
    POSTGRES_MINORS,
    REDIS,
    Ending,
)

POSTGRES_15_ENDS = date(2028, 2, 29)


def reported(day: date, about: str, **overrides: object) -> list[Ending]:
    """What a synthesis of production on that day reports about the product of that name."""
    return [end for end in ending(load_config("production", overrides), day) if end.window.name == about]


def test_the_placeholder_image_is_the_one_that_the_table_watches() -> None:
    python, alpine = PLACEHOLDER
    assert PLACEHOLDER_IMAGE.endswith(f"/python:{python.version}-alpine{alpine.version}")


def test_functions_in_templates_have_the_runtime_that_the_table_watches(synthesize: Synthesize, environment: str) -> None:
    functions = synthesize(environment).of_type("AWS::Lambda::Function")
    assert {function.properties["Runtime"] for function in functions} == {CDK_RUNTIME.version}


@pytest.mark.parametrize(
    "overrides",
    [
        {"account_security": "none"},
        {"account_security": "ours"},
        {"account_security": "none", **CANARY},
        {"account_security": "none", "chat": "telegram", "telegram_chat_id": "-1"},
    ],
    ids=["no function of ours", "the account's defaults", "a check of new versions", "a Telegram chat"],
)
def test_the_runtimes_of_all_functions_in_templates_are_watched_and_no_others(
    overrides: dict[str, object], synthesized: Synthesized
) -> None:
    config = load_config("production", overrides)
    assembly, _ = synthesized(config)
    runtimes = {function.properties["Runtime"] for function in assembly.of_type("AWS::Lambda::Function")}
    assert {window.version for window in in_use(config) if window.name.startswith("Lambda runtime")} == runtimes


def test_functions_whose_source_is_in_the_template_have_the_runtime_that_is_watched() -> None:
    assert INLINE_RUNTIME.version == RUNTIME


def test_everything_that_production_deploys_is_watched() -> None:
    names = [window.name for window in in_use(load_config("production"))]
    assert names == [
        "PostgreSQL 15.19 on RDS",
        "PostgreSQL 15 on RDS",
        "Redis OSS 7.0 on ElastiCache",
        "Lambda runtime nodejs24.x",
        "Lambda runtime python3.14",
        f"Python {PLACEHOLDER[0].version} of the placeholder image",
        f"Alpine Linux {PLACEHOLDER[1].version} of the placeholder image",
    ]


def test_what_is_not_deployed_is_not_watched() -> None:
    config = load_config("development", {"image_tag": "v1"})
    assert not config.cache.enable_redis
    assert [window.name for window in in_use(config) if "Redis" in window.name or "placeholder" in window.name] == []


@pytest.mark.parametrize(("days_before", "is_reported"), [(NOTICE_DAYS + 1, False), (NOTICE_DAYS, True), (0, True), (-1, True)])
def test_an_end_is_reported_from_half_a_year_before(days_before: int, is_reported: bool) -> None:
    day = POSTGRES_15_ENDS - timedelta(days_before)
    assert bool(reported(day, "PostgreSQL 15 on RDS")) is is_reported


@pytest.mark.parametrize(("day", "passed"), [(POSTGRES_15_ENDS, False), (POSTGRES_15_ENDS + timedelta(1), True)])
def test_the_last_day_of_support_is_supported(day: date, passed: bool) -> None:
    (end,) = reported(day, "PostgreSQL 15 on RDS")
    assert (end.ends, end.passed) == (POSTGRES_15_ENDS, passed)
    assert f"support {'ended' if passed else 'ends'} on 2028-02-29, then RDS upgrades it, or with db_extended_support=true" in str(end)


@pytest.mark.parametrize(("day", "passed"), [(date(2028, 5, 31), False), (date(2028, 6, 1), True)])
def test_on_the_day_that_creation_ends_nothing_is_created(day: date, passed: bool) -> None:
    creation, support_end = reported(day, "Lambda runtime nodejs24.x")
    assert (creation.ends, creation.passed) == (date(2028, 6, 1), passed)
    assert f"{'since' if passed else 'from'} 2028-06-01 Lambda creates no function on it" in str(creation)
    assert (support_end.ends, support_end.passed) == (date(2028, 4, 30), True)


def test_a_minor_release_that_rds_gave_up_is_reported_with_both_dates_and_what_to_set() -> None:
    window = POSTGRES_MINORS["15.13"]
    config = load_config("production")
    # Bypass the rules of settings, which may refuse it by now.
    old = config.model_copy(update={"database": config.database.model_copy(update={"db_engine_version": "15.13"})})
    lines = [str(end) for end in ending(old, AS_OF) if end.window == window]
    assert [line.partition("; ")[0] for line in lines] == [
        "PostgreSQL 15.13 on RDS: since 2026-10-01 RDS creates no instance of it",
        "PostgreSQL 15.13 on RDS: support ended on 2026-10-31, then RDS upgrades it in a maintenance window, with downtime",
    ]
    assert all("set db_engine_version to 15.19 (as of 2026-11-24, AWS Health notice" in line for line in lines)


def test_without_an_announced_date_nothing_is_reported() -> None:
    assert REDIS["7.0"].support_ends is None
    assert reported(date(2099, 1, 1), "Redis OSS 7.0 on ElastiCache") == []
    assert reported(date(2099, 1, 1), "PostgreSQL 15.19 on RDS") == []


def test_the_placeholder_is_reported_of_until_an_image_takes_its_place() -> None:
    day = date(2040, 1, 1)
    alpine = PLACEHOLDER[1].name
    (end,) = reported(day, alpine)
    assert "push an image and set image_tag" in str(end)
    assert reported(day, alpine, image_tag="v1") == []


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2040, 1, 1)])
def test_every_warning_is_one_line_with_its_date_and_source(day: date, environment: str) -> None:
    ends = ending(load_config(environment), day)
    assert bool(ends) is (day.year == 2040)
    for end in ends:
        line = str(end)
        assert "\n" not in line
        assert str(end.ends) in line
        assert line.endswith(f"(as of {AS_OF}, {end.window.product.source})")


def test_a_version_that_came_later_is_said_not_to_be_watched() -> None:
    config = load_config("production", {"db_engine_version": "15.20"})
    assert list(newer(load_config("production"))) == []
    assert [note.partition(":")[0] for note in newer(config)] == ["PostgreSQL 15.20 on RDS"]
    assert "PostgreSQL 15 on RDS" in [window.name for window in in_use(config)]


def test_a_version_that_came_later_is_synthesized(synthesize: Synthesize) -> None:
    database = synthesize("production", db_engine_version="15.20").only("AWS::RDS::DBInstance")
    assert database.properties["EngineVersion"] == "15.20"
