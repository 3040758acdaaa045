"""What a person has to know and can mend."""


class UserError(Exception):
    """Ends a command with its message, one line, and exit code 1. No traceback: nothing is wrong with the program."""
