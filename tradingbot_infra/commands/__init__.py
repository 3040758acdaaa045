"""The commands of `python -m tradingbot_infra`, a module each."""
