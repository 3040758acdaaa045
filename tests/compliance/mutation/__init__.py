"""Tests of the measure of the packs."""
