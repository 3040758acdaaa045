"""Draws docs/images/dashboard-*.png: the panels' own queries, over made-up days, on a real Prometheus (`make dashboard-pictures`)."""
