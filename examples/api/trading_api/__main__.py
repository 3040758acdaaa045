"""Starts the server: `python -m trading_api`, as the Dockerfile does."""

import os
import signal
import sys

import uvicorn

from trading_api import log
from trading_api.main import create_app
from trading_api.settings import Settings

_OPEN_REQUESTS_SECONDS = 95
"""How long open requests may take after SIGTERM. An order that is under way has 12 more, and telemetry 8; ECS kills the task after
stop_timeout_seconds, 120."""


def main() -> None:
    """Serves until SIGTERM, then ends with exit code 0."""
    log.set_up()
    settings = Settings.of()
    # uvicorn raises the signal again when it has finished; without a handler the process would end as killed by it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    uvicorn.run(
        create_app(settings),
        host="0.0.0.0",  # noqa: S104 - the load balancer reaches the task by its own address
        port=settings.port,
        log_config=None,
        access_log=False,
        # Only uvicorn's own command reads this variable. FORWARDED_ALLOW_IPS it reads by itself.
        timeout_keep_alive=int(os.environ.get("UVICORN_TIMEOUT_KEEP_ALIVE", "65")),
        timeout_graceful_shutdown=_OPEN_REQUESTS_SECONDS,
    )


if __name__ == "__main__":
    main()
