"""Actions that the load balancer answers itself: fixed responses and redirects ("Rule action types")."""

from collections.abc import Mapping

from aiohttp import web

from tradingbot_infra.local_cloud.load_balancing import pages
from tradingbot_infra.local_cloud.load_balancing.requests import Asked


def fixed_response(settings: Mapping[str, str]) -> web.Response:
    """What the action holds."""
    return pages.page(int(settings["StatusCode"]), settings.get("MessageBody", ""), settings.get("ContentType", "text/plain"))


def redirect(asked: Asked, settings: Mapping[str, str]) -> web.Response:
    """The answer that sends the client elsewhere; #{protocol}, #{host}, #{port}, #{path} and #{query} keep what it asked for.

    #{port} is the port that it reached, which on this machine may stand for another.
    """
    kept = {
        "#{protocol}": asked.at.protocol,
        "#{host}": asked.host,
        "#{port}": str(asked.at.served_port),
        "#{path}": asked.path.removeprefix("/"),
        "#{query}": asked.query,
    }
    protocol = _filled(settings.get("Protocol", "#{protocol}"), kept).lower()
    host, port = _filled(settings.get("Host", "#{host}"), kept), _filled(settings.get("Port", "#{port}"), kept)
    path, query = _filled(settings.get("Path", "/#{path}"), kept), _filled(settings.get("Query", "#{query}"), kept)
    location = f"{protocol}://{host}:{port}{path}" + (f"?{query}" if query else "")
    return pages.titled(int(settings["StatusCode"].removeprefix("HTTP_")), Location=location)


def _filled(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(name, value)
    return text
