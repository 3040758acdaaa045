"""Signals that others send, such as TradingView."""

import hmac
import logging
from typing import Annotated

from fastapi import APIRouter, Header, HTTPException, status
from pydantic import BaseModel, Field

from trading_api.routes.resources import SettingsOfApp, SignalsOfApp

router = APIRouter(tags=["signals"])
_LOG = logging.getLogger(__name__)
_SYMBOL = r"^[A-Z0-9]{3,20}$"


class Signal(BaseModel):
    """A signal. `secret` is for senders that cannot set a header."""

    symbol: str = Field(pattern=_SYMBOL)
    action: str = Field(max_length=100)
    secret: str | None = Field(default=None, repr=False)


@router.post("/webhook", status_code=status.HTTP_202_ACCEPTED)
async def receive(
    signal: Signal, settings: SettingsOfApp, signals: SignalsOfApp, x_webhook_secret: Annotated[str | None, Header()] = None
) -> dict[str, str]:
    """Takes a signal from who knows the shared secret."""
    # Compared in constant time: the time of an answer tells nothing of the secret.
    if not hmac.compare_digest((x_webhook_secret or signal.secret or "").encode(), settings.webhook_secret.encode()):
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "wrong secret")
    await signals.put(signal.symbol, signal.action)
    _LOG.info("SIGNAL taken", extra={"symbol": signal.symbol})
    return {"status": "accepted"}


@router.get("/signals/{symbol}")
async def newest(symbol: str, signals: SignalsOfApp) -> dict[str, str]:
    """The newest signal of a symbol."""
    action = await signals.newest(symbol)
    if action is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "no signal")
    return {"symbol": symbol, "action": action}
