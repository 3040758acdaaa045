"""Calls of Grafana's HTTP API, and what their refusals mean.

Sources: Grafana documentation, "Dashboard HTTP API", "Dashboard Versions HTTP API" and "Folder HTTP API".
The token goes in one header, and is never printed.
"""

import http.client
import json
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

from tradingbot_infra.errors import UserError

_SECONDS = 30
_OURS = ("127.0.0.1", "localhost", "::1")
_NOT_FOUND, _CONFLICT, _CHANGED = 404, 409, 412
Document = dict[str, Any]


class GrafanaError(UserError):
    """Grafana refused, or is none, or is not there; one line for people."""


class ChangedInGrafana(GrafanaError):  # noqa: N818 - it says what happened, as its message does
    """Somebody saved the dashboard in Grafana after it was read."""


class Grafana:
    """One Grafana at an address, for whoever has a token of a service account that may write dashboards and folders."""

    def __init__(self, address: str, token: str) -> None:
        """Raises GrafanaError: the address is none, or would send the token unencrypted to another machine."""
        self._place = _place(address)
        self._token = token

    @property
    def address(self) -> str:
        """Where it is."""
        return self._place.geturl().rstrip("/")

    def folder(self, uid: str) -> Document | None:
        """A folder; None where there is none."""
        return self._get(f"/api/folders/{quote(uid, safe='')}")

    def create_folder(self, uid: str, title: str) -> None:
        """Creates a folder; it is well if somebody else did meanwhile."""
        self._call("POST", "/api/folders", {"uid": uid, "title": title}, accepts=(_CONFLICT, _CHANGED))

    def dashboard(self, uid: str) -> Document | None:
        """A dashboard with its `meta`; None where there is none."""
        return self._get(f"/api/dashboards/uid/{quote(uid, safe='')}")

    def newest_message(self, uid: str) -> str:
        """What the newest version of a dashboard was saved with; empty where nobody wrote anything."""
        _, answer = self._call("GET", f"/api/dashboards/uid/{quote(uid, safe='')}/versions?limit=1", None, accepts=())
        # Grafana 11 has the list in an object, earlier ones have the list alone.
        versions = answer["versions"] if isinstance(answer, dict) else answer
        return str(versions[0].get("message") or "") if versions else ""

    def save(self, dashboard: Document, *, folder_uid: str, message: str, overwrite: bool) -> None:
        """Creates a dashboard, or a new version of it.

        Raises:
            ChangedInGrafana: its version is another than the one given, or the uid is taken.
            GrafanaError: Grafana refused.
        """
        body = {"dashboard": dashboard, "folderUid": folder_uid, "message": message, "overwrite": overwrite}
        status, answer = self._call("POST", "/api/dashboards/db", body, accepts=(_CHANGED,))
        if status == _CHANGED:
            raise ChangedInGrafana(f"{dashboard['title']}: {answer.get('message', 'changed by somebody else')} in {self.address}")

    def _get(self, path: str) -> Document | None:
        status, answer = self._call("GET", path, None, accepts=(_NOT_FOUND,))
        if status == _NOT_FOUND:
            if not isinstance(answer, dict) or "message" not in answer:
                raise GrafanaError(f"{self.address}: answers 404 without Grafana's message; is it the address of a Grafana?")
            return None
        return dict(answer)

    def _call(self, method: str, path: str, body: Document | None, *, accepts: tuple[int, ...]) -> tuple[int, Any]:
        status, text = self._request(method, path, body)
        try:
            answer = json.loads(text)
        except ValueError:
            answer = None
        if status == http.client.OK or status in accepts:
            if not isinstance(answer, dict | list) and status != _NOT_FOUND:
                raise GrafanaError(f"{self.address}{path}: does not answer in JSON; is it the address of a Grafana?")
            return status, answer
        raise GrafanaError(self._refusal(status, path, answer))

    def _refusal(self, status: int, path: str, answer: Any) -> str:
        said = str(answer.get("message", "")) if isinstance(answer, Mapping) else ""
        where = f"{self.address}{path}: HTTP {status}"
        match status:
            case 401:
                return f"{where}: Grafana does not know this token, or it has expired; make one for a service account (docs/dashboards.md)"
            case 403:
                return f"{where}: the token may not do this: {said or 'no words'}; its service account needs the role Editor"
            case 404:
                return f"{where}: no Grafana's API is there; the address is that of Grafana's front page, with its sub-path if it has one"
            case _ if status in range(300, 400):
                return f"{where}: leads elsewhere, and a token is not sent after it; give the address at which Grafana itself answers"
            case _:
                return f"{where}: {said or 'no words'}"

    def _request(self, method: str, path: str, body: Document | None) -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json", "Content-Type": "application/json"}
        host, port = self._place.hostname or "", self._place.port
        secure = self._place.scheme == "https"
        connection = (
            http.client.HTTPSConnection(host, port, timeout=_SECONDS, context=ssl.create_default_context())
            if secure
            else http.client.HTTPConnection(host, port, timeout=_SECONDS)
        )
        try:
            connection.request(method, self._place.path.rstrip("/") + path, None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException) as error:
            raise GrafanaError(f"{self.address}: does not answer: {error or type(error).__name__}") from None
        finally:
            connection.close()


def _place(address: str) -> SplitResult:
    # Before anything else, because every other refusal repeats the address.
    if "@" in address:
        raise GrafanaError("an address has no user and no password, and no @; a token comes by --token-file or the environment")
    try:
        place = urlsplit(address)
        host, _ = place.hostname, place.port
    except ValueError as error:
        raise GrafanaError(f"{address}: {error}") from None
    if place.scheme not in ("http", "https") or not host or place.query or place.fragment:
        raise GrafanaError(f"{address}: allowed: the address of Grafana's front page, https://HOST or https://HOST/PATH")
    if place.scheme == "http" and host not in _OURS:
        raise GrafanaError(f"{address}: would send the token unencrypted; allowed: https, and http on this machine only")
    return place
