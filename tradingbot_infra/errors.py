"""Errors that a user can fix. Commands report them in one line, without a traceback."""


def quoted(word: str) -> str:
    """A word that somebody typed, visible in a line also where it is empty, or has a line end or another control character in it."""
    return word if word and word.isprintable() else repr(word)


class UserError(Exception):
    """A wrong request, or one that cannot be done. Ends a command with its message and exit code 1."""


class NotAnswered(UserError):  # noqa: N818 - named after exit code NOT_ANSWERED
    """AWS did not answer or denied access (credentials, permission, network), or nothing is deployed. Ends with exit code 3."""
