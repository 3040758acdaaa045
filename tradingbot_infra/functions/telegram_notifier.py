"""Sends what the topics of alarms say to a Telegram chat.

The text goes as it is: without a parse mode nothing in an alarm's reason is markup (Telegram Bot API, "Formatting options"). The bot's
token is read at each call, and is part of the address: no address and no error with one is ever logged. Nothing is needed besides Python
and the boto3 of Lambda's runtime.
"""

import http.client
import json
import os
import re
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

MOST_CHARACTERS = 3500
"""Of a message: Telegram takes 4,096 UTF-16 units (Telegram Bot API, "sendMessage")."""

MOST_OF_A_REASON = 700

TIMEOUT_SECONDS = 10
"""Of one answer."""

TRIES = 3
LONGEST_WAIT_SECONDS = 20
"""Between two tries. Lambda itself calls twice more when all fail, minutes later."""

MOST_BYTES = 65_536
"""Of an answer that are read."""

_FORM = re.compile(r"[0-9]{5,16}:[A-Za-z0-9_-]{30,64}")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")

WORDS = {
    "en": {
        "page": "PAGE",
        "mail": "Notice",
        "ALARM": "rings",
        "OK": "is over",
        "INSUFFICIENT_DATA": "has no data",
        "reason": "Why",
        "since": "Since",
        "children": "Part of it",
        "about": "About",
        "more": "(shortened)",
    },
    "ko": {
        "page": "긴급 호출",
        "mail": "알림",
        "ALARM": "경보 발생",
        "OK": "경보 해제",
        "INSUFFICIENT_DATA": "데이터 없음",
        "reason": "사유",
        "since": "시각",
        "children": "울리는 경보",
        "about": "대상",
        "more": "(이하 생략)",
    },
}


class RefusedError(Exception):
    """Telegram did not take a message. The text never has the token."""


class TelegramNotifier:
    """The handler.

    `held_by` is the ARN of the secret with the bot's token, `chat` the chat's id, `pages` the ARN of the topic that pages: its alarms make
    a sound, all others are silent.
    """

    def __init__(self, *, held_by: str, chat: str, language: str, pages: str) -> None:
        self._held_by = held_by
        self._chat = chat
        self._words = WORDS[language]
        self._pages = pages

    def __call__(self, event: dict[str, Any], _: object) -> None:
        """Sends each message of an event of SNS. Raises RefusedError if one does not arrive, so that Lambda calls again."""
        for record in event["Records"]:
            notification = record["Sns"]
            paged = notification.get("TopicArn") == self._pages
            alarm = _alarm(notification.get("Message", ""))
            text = "\n".join(self._lines(alarm, paged)) if alarm else _plain(notification)
            sounds = paged and alarm.get("NewStateValue") != "OK"
            self._send(self._clipped(text, MOST_CHARACTERS), silent=not sounds)
            sys.stdout.write(json.dumps({"sent": alarm.get("AlarmName", "a notice"), "state": alarm.get("NewStateValue")}) + "\n")

    def _lines(self, alarm: dict[str, Any], paged: bool) -> Iterator[str]:
        """What people need of an alarm."""
        state = str(alarm.get("NewStateValue"))
        severity = self._words["page" if paged else "mail"]
        yield f"[{severity}] {_line(alarm.get('AlarmName'))}: {self._words.get(state, _line(state))}"
        if alarm.get("AlarmDescription"):
            yield _line(alarm["AlarmDescription"])
        about = alarm.get("AlarmContributorAttributes")
        if isinstance(about, dict) and about:
            yield self._named("about", ", ".join(f"{_line(name)}={_line(value)}" for name, value in sorted(about.items())))
        children = [_line(child.get("Arn", "")).rpartition(":")[2] for child in _ringing(alarm.get("TriggeringChildren"))]
        if children:
            yield self._named("children", ", ".join(children))
        if alarm.get("NewStateReason"):
            yield self._named("reason", self._clipped(_line(alarm["NewStateReason"]), MOST_OF_A_REASON))
        yield self._named("since", _line(alarm.get("StateChangeTime")))

    def _named(self, word: str, text: str) -> str:
        return f"{self._words[word]}: {text}"

    def _clipped(self, text: str, most: int) -> str:
        """No more than so many UTF-16 units, as Telegram counts."""
        units = text.encode("utf-16-le")
        if len(units) // 2 <= most:
            return text
        return f"{units[: 2 * most].decode('utf-16-le', 'ignore')} {self._words['more']}"

    def _send(self, text: str, *, silent: bool) -> None:
        body = {"chat_id": self._chat, "text": text, "disable_notification": silent, "link_preview_options": {"is_disabled": True}}
        bot, problem = self._bot(), ""
        for number in range(1, TRIES + 1):
            status, problem, wait = _posted(bot, json.dumps(body).encode())
            if status == http.client.OK:
                return
            if not _is_worth_another(status):
                break
            if number < TRIES:
                time.sleep(min(wait or 2**number, LONGEST_WAIT_SECONDS))
        raise RefusedError(problem.replace(bot, "***"))

    def _bot(self) -> str:
        """Number and token, as Telegram's addresses have them."""
        import boto3

        value = str(boto3.client("secretsmanager").get_secret_value(SecretId=self._held_by)["SecretString"]).strip()
        if not _FORM.fullmatch(value):
            raise RefusedError("the secret telegram-bot-token holds no token of a bot; `secrets push` replaces it")
        return value


def _alarm(message: str) -> dict[str, Any]:
    """What CloudWatch says of an alarm; empty for other messages, as those of RDS and of deployments."""
    try:
        found = json.loads(message)
    except ValueError:
        return {}
    return found if isinstance(found, dict) and "AlarmName" in found else {}


def _plain(notification: dict[str, Any]) -> str:
    """A message that is no alarm's: its subject and its lines."""
    lines = [notification.get("Subject") or "", *str(notification.get("Message", "")).splitlines()]
    return "\n".join(line for line in map(_line, lines) if line) or "-"


def _ringing(children: object) -> list[dict[str, Any]]:
    """The children of a composite alarm that are in ALARM."""
    found = [child for child in children if isinstance(child, dict)] if isinstance(children, list) else []
    return [child for child in found if (child.get("State") or {}).get("Value") == "ALARM"]


def _line(value: object) -> str:
    """Text in one line, without characters that change how others are shown."""
    return _UNPRINTABLE.sub(" ", str(value)).strip()


def _is_worth_another(status: int) -> bool:
    """No answer (0), too many messages, or Telegram's own fault."""
    return status in (0, http.client.TOO_MANY_REQUESTS) or status >= http.client.INTERNAL_SERVER_ERROR


def _posted(bot: str, body: bytes) -> tuple[int, str, int]:
    """The status of one try (0 without an answer), what was wrong, and how many seconds Telegram asks to wait."""
    # Telegram's own address, unless a test has one of its own: the deployed function has no variables.
    place = urlsplit(os.environ.get("TELEGRAM_API_URL", "https://api.telegram.org"))
    kind = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
    connection = kind(place.netloc, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("POST", f"/bot{bot}/sendMessage", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        text = response.read(MOST_BYTES).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        return 0, f"no answer of Telegram: {type(error).__name__}", 0
    finally:
        connection.close()
    try:
        answer = json.loads(text)
        wait = int(answer.get("parameters", {}).get("retry_after", 0))
        return response.status, f"Telegram answers {response.status}: {_line(answer.get('description', ''))[:200]}", wait
    except (ValueError, AttributeError, TypeError):
        return response.status, f"Telegram answers {response.status}", 0
