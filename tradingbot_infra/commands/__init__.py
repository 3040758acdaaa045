"""The commands of `tradingbot`: one module for each, and one package for each with sub-commands."""
