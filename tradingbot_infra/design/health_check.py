"""The health check that ECS makes inside the container (ECS API, HealthCheck)."""

_REQUEST = """
import sys
sys.path = [entry for entry in sys.path if entry]
import http.client
connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=4)
connection.request("GET", sys.argv[2])
sys.exit(connection.getresponse().status != 200)
"""


def health_check_command(port: int, path: str) -> list[str]:
    """Ends with 0 when the path answers 200, as the load balancer asks. It needs no shell, and no program besides python3.

    It imports nothing from the image's working directory, where a module could be called http.
    """
    return ["CMD", "python3", "-c", _REQUEST.strip(), str(port), path]
