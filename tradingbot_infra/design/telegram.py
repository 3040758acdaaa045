"""The function that sends alarms to Telegram, as its template holds it: the source, and the line that says where to."""

from typing import Literal

from tradingbot_infra.design.inline_function import InlineFunction

NOTIFIER = InlineFunction(
    file="telegram_notifier.py",
    description="Sends alarms to a Telegram chat",
    # Three tries, each answered after almost ten seconds, and two waits of twenty.
    timeout_seconds=90,
)
TOKEN_SECRET = "telegram-bot-token"  # noqa: S105 - the name of a secret, not its value


def notifier_source(*, secret: str, chat: str, language: Literal["en", "ko"], pages: str) -> str:
    """The text of the function. `secret` is the ARN of the bot's token, `pages` that of the topic that pages, empty without one."""
    return NOTIFIER.source_with("TelegramNotifier", {"held_by": secret, "chat": chat, "language": language, "pages": pages})
