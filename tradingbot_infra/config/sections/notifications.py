"""Notifications: who is paged, in which language, and in which chat."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from tradingbot_infra.config.errors import Problem
from tradingbot_infra.config.sections.base import Section, setting


class NotificationsConfig(Section, title="Notifications"):
    """What becomes of an alarm beside the e-mail to alarm_emails."""

    paging_emails: tuple[Annotated[str, Field(pattern=r"^[^@\s,]+@[^@\s,]+\.[^@\s,]+$")], ...] = setting(
        "E-mail addresses that get alarms of severity page only, such as the one of an on-call service; without any, alarm_emails get them",
        allowed="e-mail addresses, at most 10, separated by commas, or nothing",
        max_length=10,
    )
    alarm_language: Literal["en", "ko"] = setting("Language of alarm messages")
    chat: Literal["none", "slack", "telegram"] = setting(
        "Chat that gets alarms too: Slack by Amazon Q Developer in chat applications, Telegram by a function"
    )
    slack_workspace_id: str | None = setting(
        "Slack workspace, which the console has authorized for Amazon Q Developer in chat applications",
        allowed="an id such as T01234567, with chat=slack, or none",
        pattern=r"^[TE][0-9A-Z]{2,30}$",
    )
    slack_channel_id: str | None = setting(
        "Slack channel", allowed="an id such as C01234567, with chat=slack, or none", pattern=r"^[CG][0-9A-Z]{2,30}$"
    )
    telegram_chat_id: str | None = setting(
        "Telegram chat: the bot of secret telegram-bot-token must be a member",
        allowed="a number, negative for a group, or @ and a channel's name, with chat=telegram, or none",
        pattern=r"^(-?[0-9]{1,20}|@[A-Za-z][A-Za-z0-9_]{4,31})$",
    )


def a_chat_has_an_address(notifications: NotificationsConfig) -> Iterator[Problem]:
    needed = {
        "slack_workspace_id": ("slack", notifications.slack_workspace_id),
        "slack_channel_id": ("slack", notifications.slack_channel_id),
        "telegram_chat_id": ("telegram", notifications.telegram_chat_id),
    }
    for name, (chat, value) in needed.items():
        if notifications.chat == chat and value is None:
            yield Problem(name, value, f"chat={chat} needs it", "an id, or chat=none")
        if notifications.chat != chat and value is not None:
            yield Problem(name, value, f"chat is {notifications.chat}", f"none, or chat={chat}")
