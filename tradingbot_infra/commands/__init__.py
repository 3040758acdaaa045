"""The commands of `python -m tradingbot_infra`: one module for each, and one package for each with sub-commands."""
