"""The function that sends alarms to Telegram, as its template holds it: the source, and the line that says where to."""

from pathlib import Path
from typing import Literal

_SOURCE = Path(__file__).parents[1] / "functions" / "telegram_notifier.py"

RUNTIME = "python3.14"
HANDLER = "index.handler"
"""CloudFormation puts source text into a module named index."""

MEMORY_MIB = 128
TIMEOUT_SECONDS = 90
"""Three tries, each answered after almost ten seconds, and two waits of twenty."""

DESCRIPTION = "Sends alarms to a Telegram chat"
TOKEN_SECRET = "telegram-bot-token"  # noqa: S105 - the name of a secret, not its value


def notifier_source(*, secret: str, chat: str, language: Literal["en", "ko"], pages: str) -> str:
    """The text of the function. `secret` is the ARN of the bot's token, `pages` that of the topic that pages, empty without one."""
    given = {"held_by": secret, "chat": chat, "language": language, "pages": pages}
    arguments = ", ".join(f"{key}={value!r}" for key, value in given.items())
    return f"{_SOURCE.read_text(encoding='utf-8')}\n\nhandler = TelegramNotifier({arguments})\n"
