"""Prices from a websocket, opened again whenever it ends, after a pause that grows."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from trading_api.trading.exchange import Price

_LOG = logging.getLogger(__name__)
_SHORTEST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0


async def prices(url: str, symbols: tuple[str, ...], opened: Callable[[bool], None]) -> AsyncIterator[Price]:
    """Every price. `opened` hears of each opening, and whether it is one more.

    A stream that is open and silent is left alone: nothing here can tell a dead one from a quiet market. The age of prices tells.
    """
    pause, again = _SHORTEST_PAUSE, False
    while True:
        try:
            async with connect(f"{url}?symbols={','.join(symbols)}", proxy=None) as socket:
                opened(again)
                async for message in socket:
                    found = json.loads(message)
                    price = Price(found["symbol"], float(found["price"]), float(found["at"]))
                    pause = _SHORTEST_PAUSE
                    yield price
        except (OSError, WebSocketException, ValueError, KeyError, TypeError) as error:
            _LOG.warning("The stream of prices broke: %s", type(error).__name__)
        again = True
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)
