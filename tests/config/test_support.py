"""Support windows: the tables against what else is known, and what is told on which day."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from importlib.resources import files

import pytest

from tests.conftest import Synthesize
from tradingbot_infra.config import aws, support
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.config.support import AS_OF, NOTICE_DAYS, Ending, Window, ending, in_use
from tradingbot_infra.constructs.placeholder import PLACEHOLDER_IMAGE

TABLES = (
    support.POSTGRES_MINORS,
    support.POSTGRES_MAJORS,
    support.REDIS,
    support.LAMBDA_RUNTIMES,
    support.PYTHON,
    support.ALPINE,
)
POSTGRES_15_ENDS = date(2028, 2, 29)
NODEJS_24_ENDS = date(2028, 4, 30)


def told(day: date, about: str, **overrides: object) -> list[Ending]:
    """What a synthesis of production on a day tells of the thing of that name."""
    return [end for end in ending(load_config("production", overrides), day) if end.window.name == about]


@pytest.mark.parametrize("table", TABLES)
def test_a_window_stands_under_its_own_version_and_names_its_source(table: Mapping[str, Window]) -> None:
    for version, window in table.items():
        assert window.version == version
        assert version in window.name
        assert window.product.source.strip()


@pytest.mark.parametrize(
    ("accepted", "table"),
    [(aws.POSTGRES_VERSIONS, support.POSTGRES_MINORS), (aws.REDIS_VERSIONS, support.REDIS)],
    ids=["postgres", "redis"],
)
def test_every_version_that_settings_accept_has_a_window_and_every_living_version_is_accepted(
    accepted: tuple[str, ...], table: Mapping[str, Window]
) -> None:
    assert set(accepted) <= set(table)
    assert {version for version, window in table.items() if window.creation_ends is None or window.creation_ends > AS_OF} <= set(accepted)


def test_what_is_advised_instead_of_an_old_minor_release_is_not_ending_itself() -> None:
    newest = support.POSTGRES_MINORS[aws.POSTGRES_VERSIONS[-1]]
    assert newest.creation_ends is None
    assert support.POSTGRES_MINORS["15.13"].product.instead.endswith(newest.version)


def test_runtimes_that_are_listed_were_supported_when_the_table_was_read() -> None:
    assert [name for name, window in support.LAMBDA_RUNTIMES.items() if window.support_ends and window.support_ends < AS_OF] == []


def test_the_dates_of_lambda_runtimes_are_those_that_cfn_lint_knows() -> None:
    known = json.loads((files("cfnlint.data.AdditionalSpecs") / "LmbdRuntimeLifecycle.json").read_text())
    shared = known.keys() & support.LAMBDA_RUNTIMES.keys()
    assert len(shared) > 10
    for name in shared:
        window = support.LAMBDA_RUNTIMES[name]
        assert (str(window.creation_ends), str(window.support_ends)) == (known[name]["create-block"], known[name]["deprecated"]), name
    living = {name for name, life in known.items() if life["deprecated"] > str(AS_OF)}
    assert living <= support.LAMBDA_RUNTIMES.keys()


def test_the_placeholder_image_is_the_one_that_the_table_watches() -> None:
    python, alpine = support.PLACEHOLDER
    assert PLACEHOLDER_IMAGE.endswith(f"/python:{python.version}-alpine{alpine.version}")


def test_functions_in_templates_have_the_runtime_that_the_table_watches(synthesize: Synthesize, environment: str) -> None:
    functions = synthesize(environment).of_type("AWS::Lambda::Function")
    assert {function.properties["Runtime"] for function in functions} == {support.CDK_RUNTIME.version}


def test_everything_that_production_deploys_is_watched() -> None:
    names = [window.name for window in in_use(load_config("production"))]
    assert names == [
        "PostgreSQL 15.19 on RDS",
        "PostgreSQL 15 on RDS",
        "Redis OSS 7.0 on ElastiCache",
        "Lambda runtime nodejs24.x",
        f"Python {support.PLACEHOLDER[0].version} of the placeholder image",
        f"Alpine Linux {support.PLACEHOLDER[1].version} of the placeholder image",
    ]


def test_what_is_not_deployed_is_not_watched() -> None:
    config = load_config("development", {"image_tag": "v1"})
    assert not config.cache.enable_redis
    assert [window.name for window in in_use(config) if "Redis" in window.name or "placeholder" in window.name] == []


@pytest.mark.parametrize(("days_before", "is_told"), [(NOTICE_DAYS + 1, False), (NOTICE_DAYS, True), (0, True), (-1, True)])
def test_an_end_is_told_from_half_a_year_before(days_before: int, is_told: bool) -> None:
    day = POSTGRES_15_ENDS - timedelta(days_before)
    assert bool(told(day, "PostgreSQL 15 on RDS")) is is_told


@pytest.mark.parametrize(("day", "passed"), [(POSTGRES_15_ENDS, False), (POSTGRES_15_ENDS + timedelta(1), True)])
def test_the_last_day_of_support_is_supported(day: date, passed: bool) -> None:
    (end,) = told(day, "PostgreSQL 15 on RDS")
    assert (end.ends, end.passed) == (POSTGRES_15_ENDS, passed)
    assert f"support {'ended' if passed else 'ends'} on 2028-02-29, then RDS charges extended support" in str(end)


@pytest.mark.parametrize(("day", "passed"), [(date(2028, 5, 31), False), (date(2028, 6, 1), True)])
def test_on_the_day_that_creation_ends_nothing_is_created(day: date, passed: bool) -> None:
    creation, support_end = told(day, "Lambda runtime nodejs24.x")
    assert (creation.ends, creation.passed) == (date(2028, 6, 1), passed)
    assert f"{'since' if passed else 'from'} 2028-06-01 Lambda creates no function on it" in str(creation)
    assert (support_end.ends, support_end.passed) == (NODEJS_24_ENDS, True)


def test_a_minor_release_that_rds_gave_up_is_told_with_both_dates_and_what_to_set() -> None:
    window = support.POSTGRES_MINORS["15.13"]
    config = load_config("production")
    # Past the settings' own rules, which may refuse it by now.
    old = config.model_copy(update={"database": config.database.model_copy(update={"db_engine_version": "15.13"})})
    lines = [str(end) for end in ending(old, AS_OF) if end.window == window]
    assert [line.partition("; ")[0] for line in lines] == [
        "PostgreSQL 15.13 on RDS: since 2026-10-01 RDS creates no instance of it",
        "PostgreSQL 15.13 on RDS: support ended on 2026-10-31, then RDS upgrades it in a maintenance window, with downtime",
    ]
    assert all("set db_engine_version to 15.19 (as of 2026-11-24, AWS Health notice" in line for line in lines)


def test_without_an_announced_date_nothing_is_told() -> None:
    assert support.REDIS["7.0"].support_ends is None
    assert told(date(2099, 1, 1), "Redis OSS 7.0 on ElastiCache") == []
    assert told(date(2099, 1, 1), "PostgreSQL 15.19 on RDS") == []


def test_the_placeholder_is_told_of_until_an_image_takes_its_place() -> None:
    day = date(2040, 1, 1)
    alpine = support.PLACEHOLDER[1].name
    (end,) = told(day, alpine)
    assert "push an image and set image_tag" in str(end)
    assert told(day, alpine, image_tag="v1") == []


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2040, 1, 1)])
def test_every_warning_is_one_line_with_its_date_and_source(day: date, environment: str) -> None:
    ends = ending(load_config(environment), day)
    assert bool(ends) is (day.year == 2040)
    for end in ends:
        line = str(end)
        assert "\n" not in line
        assert str(end.ends) in line
        assert line.endswith(f"(as of {AS_OF}, {end.window.product.source})")
