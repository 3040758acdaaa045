"""A small server that keeps to Grafana's documented HTTP API: folders, dashboards by uid, versions with messages, conflicts.

Sources: Grafana documentation, "Dashboard HTTP API", "Dashboard Versions HTTP API", "Folder HTTP API". No Grafana can be installed by
the package registries that tests use, so what only a real one does is not shown: that it draws what it was given.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "glsa_made-up"  # noqa: S105
Document = dict[str, Any]
Answer = tuple[int, Any]


@dataclass
class Stored:
    """One dashboard as Grafana keeps it."""

    id: int
    document: Document
    folder: str
    messages: list[str] = field(default_factory=list)

    @property
    def version(self) -> int:
        return len(self.messages)


@dataclass
class FakeGrafana:
    """What the server has. `may_write` is whether the token's service account is an editor."""

    folders: dict[str, str] = field(default_factory=dict)
    dashboards: dict[str, Stored] = field(default_factory=dict)
    may_write: bool = True
    versions_in_a_list: bool = False
    prefix: str = ""
    requests: list[tuple[str, str]] = field(default_factory=list)
    address: str = ""

    def edit(self, uid: str, title: str) -> None:
        """Somebody saves a dashboard in Grafana, without a message."""
        stored = self.dashboards[uid]
        stored.document = {**stored.document, "title": title}
        stored.messages.append("")

    def answer(self, method: str, path: str, token: str, body: Document) -> Answer:
        """What Grafana answers."""
        if not path.startswith(self.prefix + "/api/"):
            return 404, None
        if token != f"Bearer {TOKEN}":
            return 401, {"message": "Invalid API key"}
        match [method, *path.removeprefix(self.prefix).partition("?")[0].split("/")[2:]]:
            case ["GET", "folders", uid]:
                return (200, {"uid": uid, "title": self.folders[uid]}) if uid in self.folders else (404, {"message": "folder not found"})
            case ["POST", "folders"]:
                return self._create_folder(body)
            case ["GET", "dashboards", "uid", uid] if uid in self.dashboards:
                stored = self.dashboards[uid]
                document = {**stored.document, "id": stored.id, "version": stored.version}
                return 200, {"dashboard": document, "meta": {"folderUid": stored.folder, "version": stored.version}}
            case ["GET", "dashboards", "uid", uid, "versions"] if uid in self.dashboards:
                messages = enumerate(self.dashboards[uid].messages, start=1)
                versions = [{"version": number, "message": message} for number, message in messages][::-1][:1]
                return 200, versions if self.versions_in_a_list else {"continueToken": "", "versions": versions}
            case ["POST", "dashboards", "db"]:
                return self._save(body)
        return 404, {"message": "Dashboard not found"}

    def _create_folder(self, body: Document) -> Answer:
        if not self.may_write:
            return 403, {"message": "You'll need additional permissions to perform this action. Permissions needed: folders:create"}
        if body["uid"] in self.folders:
            return 409, {"message": "a folder with the same uid already exists"}
        self.folders[body["uid"]] = body["title"]
        return 200, {"uid": body["uid"], "title": body["title"]}

    def _save(self, body: Document) -> Answer:
        if not self.may_write:
            return 403, {"message": "You'll need additional permissions to perform this action. Permissions needed: dashboards:write"}
        document = dict(body["dashboard"])
        if not document.get("title"):
            return 400, {"message": "Dashboard title cannot be empty"}
        if len(document["uid"]) > 40:
            return 400, {"message": "uid too long, max 40 characters"}
        if body["folderUid"] not in self.folders:
            return 400, {"message": "folder not found"}
        stored = self.dashboards.get(document["uid"])
        if stored and not body["overwrite"] and "version" not in document:
            return 412, {"status": "name-exists", "message": "A dashboard with the same uid already exists"}
        if stored and not body["overwrite"] and document["version"] != stored.version:
            return 412, {"status": "version-mismatch", "message": "The dashboard has been changed by someone else"}
        return self._keep(document, stored, body)

    def _keep(self, document: Document, stored: Stored | None, body: Document) -> Answer:
        if not stored:
            stored = self.dashboards[document["uid"]] = Stored(len(self.dashboards) + 1, document, body["folderUid"])
        # Grafana adds to what it is given.
        stored.document = {**document, "liveNow": False, "weekStart": ""}
        stored.folder = body["folderUid"]
        stored.messages.append(body["message"])
        return 200, {"id": stored.id, "uid": document["uid"], "status": "success", "version": stored.version}


@contextmanager
def grafana(**settings: Any) -> Iterator[FakeGrafana]:
    """A Grafana on a free port of this machine."""
    state = FakeGrafana(**settings)

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else {}
            state.requests.append((self.command, self.path))
            status, answer = state.answer(self.command, self.path, self.headers.get("Authorization", ""), body)
            payload = b"<html>not found</html>" if answer is None else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        do_GET = do_POST = _answer  # noqa: N815 - the names that http.server calls

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    state.address = f"http://127.0.0.1:{server.server_address[1]}{state.prefix}"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
