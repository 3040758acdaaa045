"""Addresses for servers, on which nothing listens."""

import socket

from tradingbot_infra.local_cloud import addresses
from tradingbot_infra.local_cloud.addresses import NoAddressError, Tier
from tradingbot_infra.local_cloud.data_stores.errors import DataStoreError


def take(tier: Tier, port: int) -> str:
    """A free address with this port free, to be given back by `addresses.give_back`.

    An address on whose port a stranger listens stays taken.

    Raises:
        DataStoreError: this machine has none.
    """
    passed = 0
    while True:
        try:
            address = addresses.take(tier)
        except NoAddressError as error:
            occupied = f"another program listens on port {port} of {passed} addresses of this machine; " if passed else ""
            raise DataStoreError(f"{occupied}{error}") from error
        if _is_free(address, port):
            return address
        passed += 1


def _is_free(address: str, port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Connections of an ended server linger for a minute and would refuse the port without this.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True
