"""Elastic Load Balancing: listeners that answer, targets whose health is checked, and draining."""
