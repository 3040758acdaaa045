"""Ends with one line if this Python is too old. Uses only syntax that every Python understands."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - older versions run it
    sys.exit("Python 3.11 or newer is needed, this is %d.%d; choose another: make PYTHON=python3.12" % sys.version_info[:2])  # noqa: UP031 - as above
