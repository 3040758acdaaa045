"""Logs Insights: queries over log groups, and those that run by a schedule."""
