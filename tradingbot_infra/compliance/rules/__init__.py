"""The rules, a module a service."""
