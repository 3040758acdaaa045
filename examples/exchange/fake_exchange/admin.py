"""Switching faults."""

from fastapi import APIRouter, Request

from fake_exchange.faults import Faults

router = APIRouter(prefix="/admin", tags=["admin"])


@router.get("/faults")
async def faults(request: Request) -> Faults:
    """The faults that are on."""
    now: Faults = request.app.state.switch.now
    return now


@router.put("/faults")
async def switch(faults: Faults, request: Request) -> Faults:
    """Switches these faults on and all others off; `{}` ends them all."""
    request.app.state.switch.now = faults
    return faults
