"""Usual slips in values: why one has another form than it should. No sentence has a part of the value in it."""

import re

_KINDS = re.compile(r"-----BEGIN (?P<kind>[A-Z ]*PRIVATE KEY)-----")
_TAKEN = ("PRIVATE KEY", "RSA PRIVATE KEY")

_SLIPS = (
    (re.compile(r"-----BEGIN ENCRYPTED "), "is a private key with a passphrase"),
    (re.compile(r"-----BEGIN [^\n]*\\n"), r"is a key in one line, with \n as text: in a dotenv file, put it in double quotes"),
    (re.compile(r"-----BEGIN [^\n]*-----\Z"), "is the first line of a key only: in a dotenv file, put the whole key in double quotes"),
    (re.compile(r"-----BEGIN .*\n[ \t]", re.DOTALL), "is a key with indented lines: each must begin at the margin"),
    (re.compile(r"\$(?:\{\w+\}|\w+)\Z"), "names another variable, and `$` has no meaning here"),
    (re.compile(r"[^\x00-\x7f]"), "has a character outside ASCII, perhaps an invisible one: copy it again"),
    (re.compile(r";\Z"), "ends with a semicolon"),
    (re.compile(r"\A(['\"]).*\1\Z", re.DOTALL), "has quotes of its own around it"),
)
"""What a value looks like -> what went wrong, the most certain first."""


def slip(text: str) -> str | None:
    """What probably went wrong with a value of the wrong form; None for none of the usual slips."""
    named = _KINDS.match(text)
    if named and named["kind"] not in (*_TAKEN, "ENCRYPTED PRIVATE KEY"):
        return f"is an {named['kind']} in PEM, of another kind than the exchange takes"
    return next((said for looks, said in _SLIPS if looks.search(text)), None)
