"""What reaches Telegram of an alarm, and what never does."""

import json
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest

from tradingbot_infra.design.telegram import NOTIFIER, notifier_source
from tradingbot_infra.functions import telegram_notifier
from tradingbot_infra.functions.telegram_notifier import RefusedError, TelegramNotifier

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

BOT = "123456789:" + "A" * 35
PAGES, MAILS = (f"arn:aws:sns:ap-southeast-2:111122223333:tradingbot-ai-production-{name}" for name in ("pages", "alarms"))
ALARM_ARN = "arn:aws:cloudwatch:ap-southeast-2:111122223333:alarm:tradingbot-ai-production-{}"

CLASSIC: dict[str, Any] = {
    "AlarmName": "tradingbot-ai-production-service-down",
    "AlarmDescription": "No task passes its health check",
    "AWSAccountId": "111122223333",
    "AlarmConfigurationUpdatedTimestamp": "2026-11-30T10:00:00.000+0000",
    "NewStateValue": "ALARM",
    "NewStateReason": "Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as [Breaching].",
    "StateChangeTime": "2026-11-30T12:00:00.000+0000",
    "Region": "Asia Pacific (Sydney)",
    "AlarmArn": ALARM_ARN.format("service-down"),
    "OldStateValue": "OK",
    "OKActions": [PAGES],
    "AlarmActions": [PAGES],
    "InsufficientDataActions": [],
    "Trigger": {"MetricName": "HealthyHostCount", "Namespace": "AWS/ApplicationELB", "StatisticType": "Statistic", "Threshold": 1.0},
}
COMPOSITE: dict[str, Any] = {
    "AlarmName": "tradingbot-ai-production-trading-outage",
    "AlarmDescription": "거래가 멈췄습니다",
    "NewStateValue": "ALARM",
    "NewStateReason": f"{ALARM_ARN.format('no-orders')} transitioned to ALARM at Monday 30 November, 2026 12:00:00 UTC",
    "StateChangeTime": "2026-11-30T12:00:00.000+0000",
    "AlarmArn": ALARM_ARN.format("trading-outage"),
    "AlarmRule": f'(ALARM("{ALARM_ARN.format("no-orders")}") OR ALARM("{ALARM_ARN.format("price-stale")}"))',
    "TriggeringChildren": [
        {"Arn": ALARM_ARN.format("no-orders"), "State": {"Value": "ALARM", "Timestamp": "2026-11-30T12:00:00.000+0000"}},
        {"Arn": ALARM_ARN.format("price-stale"), "State": {"Value": "OK", "Timestamp": "2026-11-30T11:00:00.000+0000"}},
    ],
}
PROMQL: dict[str, Any] = {
    "AlarmName": "tradingbot-ai-production-order-loop",
    "NewStateValue": "ALARM",
    "NewStateReason": "1 contributor is in ALARM",
    "StateChangeTime": "2026-11-30T12:00:00.000+0000",
    "AlarmContributorAttributes": {"strategy": "trend"},
}


class Telegram:
    """A server that takes sendMessage: the answers that it gives, one after the other and the last one again, and what it was sent."""

    def __init__(self, *answers: tuple[int, dict[str, Any]]) -> None:
        self.answers = list(answers) or [(200, {"ok": True})]
        self.got: list[dict[str, Any]] = []
        self.paths: list[str] = []

    def answer(self) -> tuple[int, dict[str, Any]]:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def serving(telegram: Telegram) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            telegram.paths.append(self.path)
            telegram.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            status, body = telegram.answer()
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the function waits, without waiting; Secrets Manager has the bot's token."""
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    gives(monkeypatch, BOT)
    return slept


def gives(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    client = SimpleNamespace(get_secret_value=lambda SecretId: {"SecretString": value})  # noqa: N803 - as boto3 names it
    monkeypatch.setitem(sys.modules, "boto3", SimpleNamespace(client=lambda _: client))


def event(message: object, topic: str = PAGES, subject: str | None = None) -> dict[str, Any]:
    text = message if isinstance(message, str) else json.dumps(message)
    return {"Records": [{"EventSource": "aws:sns", "Sns": {"TopicArn": topic, "Subject": subject, "Message": text}}]}


def sent(
    telegram: Telegram,
    message: object,
    monkeypatch: pytest.MonkeyPatch,
    *,
    topic: str = PAGES,
    language: str = "en",
    subject: str | None = None,
) -> dict[str, Any]:
    with serving(telegram) as address:
        monkeypatch.setenv("TELEGRAM_API_URL", address)
        TelegramNotifier(held_by="arn:secret", chat="-100", language=language, pages=PAGES)(event(message, topic, subject), None)
    return telegram.got[-1]


@pytest.mark.usefixtures("waits")
class TestWhatIsSent:
    def test_a_page_says_what_why_and_since_when_and_makes_a_sound(self, monkeypatch: pytest.MonkeyPatch) -> None:
        telegram = Telegram()
        got = sent(telegram, CLASSIC, monkeypatch)
        assert telegram.paths == [f"/bot{BOT}/sendMessage"]
        assert (got["chat_id"], got["disable_notification"]) == ("-100", False)
        assert "parse_mode" not in got
        assert got["text"].splitlines() == [
            "[PAGE] tradingbot-ai-production-service-down: rings",
            "No task passes its health check",
            f"Why: {CLASSIC['NewStateReason']}",
            "Since: 2026-11-30T12:00:00.000+0000",
        ]

    def test_a_composite_alarm_names_the_children_that_ring_and_no_other(self, monkeypatch: pytest.MonkeyPatch) -> None:
        text = sent(Telegram(), COMPOSITE, monkeypatch, language="ko")["text"]
        assert text.startswith("[긴급 호출] tradingbot-ai-production-trading-outage: 경보 발생")
        assert "울리는 경보: tradingbot-ai-production-no-orders\n" in text
        assert "price-stale" not in text

    def test_an_alarm_on_promql_says_which_series(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert "About: strategy=trend" in sent(Telegram(), PROMQL, monkeypatch)["text"]

    @pytest.mark.parametrize(("topic", "state"), [(MAILS, "ALARM"), (MAILS, "OK"), (PAGES, "OK")])
    def test_mail_and_the_end_of_an_alarm_are_silent(self, topic: str, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
        assert sent(Telegram(), {**CLASSIC, "NewStateValue": state}, monkeypatch, topic=topic)["disable_notification"] is True

    def test_a_message_that_is_no_alarm_goes_as_it_is(self, monkeypatch: pytest.MonkeyPatch) -> None:
        got = sent(Telegram(), "A deployment was rolled back\nto 7", monkeypatch, topic=MAILS, subject="Deployment")
        assert got["text"] == "Deployment\nA deployment was rolled back\nto 7"

    @pytest.mark.parametrize(
        "message", ["[1, 2]", "null", '{"AlarmName": null}', "", '{"AlarmName": "x", "TriggeringChildren": [1, {"State": null}]}']
    )
    def test_a_strange_message_is_sent_and_not_lost(self, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
        assert sent(Telegram(), message, monkeypatch)["text"]

    @pytest.mark.parametrize("hostile", ["<b>x</b> [a](http://evil)", "*_`~|", "a\r\n[PAGE] forged: rings", "\u202egnp.exe", "\x00\x1b[2J"])
    def test_text_of_others_stays_text_in_its_line(self, hostile: str, monkeypatch: pytest.MonkeyPatch) -> None:
        got = sent(Telegram(), {**CLASSIC, "NewStateReason": hostile}, monkeypatch)
        assert "parse_mode" not in got
        assert got["link_preview_options"] == {"is_disabled": True}
        assert len(got["text"].splitlines()) == 4
        assert not set(got["text"]) & {"\u202e", "\x00", "\x1b", "\r"}

    @pytest.mark.parametrize("letter", ["x", "가", "😀"])
    def test_a_message_is_no_longer_than_telegram_takes(self, letter: str, monkeypatch: pytest.MonkeyPatch) -> None:
        for long in ({**CLASSIC, "NewStateReason": letter * 5000, "AlarmDescription": letter * 5000}, letter * 5000):
            text = sent(Telegram(), long, monkeypatch)["text"]
            assert len(text.encode("utf-16-le")) // 2 < 4096
            assert "(shortened)" in text


class TestWhatIsTriedAgain:
    def test_it_waits_as_long_as_telegram_says(self, waits: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
        telegram = Telegram((429, {"ok": False, "description": "Too Many Requests", "parameters": {"retry_after": 7}}), (200, {"ok": True}))
        sent(telegram, CLASSIC, monkeypatch)
        assert (len(telegram.got), waits) == (2, [7])

    def test_it_does_not_wait_longer_than_its_own_time(self, waits: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
        telegram = Telegram((429, {"parameters": {"retry_after": 3600}}))
        with pytest.raises(RefusedError, match="429"):
            sent(telegram, CLASSIC, monkeypatch)
        assert len(telegram.got) == telegram_notifier.TRIES
        assert sum(waits) + telegram_notifier.TRIES * telegram_notifier.TIMEOUT_SECONDS < NOTIFIER.timeout_seconds

    @pytest.mark.parametrize("status", [400, 401, 403, 404])
    def test_a_refusal_is_not_tried_again(self, status: int, waits: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
        telegram = Telegram((status, {"ok": False, "description": f"no bot{BOT}"}))
        with pytest.raises(RefusedError) as refused:
            sent(telegram, CLASSIC, monkeypatch)
        assert (len(telegram.got), waits) == (1, [])
        assert str(status) in str(refused.value)
        assert BOT not in str(refused.value)

    @pytest.mark.usefixtures("waits")
    def test_no_answer_is_an_error_without_the_address(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        monkeypatch.setattr(telegram_notifier, "TIMEOUT_SECONDS", 0.2)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            monkeypatch.setenv("TELEGRAM_API_URL", f"http://127.0.0.1:{silent.getsockname()[1]}")
            with pytest.raises(RefusedError) as refused:
                TelegramNotifier(held_by="x", chat="-100", language="en", pages=PAGES)(event(CLASSIC), None)
        assert str(refused.value) == "no answer of Telegram: TimeoutError"
        assert refused.value.__cause__ is None
        assert BOT not in "".join(capsys.readouterr())

    @pytest.mark.parametrize("value", ["", "REPLACE_ME", f"{BOT}\nHost: evil", "1:2"])
    def test_a_placeholder_is_not_sent_anywhere(self, value: str, waits: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
        gives(monkeypatch, value)
        telegram = Telegram()
        with pytest.raises(RefusedError, match="holds no token") as refused:
            sent(telegram, CLASSIC, monkeypatch)
        assert (telegram.got, waits) == ([], [])
        assert not value or value not in str(refused.value)

    @pytest.mark.usefixtures("waits")
    def test_nothing_of_the_bot_is_printed(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        sent(Telegram(), CLASSIC, monkeypatch)
        printed = "".join(capsys.readouterr())
        assert "service-down" in printed
        assert BOT not in printed
        assert BOT.partition(":")[2] not in printed


def test_the_deployed_source_is_a_handler_that_knows_both_languages() -> None:
    made: dict[str, Any] = {}
    exec(notifier_source(secret="arn:x", chat="-100", language="ko", pages=PAGES), made)  # noqa: S102, S106 - as Lambda does; an ARN
    assert callable(made["handler"])
    assert made["WORDS"]["en"].keys() == made["WORDS"]["ko"].keys()
