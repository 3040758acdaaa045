"""The load balancer's own answers, such as those for errors."""

from http import HTTPStatus
from itertools import chain

from aiohttp import hdrs, web

SERVER = "awselb/2.0"
_REASONS = {408: "Request Time-out", 463: "", 503: "Service Temporarily Unavailable", 504: "Gateway Time-out"}


class ExactResponse(web.StreamResponse):
    """A response with the headers that it was given, its date and those that frame its body.

    aiohttp would add its own name and a content type, as if the target had written them.
    """

    async def _prepare_headers(self) -> None:
        given = {name.lower() for name in self.headers}
        await super()._prepare_headers()
        for name in (hdrs.SERVER, hdrs.CONTENT_TYPE):
            if name.lower() not in given:
                self.headers.popall(name, None)


def page(status: int, body: str, content_type: str, **headers: str) -> web.Response:
    """A complete answer that the load balancer makes itself."""
    named = {hdrs.SERVER: SERVER, hdrs.CONTENT_TYPE: content_type, **headers}
    return web.Response(status=status, reason=_reason(status), body=body.encode(), headers=named)


def titled(status: int, **headers: str) -> web.Response:
    """The page that shows only a status, as for every error of the load balancer."""
    title = f"{status} {_reason(status)}".strip()
    shown = (f"<head><title>{title}</title></head>", "<body>", f"<center><h1>{title}</h1></center>", "</body>")
    return page(status, "".join(f"{line}\r\n" for line in chain(("<html>",), shown, ("</html>",))), "text/html", **headers)


def _reason(status: int) -> str:
    return _REASONS[status] if status in _REASONS else HTTPStatus(status).phrase
