"""The endpoints, all below /api/v1."""

from fastapi import APIRouter

from trading_api.routes import health, orders, webhook

router = APIRouter(prefix="/api/v1")
for part in (health, orders, webhook):
    router.include_router(part.router)
