"""What the web ACL blocked, from the log of a local cloud."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.deployed import session_of
from tests.operations.waf_records import blocked
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design.web_acl_rules import RATE_LIMIT
from tradingbot_infra.errors import UserError
from tradingbot_infra.local_cloud.server import running
from tradingbot_infra.operations.live import web_acl_log
from tradingbot_infra.operations.live.web_acl_log import OVER, read_blocked
from tradingbot_infra.operations.session import Session

pytestmark = pytest.mark.local_cloud

NAMES = load_config("production").names
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A local cloud without log groups."""
    with running(tmp_path_factory.mktemp("logs")) as cloud:
        yield session_of(cloud)


@pytest.fixture
def session(empty: Session) -> Iterator[Session]:
    """The same with the empty log of a web ACL."""
    empty.logs.create_log_group(logGroupName=NAMES.web_acl_log_group)
    empty.logs.create_log_stream(logGroupName=NAMES.web_acl_log_group, logStreamName="waf")
    yield empty
    empty.logs.delete_log_group(logGroupName=NAMES.web_acl_log_group)


def write(session: Session, *records: tuple[int, dict[str, object]]) -> None:
    """Records, each some minutes before NOW."""
    events = [
        {"timestamp": int((NOW - timedelta(minutes=ago)).timestamp() * 1000), "message": json.dumps(record)}
        for ago, record in sorted(records, key=lambda each: each[0], reverse=True)
    ]
    session.logs.put_log_events(logGroupName=NAMES.web_acl_log_group, logStreamName="waf", logEvents=events)  # type: ignore[arg-type]  # plain


def test_requests_are_summed_by_rule_and_path_and_the_newest_come_first(session: Session) -> None:
    write(
        session,
        (50, blocked("SQLi_COOKIE", "/a")),
        (40, blocked("SQLi_COOKIE", "/a", client="198.51.100.7", country="SG")),
        (30, blocked("SQLi_COOKIE", "/b")),
        (20, blocked("PROPFIND_METHOD", "/a")),
        (10, blocked("SQLi_COOKIE", "/a")),
    )
    found = read_blocked(session, NAMES, until=NOW)
    assert [(each.rule, each.path, each.requests) for each in found] == [
        ("SQLi_COOKIE", "/a", 3),
        ("PROPFIND_METHOD", "/a", 1),
        ("SQLi_COOKIE", "/b", 1),
    ]
    assert found[0].clients == ("203.0.113.9 (AU)", "198.51.100.7 (SG)")
    assert str(found[0]) == ("SQLi_COOKIE /a: 3 requests, newest 2026-11-24 11:50:00 UTC, from 203.0.113.9 (AU), 198.51.100.7 (SG)")


def test_the_web_acls_own_rule_is_named_and_what_passed_or_is_older_does_not_count(session: Session) -> None:
    write(
        session,
        (int(OVER.total_seconds() // 60) + 1, blocked("SQLi_COOKIE", "/old")),
        (5, blocked(RATE_LIMIT, "/")),
        (4, blocked("SQLi_BODY", "/counted", action="ALLOW")),
    )
    assert [(each.rule, each.path) for each in read_blocked(session, NAMES, until=NOW)] == [(RATE_LIMIT, "/")]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/webhook/123456:SENTINEL-token", "/webhook/1234..."),
        ("/webhook/123456%3ASENTINEL", "/webhook/1234..."),
        ("/hooks/0123456789abcdefSENTINEL0123", "/hooks/0123..."),
        ("/x?token=SENTINEL", "/x"),
        ("/\x1b[31mred\u202e", "/?[31mred?"),
        ("", "/"),
        ("/" + "a/" * 500, "/" + "a/" * 59 + "a"),
    ],
    ids=range(7),
)
def test_nothing_that_may_be_secret_or_moves_a_terminal_is_shown(session: Session, path: str, shown: str) -> None:
    write(session, (5, blocked("SQLi_COOKIE", path, client="\x1b]0;x")))
    (found,) = read_blocked(session, NAMES, until=NOW)
    assert found.path == shown
    assert "SENTINEL" not in repr(found)
    assert "\x1b" not in str(found)


def test_a_flood_is_read_up_to_a_bound(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_acl_log, "AT_MOST", 3)
    write(session, *((number + 1, blocked(RATE_LIMIT, "/")) for number in range(5)))
    assert [each.requests for each in read_blocked(session, NAMES, until=NOW)] == [3]


def test_a_record_without_its_fields_still_counts(session: Session) -> None:
    write(session, (5, {"action": "BLOCK"}))
    assert [(each.rule, each.path, each.clients) for each in read_blocked(session, NAMES, until=NOW)] == [("?", "/", ("? (?)",))]


def test_without_a_log_there_is_one_line(empty: Session) -> None:
    with pytest.raises(UserError, match=r"^aws-waf-logs-tradingbot-ai-production: there is no such log group"):
        read_blocked(empty, NAMES, until=NOW)
