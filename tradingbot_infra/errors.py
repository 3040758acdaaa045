"""Errors that a user can fix. Commands report them in one line, without a traceback."""


class UserError(Exception):
    """A wrong request, or one that cannot be done. Ends a command with its message and exit code 1."""


class NotAnswered(UserError):  # noqa: N818 - named after exit code NOT_ANSWERED
    """AWS did not answer or denied access (credentials, permission, network), or nothing is deployed. Ends with exit code 3."""
