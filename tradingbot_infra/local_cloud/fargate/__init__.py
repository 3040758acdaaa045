"""Fargate: a task of the local cloud is a process of this machine."""
