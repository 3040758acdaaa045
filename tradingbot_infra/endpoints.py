"""Whether an address is one of this machine's own, and how S3 Control is reached there."""

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit


def is_on_this_machine(host: str) -> bool:
    """Whether a name or address is one of this machine's own."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def reach_s3_control(client: Any) -> None:
    """Makes a boto3 client of S3 Control ask an endpoint on this machine as it is named.

    boto3 puts the account's number and a dot before every host, as AWS's own endpoint wants it, and so before an address of this machine
    too, which is then no address. Other services' clients and AWS's own endpoint are left alone.
    """
    client.meta.events.register("before-send.s3-control", _without_account)


def _without_account(request: Any, **_: Any) -> None:
    url = urlsplit(request.url)
    account, _, host = url.netloc.partition(".")
    if account.isdigit() and is_on_this_machine(host.partition(":")[0]):
        request.url = url._replace(netloc=host).geturl()
