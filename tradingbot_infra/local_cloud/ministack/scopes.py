"""Account and region of the request being answered, and storage that keeps them apart."""

from contextlib import AbstractContextManager
from typing import Any

from ministack.core.responses import (
    AccountRegionScopedDict,
    AccountScopedDict,
    get_account_id,
    get_region,
    get_request_client_ip,
    request_scope,
)


def by_account_and_region() -> Any:
    """An empty dictionary that shows only what was stored under the account and region of the current request."""
    return AccountRegionScopedDict()


def by_account() -> Any:
    """An empty dictionary that shows only what was stored under the account of the current request, in whatever region."""
    return AccountScopedDict()


def arn(service: str, resource: str, *, regional: bool = True) -> str:
    """An ARN in the account and, unless it is a global resource, the region of the current request."""
    return f"arn:aws:{service}:{get_region() if regional else ''}:{get_account_id()}:{resource}"


def current() -> tuple[str, str]:
    """Account and region of the current request."""
    return get_account_id(), get_region()


def address() -> str:
    """The address that the current request came from."""
    return str(get_request_client_ip())


def within(account: str, region: str) -> AbstractContextManager[None]:
    """Makes this the account and region of what the block does."""
    entered: AbstractContextManager[None] = request_scope(account, region)
    return entered
