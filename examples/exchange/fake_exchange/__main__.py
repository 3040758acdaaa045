"""Starts the server: `python -m fake_exchange`, on 127.0.0.1 and the port of the variable PORT."""

import os

import uvicorn

from fake_exchange.server import create_exchange


def main() -> None:
    """Serves until it is stopped."""
    uvicorn.run(
        create_exchange(period_seconds=float(os.environ.get("PRICE_PERIOD_SECONDS", "120"))),
        host=os.environ.get("HOST", "127.0.0.1"),
        port=int(os.environ.get("PORT", "8090")),
        log_level="warning",
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main()
