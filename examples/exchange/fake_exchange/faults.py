"""What can go wrong. Everything is well with the defaults."""

from pydantic import BaseModel, ConfigDict, Field


class Faults(BaseModel):
    """The faults that are on. They may be on together."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    prices_stop: bool = False
    """A dead websocket: the stream stays open and sends nothing any more."""
    prices_stale: bool = False
    """The stream goes on with the last price and the time of that price."""
    stream_closes: bool = False
    """The stream is closed as soon as it was opened: who reconnects at once makes a storm."""
    positions_forgotten: bool = False
    """The account shows no positions and no cash spent, so a trader that compares itself with it orders again and again."""
    delay_seconds: float = Field(default=0, ge=0, le=120)
    """Every call takes so much longer: a slow exchange. Seconds."""
    error_status: int | None = Field(default=None, ge=400, le=599)
    """Every call is refused with this HTTP status."""
    price_factor: float = Field(default=1, gt=0, le=10)
    """Every price is multiplied by this: 0.8 is a crash."""
    rate_limit_used: float | None = Field(default=None, ge=0, le=1)
    """The share of the rate limit that is said to be used, whatever was called."""
    llm_tokens: int | None = Field(default=None, ge=0, le=100_000_000)
    """Tokens that each call of the AI provider uses, whatever was asked."""


class Switch:
    """The faults now."""

    def __init__(self) -> None:
        self.now = Faults()
