"""The load balancer's connections to targets, which are kept and used again."""

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector, hdrs

from tradingbot_infra.local_cloud.load_balancing.flows import CountedSocket

CONNECT_SECONDS = 10.0
"""How long a target may take to accept a connection ("Troubleshoot your Application Load Balancers", HTTP 504)."""
_LONGEST_HEADER = 32_768
"""Bytes of a response header ("Quotas for your Application Load Balancers")."""
_ADDED_BY_AIOHTTP = (hdrs.ACCEPT, hdrs.ACCEPT_ENCODING, hdrs.CONTENT_TYPE, hdrs.USER_AGENT)


def session(idle_seconds: float, address: str) -> ClientSession:
    """Connections from an address, which are closed when nothing was sent over them for so long.

    Targets see the load balancer's address: some trust X-Forwarded-For from 127.0.0.1 only, which would hide a fault.
    """
    made = ClientSession(
        connector=TCPConnector(
            limit=0,
            keepalive_timeout=idle_seconds,
            local_addr=(address, 0),
            socket_factory=lambda address_info: CountedSocket((str(address_info[4][0]), int(address_info[4][1]))),
        ),
        cookie_jar=DummyCookieJar(),
        auto_decompress=False,
        skip_auto_headers=_ADDED_BY_AIOHTTP,
        max_line_size=_LONGEST_HEADER,
        max_field_size=_LONGEST_HEADER,
        timeout=ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=idle_seconds),
    )
    # A request that met a connection which its target was closing is answered with 502 and not sent again.
    made._retry_connection = False  # noqa: SLF001 - aiohttp's own test client has no other way either
    return made
