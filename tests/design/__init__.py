"""Tests of the design's rows."""
