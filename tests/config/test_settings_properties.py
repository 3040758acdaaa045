"""Properties of the settings, for any value and not only those we thought of."""

from collections.abc import Mapping
from ipaddress import IPv4Network

from hypothesis import given
from hypothesis import strategies as st

from tradingbot_infra.config import aws
from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.errors import ConfigError, Problem
from tradingbot_infra.config.settings import flat, load_config, parse, settings
from tradingbot_infra.config.subnets import TIERS, SubnetPlanError, plan_subnets

KEYS = st.sampled_from(sorted(settings()))
TEXT = st.text(max_size=40)


def problems(environment: str, overrides: Mapping[str, object]) -> tuple[Problem, ...]:
    """What is wrong with settings; nothing when they are accepted."""
    try:
        load_config(environment, overrides)
    except ConfigError as error:
        return error.problems
    return ()


@given(environment=st.sampled_from(sorted(ENVIRONMENTS)), overrides=st.dictionaries(KEYS, TEXT, max_size=4))
def test_any_text_is_either_accepted_or_refused_by_name(environment: str, overrides: dict[str, str]) -> None:
    for problem in problems(environment, overrides):
        assert problem.key in settings()
        assert problem.allowed


@given(key=TEXT.filter(lambda text: text not in settings()), value=TEXT)
def test_any_unknown_name_is_refused(key: str, value: str) -> None:
    assert [problem.key for problem in problems("production", {key: value})] == [key]


@given(environment=st.sampled_from(sorted(ENVIRONMENTS)))
def test_what_a_config_says_makes_the_same_config_again(environment: str) -> None:
    config = load_config(environment)
    assert load_config(environment, flat(config)) == config


def as_text(value: object) -> str:
    """A value as a person would write it after `-c NAME=`."""
    if value is None:
        return "none"
    if isinstance(value, tuple):
        return ",".join(value)
    if isinstance(value, Mapping):
        return ",".join(f"{name}={content}" for name, content in value.items())
    return str(value).lower() if isinstance(value, bool) else str(value)


@given(environment=st.sampled_from(sorted(ENVIRONMENTS)), keys=st.sets(KEYS, max_size=6))
def test_a_setting_written_as_text_means_the_same(environment: str, keys: set[str]) -> None:
    values = flat(load_config(environment))
    assert load_config(environment, {key: as_text(values[key]) for key in keys}) == load_config(environment)


@given(cpu=st.integers(1, 20000), memory=st.integers(1, 130000))
def test_a_task_size_is_accepted_exactly_when_fargate_offers_it(cpu: int, memory: int) -> None:
    offered = memory in aws.FARGATE_MEMORY_MIB.get(cpu, ())
    assert _accepted(task_cpu=cpu, task_memory_mib=memory) == offered


@given(cpu=st.sampled_from(sorted(aws.FARGATE_MEMORY_MIB)), data=st.data())
def test_every_size_that_fargate_offers_is_accepted(cpu: int, data: st.DataObject) -> None:
    assert _accepted(task_cpu=cpu, task_memory_mib=data.draw(st.sampled_from(aws.FARGATE_MEMORY_MIB[cpu])))


@given(fewest=st.integers(1, 100), most=st.integers(1, 100))
def test_task_counts_are_accepted_exactly_when_in_order(fewest: int, most: int) -> None:
    assert _accepted(min_tasks=fewest, max_tasks=most) == (fewest <= most)


@given(nodes=st.integers(1, 6), failover=st.booleans())
def test_failover_is_accepted_exactly_with_a_replica(nodes: int, failover: bool) -> None:
    assert _accepted(redis_nodes=nodes, redis_automatic_failover=failover) == (nodes > 1 or not failover)


@given(starts=st.lists(st.integers(0, 255), min_size=4, max_size=4), prefixes=st.lists(st.integers(24, 28), min_size=4, max_size=4))
def test_a_planned_layout_gives_each_tier_exactly_its_blocks(starts: list[int], prefixes: list[int]) -> None:
    vpc = IPv4Network("10.0.0.0/16")
    tiers = {tier: _pair(start * 256, prefix) for tier, start, prefix in zip(TIERS, starts, prefixes, strict=True)}
    try:
        groups = plan_subnets(vpc, tiers)
    except SubnetPlanError:
        return
    position = int(vpc.network_address)
    for group in groups:
        size = 2 ** (32 - group.prefix_length)
        assert position % size == 0
        if group.tier:
            assert position == int(tiers[group.tier][0].network_address)
        position += 2 * size


def _pair(offset: int, prefix: int) -> tuple[IPv4Network, IPv4Network]:
    first = int(IPv4Network("10.0.0.0/16").network_address) + offset
    return IPv4Network((first, prefix)), IPv4Network((first + 2 ** (32 - prefix), prefix))


def _accepted(**overrides: object) -> bool:
    return problems("production", overrides) == ()


@given(text=TEXT)
def test_parsing_never_fails(text: str) -> None:
    for setting in settings().values():
        parse(setting, text)
