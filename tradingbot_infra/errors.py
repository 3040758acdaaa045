"""What a person has to know and can mend."""


class UserError(Exception):
    """Ends a command with its message, one line, and exit code 1. No traceback: nothing is wrong with the program."""


class NotAnswered(UserError):  # noqa: N818 - reads as the sentence it is
    """AWS could not be asked, or refused: credentials, permission, network, or nothing is deployed. Ends with exit code 3."""
