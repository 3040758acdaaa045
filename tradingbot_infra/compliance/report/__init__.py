"""The report: one JSON document, and everything that is rendered from it."""
