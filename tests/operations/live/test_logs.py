"""Log lines, once and as they come, from the logs of a local cloud."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.deployed import session_of
from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design.log_lines import ERROR_PATTERNS
from tradingbot_infra.errors import UserError
from tradingbot_infra.local_cloud.server import running
from tradingbot_infra.operations.live.logs import SOURCES, Wanted, follow, lines, period, streams_of_task
from tradingbot_infra.operations.session import Session

GROUP = "/ecs/tradingbot-ai-production"
START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A local cloud that has one log group with one stream."""
    with running(tmp_path_factory.mktemp("logs")) as cloud:
        made = session_of(cloud)
        made.logs.create_log_group(logGroupName=GROUP)
        made.logs.create_log_stream(logGroupName=GROUP, logStreamName="task")
        yield made


@given(number=st.integers(0, 3653), unit=st.sampled_from("smhd"))
def test_a_period_is_a_number_and_a_unit(number: int, unit: str) -> None:
    seconds = {"s": 1, "m": 60, "h": 3600, "d": 86400}[unit]
    assert period(f"{number}{unit}") == timedelta(seconds=number * seconds)


@given(st.text(max_size=8).filter(lambda text: not (text[:-1].isdigit() and text[-1:] in "smhd")))
def test_anything_else_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(UserError, match="allowed: a number with s, m, h or d, such as 10m"):
        period(text)


@pytest.mark.parametrize("text", ["3654d", "999999d", "87673h"])
def test_a_period_beyond_what_is_kept_is_refused(text: str) -> None:
    with pytest.raises(UserError, match=rf"^{text}: is longer than CloudWatch Logs keeps anything; allowed: up to 3653d$"):
        period(text)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_source_names_a_log_group_of_the_environment(environment: str) -> None:
    names = load_config(environment).names
    groups = [group(names) for group in SOURCES.values()]
    assert len(set(groups)) == len(groups)
    assert all(names.prefix in group for group in groups)


def test_a_pattern_that_cloudwatch_logs_cannot_read_is_one_line_with_its_reason() -> None:
    with boto3_client("logs") as (client, stubber):
        wanted = {"logGroupName": GROUP, "startTime": int(START.timestamp() * 1000), "filterPattern": "{ $.level"}
        stubber.add_client_error("filter_log_events", "InvalidParameterException", "Invalid\nfilter pattern", expected_params=wanted)
        session = session_over(logs=client)
        with pytest.raises(UserError) as raised:
            list(lines(session, Wanted(GROUP, ("{ $.level",)), since=START))
    assert str(raised.value) == "{ $.level: CloudWatch Logs cannot read this filter pattern: Invalid filter pattern"


class TestOnTheLocalCloud:
    """What CloudWatch Logs answers, in the order in which lines come."""

    pytestmark = pytest.mark.local_cloud

    @staticmethod
    def put(session: Session, *messages: str, at: datetime) -> None:
        events: list[Any] = [
            {"timestamp": int((at + timedelta(seconds=number)).timestamp() * 1000), "message": message}
            for number, message in enumerate(messages)
        ]
        session.logs.put_log_events(logGroupName=GROUP, logStreamName="task", logEvents=events)

    def test_lines_come_oldest_first_from_the_time_on(self, session: Session) -> None:
        self.put(session, "zero", "one", '{"level": "ERROR", "message": "two :smile: [red]"}', at=START)
        found = list(lines(session, Wanted(GROUP), since=START + timedelta(seconds=1)))
        assert [line.message for line in found] == ["one", '{"level": "ERROR", "message": "two :smile: [red]"}']
        assert found[0].at == START + timedelta(seconds=1)
        assert found[0].stream == "task"

    def test_errors_are_those_that_the_alarm_counts(self, session: Session) -> None:
        self.put(session, "ERROR:    Exception in ASGI application", '{"level": "INFO"}', at=START + timedelta(seconds=1))
        found = [line.at for line in lines(session, Wanted(GROUP, ERROR_PATTERNS), since=START)]
        assert found == [START + timedelta(seconds=1), START + timedelta(seconds=2)]

    def test_lines_of_one_task_are_those_of_its_stream(self, session: Session) -> None:
        for task in ("0a", "0b"):
            session.logs.create_log_stream(logGroupName=GROUP, logStreamName=f"{streams_of_task(task)}1")
            event: Any = {"timestamp": int(START.timestamp() * 1000), "message": task}
            session.logs.put_log_events(logGroupName=GROUP, logStreamName=f"{streams_of_task(task)}1", logEvents=[event])
        assert [line.message for line in lines(session, Wanted(GROUP, streams=streams_of_task("0b")), since=START)] == ["0b"]
        assert list(lines(session, Wanted(GROUP, streams=streams_of_task("0c")), since=START)) == []

    def test_following_prints_each_line_once_also_one_that_arrives_late(self, session: Session) -> None:
        later = START + timedelta(hours=1)
        self.put(session, "a", "b", at=later)
        arrivals = iter([("c", later + timedelta(seconds=1)), ("late", later - timedelta(seconds=0)), ("d", later + timedelta(minutes=5))])

        def wait() -> None:
            message, at = next(arrivals)
            self.put(session, message, at=at)

        found = [line.message for line in islice(follow(session, Wanted(GROUP), since=later, wait=wait), 5)]
        assert found == ["a", "b", "c", "late", "d"]

    def test_a_group_that_is_not_there_is_one_line(self, session: Session) -> None:
        with pytest.raises(UserError, match=r"^/ecs/nothing: there is no such log group in ap-southeast-2; "):
            list(lines(session, Wanted("/ecs/nothing"), since=START))
