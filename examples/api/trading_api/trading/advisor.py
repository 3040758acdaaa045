"""An AI provider's opinion of a signal, where LLM_URL names one. What it costs is counted; what it is asked has no secret in it."""

import logging
import time

import httpx2

from trading_api.metrics.trading import TradingMetrics
from trading_api.telemetry.spans import CLIENT, span
from trading_api.trading.strategy import Signal

_LOG = logging.getLogger(__name__)
_USD_A_MILLION = 3.0, 15.0
"""Prices of a million tokens, in and out: set your model's own."""


class Advisor:
    """Asks about each signal. A provider that does not answer has no opinion, and the signal is followed."""

    def __init__(self, url: str, key: str | None, model: str, metrics: TradingMetrics) -> None:
        self._model = model
        self._metrics = metrics
        metrics.llm_begins(model)
        self._client = httpx2.AsyncClient(base_url=url, timeout=20, headers={"Authorization": f"Bearer {key}"} if key else {})

    async def agrees(self, signal: Signal) -> bool:
        """Whether the provider has nothing against a signal."""
        question = {"model": self._model, "prompt": f"Answer yes or no: {signal.side} {signal.quantity} {signal.symbol}?"}
        with span("POST /v1/messages", CLIENT, model=self._model, http__request__method="POST") as asked:
            started = time.perf_counter()
            try:
                answer = (await self._client.post("/v1/messages", json=question)).raise_for_status().json()
                tokens = answer["usage"]["input_tokens"], answer["usage"]["output_tokens"]
                usd = sum(count * price for count, price in zip(tokens, _USD_A_MILLION, strict=True)) / 1_000_000
            except (httpx2.HTTPError, ValueError, KeyError, TypeError) as error:
                asked.fail(type(error).__name__)
                _LOG.warning("The AI provider has no opinion: %s", type(error).__name__)
                return True
            self._metrics.llm_call(self._model, usd, time.perf_counter() - started)  # paid for, whatever the text is
            text = answer.get("text")
            if not isinstance(text, str):
                asked.fail("no-text")
                _LOG.warning("The AI provider has no opinion: its answer has no text")
                return True
        return not text.strip().lower().startswith("no")

    async def close(self) -> None:
        """Ends connections."""
        await self._client.aclose()
