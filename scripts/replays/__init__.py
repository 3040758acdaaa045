"""Replays a change of every setting at the edges of what it allows (tradingbot_infra/lifecycle): `make replay`."""
