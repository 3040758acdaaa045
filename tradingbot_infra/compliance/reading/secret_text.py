"""What in text is a secret: tokens of known forms, passwords in addresses and command lines, and what looks random.

The forms of tokens are those of detect-secrets (PyPI), with some of our own beside them. It is loaded for text that may hold a
secret only: loading it takes longer than all of our rules, and templates hold no such text.
"""

import re
from collections.abc import Callable
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from tradingbot_infra.compliance.reading.secret_names import is_secret

if TYPE_CHECKING:
    from detect_secrets.plugins.base import BasePlugin

_KNOWN = re.compile(
    r"\$\{[^}]*\}"  # a reference
    r"|\{\{resolve:.*?\}\}"  # a value that CloudFormation reads elsewhere
    r"|\barn:[\w-]*:[^\s\"',;|]*"
    r"|@sha256:[0-9a-f]{64}\b"
    r"|\b(?:asset\.)?[0-9a-f]{64}(?:\.zip|\.json)\b|\basset\.[0-9a-f]{64}\b"  # an asset of the CDK
    r"|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
    r"|\b(?:ami|eipalloc|eni|fs|i|igw|nat|pl|rtb|sg|snap|subnet|vol|vpc|vpce)-[0-9a-f]{8,17}\b"
    r"|(?<=[a-z])[0-9A-F]{8}\b"  # the end of a logical id of the CDK
)
"""Forms of text that look random and are no secret."""

_OURS = {
    "an AWS access key": r"\b(?:A3T[A-Z0-9]|ABIA|ACCA|AKIA|ASIA)[0-9A-Z]{12,}",
    "an Anthropic or OpenAI key": r"(?<![\w-])sk-[\w-]{16,}",
    "a GitHub token": r"\b(?:gh[pousr]_\w{30,}|github_pat_\w{20,})",
    "a GitLab token": r"\bgl(?:pat|dt|ft|soat|rt|cbt|ptt|imt|agent)-[\w-]{16,}",
    "a Slack token": r"\b(?:xox[a-z]-|xapp-)[\w-]{10,}|hooks\.slack\.com/services/\S+",
    "a Telegram bot token": r"(?<!\d)\d{8,10}:[\w-]{34,}",
    "a Google key": r"\bAIza[\w-]{30,}|\bya29\.[\w-]{20,}|\bGOCSPX-[\w-]{20,}",
    "a Stripe key": r"\b(?:[rs]k_(?:live|test)_|whsec_)\w{16,}",
    "a registry token": r"\b(?:npm_\w{30,}|pypi-[\w-]{30,}|dckr_pat_[\w-]{20,}|hf_\w{30,}|dop_v1_\w{30,})",
    "a SendGrid key": r"\bSG\.[\w-]{16,}\.[\w-]{16,}",
    "a JSON Web Token": r"\beyJ[\w-]{8,}\.eyJ?[\w-]{4,}\.?[\w-]*",
    "a private key": r"PRIVATE KEY|PuTTY-User-Key-File",
    "a password in an address": r"://[^/\s:@\"']*:[^/\s@\"']+@",
    "a key in clear": r"AccountKey=\S{40,}|SharedAccessSignature=\S+|[?&]X-Amz-Signature=\w+",
    "a header with a credential": r"\b(?:[Bb]earer|[Bb]asic)\s+[\w.~+/-]{12,}=*|\b[Xx]-[Aa]pi-[Kk]ey:\s*\S+",
    "a Fernet key": r"(?<![\w-])[\w-]{43}=(?![\w=])",
    "a password on a command line": r"\bcurl\b.*\s(?:-u|--user)\s*[^\s:]+:\S+|\bredis-cli\b.*\s-a\s+\S+|\brequirepass\s+\S+"
    r"|\bmysql\w*\b.*\s-p\S+|\bsshpass\s+-p\s*\S+",
}
_OUR_FORMS = tuple((kind, re.compile(pattern, re.DOTALL)) for kind, pattern in _OURS.items())

_VALUE = r"[\\\"']*(?P<value>[^\s\"'\\,;&|(){}\[\]<>:=][^\s\"'\\,;&|(){}<>]*)"
_ASSIGNMENT = re.compile(rf"(?P<name>[A-Za-z_][\w.-]*)[\\\"']*\s*(?::=|=>|[:=])\s*{_VALUE}")
"""`DB_PASS=x`, `"password": "x"`, `--token=x`."""

_FLAG = re.compile(rf"(?<!\S)--?(?P<name>[A-Za-z][\w-]*)\s+{_VALUE}")
"""`--token x`."""

_NO_VALUE = re.compile(r"(?i)true|false|none|null|yes|no|on|off|enabled|disabled|required|optional|[*.x#-]+|\0.*")

_RUN = re.compile(r"[A-Za-z0-9+/=_-]{16,}")
_PIECE = re.compile(r"[A-Za-z0-9+]+")
_HEX = re.compile(r"[0-9a-fA-F]{24,}")
_LEAST_TURNS = 3
"""A run is random when letters and digits take turns as often. Names have their digits at the end."""

_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_MEAN_WORD = 2.8
"""Letters and digits of a random run change case and kind after so many characters at most, on average."""

_SECRET_KEY_LENGTH = 40
_MEAN_WORD_OF_AWS = 3.3
"""The same for a run as long as AWS's secret access keys, whose length tells more."""

_PUNCTUATED = re.compile(r"[^\s\"'\\,;<>{}()\[\]|$\0]{12,}")
"""Where a password with punctuation may stand."""

_KINDS = tuple(re.compile(kind) for kind in ("[a-z]", "[A-Z]", r"\d", "[!@#%^&*?~]"))

_LEAST_BITS = 3.2
"""The least entropy of a random run, bits for each character. Sixteen random characters have 3.7, repeated ones much less."""

_PLAIN = "\0"
"""Stands in text for a known form."""


@lru_cache(maxsize=8192)
def kind_of_secret(text: str) -> str | None:
    """What kind of secret text holds, in words; None if it holds none. The words never repeat the text."""
    stripped = _KNOWN.sub(_PLAIN, text)
    if kind := form_of_secret(stripped):
        return kind
    if _assigns_a_secret(stripped):
        return "a value by the name of a secret"
    runs = [run for run in _RUN.findall(stripped) if _looks_random(run)]
    if any(map(_is_punctuated, _PUNCTUATED.findall(stripped))):
        return "text that looks like a password"
    return _detected(stripped, runs) if runs else None


def form_of_secret(text: str) -> str | None:
    """The kind of secret that text holds by its form alone; ids, which look random, have none of these forms."""
    return next((kind for kind, pattern in _OUR_FORMS if pattern.search(text)), None)


def may_look_random(text: str) -> bool:
    """Whether a name has so many digits among its letters that it, or a longer name with it, may be taken for a secret."""
    return _turns(text) > 1


def is_literal(value: str) -> bool:
    """Whether text by the name of a secret is a value itself: more than references, and more than yes or no."""
    rest = _KNOWN.sub("", value).strip()
    return bool(rest) and not _NO_VALUE.fullmatch(rest)


def _assigns_a_secret(text: str) -> bool:
    return any(
        is_secret(match["name"]) and not _NO_VALUE.fullmatch(match["value"])
        for pattern in (_ASSIGNMENT, _FLAG)
        for match in pattern.finditer(text)
    )


def _looks_random(run: str) -> bool:
    turns = _turns(run)
    return turns >= _LEAST_TURNS or bool(turns and (_HEX.search(run) or _changes_often(run)))


def _changes_often(run: str) -> bool:
    words = _WORDS.findall(run)
    mean = _MEAN_WORD_OF_AWS if len(run) == _SECRET_KEY_LENGTH else _MEAN_WORD
    return len(run) >= 20 and sum(map(len, words)) <= mean * len(words)


def _is_punctuated(text: str) -> bool:
    """A password of letters of either case, digits and punctuation; an address has slashes."""
    return "/" not in text and all(kind.search(text) for kind in _KINDS) and _turns(text) > 1


def _turns(run: str) -> int:
    """How often a letter follows a digit or a digit a letter."""
    return sum(first.isdigit() != second.isdigit() for piece in _PIECE.findall(run) for first, second in pairwise(piece))


def _detected(text: str, runs: list[str]) -> str | None:
    for plugin in _plugins():
        if any(True for _ in plugin.analyze_string(text)):
            return plugin.secret_type
    entropy = _entropy()
    return "text that looks random" if any(entropy(run) >= _LEAST_BITS for run in runs) else None


@cache
def _plugins() -> tuple["BasePlugin", ...]:
    """Detectors of tokens by their form. Those that need context, or that take any address or name for a token, are left out."""
    from detect_secrets.plugins.aws import AWSKeyDetector
    from detect_secrets.plugins.azure_storage_key import AzureStorageKeyDetector
    from detect_secrets.plugins.discord import DiscordBotTokenDetector
    from detect_secrets.plugins.github_token import GitHubTokenDetector
    from detect_secrets.plugins.gitlab_token import GitLabTokenDetector
    from detect_secrets.plugins.jwt import JwtTokenDetector
    from detect_secrets.plugins.mailchimp import MailchimpDetector
    from detect_secrets.plugins.openai import OpenAIDetector
    from detect_secrets.plugins.pypi_token import PypiTokenDetector
    from detect_secrets.plugins.sendgrid import SendGridDetector
    from detect_secrets.plugins.slack import SlackDetector
    from detect_secrets.plugins.square_oauth import SquareOAuthDetector
    from detect_secrets.plugins.stripe import StripeDetector
    from detect_secrets.plugins.telegram_token import TelegramBotTokenDetector
    from detect_secrets.plugins.twilio import TwilioKeyDetector

    return (
        AWSKeyDetector(),
        AzureStorageKeyDetector(),
        DiscordBotTokenDetector(),
        GitHubTokenDetector(),
        GitLabTokenDetector(),
        JwtTokenDetector(),
        MailchimpDetector(),
        OpenAIDetector(),
        PypiTokenDetector(),
        SendGridDetector(),
        SlackDetector(),
        SquareOAuthDetector(),
        StripeDetector(),
        TelegramBotTokenDetector(),
        TwilioKeyDetector(),
    )


@cache
def _entropy() -> Callable[[str], float]:
    from detect_secrets.plugins.high_entropy_strings import Base64HighEntropyString

    return Base64HighEntropyString().calculate_shannon_entropy
