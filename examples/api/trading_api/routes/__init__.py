"""The endpoints, all below /api/v1."""

from collections.abc import Mapping

from fastapi import APIRouter
from fastapi.routing import APIRoute

from trading_api.routes import health, orders, webhook

_PARTS = (health, orders, webhook)
router = APIRouter(prefix="/api/v1")
for part in _PARTS:
    router.include_router(part.router)


def templates() -> Mapping[object, str]:
    """The path of each endpoint with the names of its parameters, such as /api/v1/signals/{symbol}."""
    found = [route for part in _PARTS for route in part.router.routes if isinstance(route, APIRoute)]
    return {route.endpoint: f"{router.prefix}{route.path}" for route in found}
