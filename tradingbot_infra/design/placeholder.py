"""What runs until the first image is pushed: a tiny public image whose command alone answers the health check.

Without it the first deployment would wait for hours for tasks that have no image, and then roll back.
"""

PLACEHOLDER_IMAGE = "public.ecr.aws/docker/library/python:3.13-alpine3.23"
"""An official image in Amazon ECR Public, which needs no account to pull."""

PLACEHOLDER_ANSWER = '{"status": "placeholder"}'
"""Its body on the health path."""

_SERVER = """
import http.server, signal, sys
PATH = sys.argv[2]
class Placeholder(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        healthy = self.path == PATH
        body = b'ANSWER' if healthy else b'{"detail": "no image is deployed yet"}'
        self.send_response(200 if healthy else 503)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET
    def log_message(self, *args): pass
signal.signal(signal.SIGTERM, lambda *args: sys.exit(0))
http.server.ThreadingHTTPServer(("", int(sys.argv[1])), Placeholder).serve_forever()
""".replace("ANSWER", PLACEHOLDER_ANSWER)


def placeholder_command(port: int, health_check_path: str) -> list[str]:
    """The container command: 200 on the health path, 503 elsewhere; it writes no file and logs no request."""
    return ["python3", "-c", _SERVER.strip(), str(port), health_check_path]
