"""Whether an address is one of this machine's own, how S3 Control is reached there, and an API that botocore has no model of."""

from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_MODELS = Path(__file__).parent / "service_models"


def know_promql(core: Any) -> None:
    """Gives a session of botocore the service `promql`: CloudWatch's Prometheus-compatible APIs.

    AWS documents them as plain HTTP, signed for `monitoring` (CloudWatch User Guide, "QueryMetrics"), and the SDKs have no client of
    them. With a model of botocore's own form they are reached as every other API is: credentials, endpoint, proxy and retries alike.
    """
    paths = core.get_component("data_loader").search_paths
    if str(_MODELS) not in paths:
        paths.append(str(_MODELS))


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
