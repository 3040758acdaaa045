"""The settings of an environment, one module a section: the settings themselves, the AWS limits they depend on, and their rules.

A rule compares settings of its own section. Rules that compare sections are in config/rules.py.
"""
