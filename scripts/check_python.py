"""Says in one line when this Python is too old. Runs on any Python, so it uses nothing new."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - the point of the file
    sys.exit("Python 3.11 or newer is needed, this is %d.%d; name another with: make PYTHON=python3.12" % sys.version_info[:2])  # noqa: UP031
