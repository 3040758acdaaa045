"""Python imports this at its start inside a Lambda function of the local cloud, which reaches S3 Control at an address of this machine.

boto3 puts the account's number and a dot before the host of S3 Control. Names of AWS resolve with it, addresses do not.
"""

import re
import socket
from typing import Any

_ACCOUNT = re.compile(r"\d{12}\.(?=127\.|localhost$)")
_getaddrinfo = socket.getaddrinfo


def _without_account(host: Any, *arguments: Any, **named: Any) -> Any:
    return _getaddrinfo(_ACCOUNT.sub("", host, count=1) if isinstance(host, str) else host, *arguments, **named)


socket.getaddrinfo = _without_account
